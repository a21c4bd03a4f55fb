/**
 * One TCP flow through a bottleneck of known rate, delay and queue, told in the words of a tracer that does the same with
 * the TCP of a real Linux: same options, same files, same columns, so that one trace can be laid beside the other.
 *
 * <pre>
 * BottleneckOptions    rate, delay, queue, losses, congestion control, by the names of the command line
 * Bottleneck           builds the two hosts and the links, runs the transfer
 * Direction            one way of the bottleneck: what is lost or marked on purpose, and the packet log
 * FlowSampler          polls TCP_INFO of the sender
 * BottleneckTrace      what came out: samples, packets, summary; as files
 * Curve                a value over time
 * Reference            a trace of a real Linux, read from a folder
 * ReferenceComparison  how far the two lie apart
 * </pre>
 *
 * {@code bpfsim bottleneck} is this package on the command line; docs/fidelity.md shows what came of it.
 */
package org.bpfsim.tcp.bottleneck;
