/**
 * What stands between hosts.
 *
 * <pre>
 * Switch        forwards by destination, spreads flows over equal paths
 * PathSelector  says which of several equal paths a packet takes
 * FlowHashEcmp  the usual one: a hash of the flow and of the switch's own seed
 * </pre>
 *
 * What both switches and hosts implement is {@link org.bpfsim.sim.link.Node}.
 */
package org.bpfsim.sim.node;
