/** Simulated time and the event scheduler: the root of the simulator. */
package org.bpfsim.sim;
