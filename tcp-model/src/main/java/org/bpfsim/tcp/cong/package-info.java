/**
 * The congestion controls that Linux brings along, behind {@link org.bpfsim.tcp.sock.CongestionOps}.
 *
 * <pre>
 * NativeCongestionControls  what a host registers when it boots
 * Reno                      slow start and congestion avoidance        RFC 5681, section 3.1
 * Cubic                     the kernel's default                       RFC 9438
 * HyStart                   how cubic leaves slow start before a loss  Ha and Rhee 2011; not RFC 9406
 * Dctcp                     reacts to the fraction of marks            RFC 8257
 * Bbr                       paces by a model of the path               ACM Queue 14(5), 2016
 * BbrState, BbrPolicer, BbrAggregation                                 the parts of that model
 * </pre>
 *
 * All arithmetic is integer arithmetic in Linux's units (segments, microseconds, jiffies), because windows of a
 * few segments, which a datacenter has, hinge on rounding. State of a connection lives in
 * {@link org.bpfsim.tcp.sock.TcpSock#caState}; nothing is allocated after {@code init}.
 */
package org.bpfsim.tcp.cong;
