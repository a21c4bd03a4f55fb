/**
 * The hold model (Jones, CACM 29(4), 1986): N events are pending; each step takes the earliest and schedules it again
 * after an exponential time. Our scheduler against SSJ's event lists and {@code java.util.PriorityQueue}, by JMH:
 * {@code benchmarks/jmh}.
 */
package org.bpfsim.bench.hold;
