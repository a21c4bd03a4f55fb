/**
 * Linux TCP as a state machine, and the hosts that run it. The reference is Linux 6.12; where it differs from the RFCs,
 * Linux is followed and the difference is written down where it is.
 *
 * <pre>
 * segment    what travels between two sockets
 * sock       the state of a socket, and the seams for congestion control, programs and owners
 * recovery   what is lost, and how much may be sent while it is repaired
 * output     making segments; input: taking them in; timer: when nothing comes
 * cong       reno, cubic, dctcp
 * app        sockets as an application sees them
 * psock      sockets in sockmaps: programs on what they send and receive
 * rpc        applications that talk in frames
 * host       nodes of the network, with their tables of connections
 * bpf        attach points of BPF programs
 * </pre>
 * A segment's way: {@code host.TcpHost} finds the socket, {@code input.SegmentInput} takes it through the steps of RFC
 * 9293, {@code recovery} judges the acknowledgement, {@code output} sends what may go, and {@code app.Socket} wakes the
 * application. Congestion control is called in the order in which Linux calls it.
 */
package org.bpfsim.tcp;
