/**
 * What happens when a socket's timer fires. Setting timers is {@link org.bpfsim.tcp.sock.SockTimers}' business, so that
 * input and output need not know this package.
 *
 * <pre>
 * RetransmitTimer      RTO, tail loss probe, reordering timeout, zero window probe   RFC 6298, RFC 8985
 * GivingUp             when there is no hope any more                                RFC 1122, section 4.2.3.5
 * FastOpenTimeout      a SYN-ACK of Fast Open that nobody answers                    RFC 7413, section 4.2.1
 * DelackTimer          delayed ACKs                                                  RFC 9293, section 3.8.6.3
 * KeepaliveTimer       asks a silent peer; ends orphans in FIN_WAIT2                 RFC 1122, section 4.2.3.6
 * BackoffRevert        there is no route: that is not congestion                     RFC 6069
 * CompressedAckTimer, PacingTimer
 * Timers               makes them
 * </pre>
 */
package org.bpfsim.tcp.timer;
