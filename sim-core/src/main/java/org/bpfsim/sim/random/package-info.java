/**
 * Random streams, named after what they drive.
 *
 * <pre>
 * RandomStreams  gives out independent MRG32k3a streams by (seed, replication, name)
 * </pre>
 *
 * The generator is SSJ's; this package only decides where each stream starts, so that adding a consumer never shifts
 * another one, and so that any number of threads may ask at once.
 */
package org.bpfsim.sim.random;
