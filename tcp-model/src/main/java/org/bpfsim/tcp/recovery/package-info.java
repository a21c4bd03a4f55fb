/**
 * Finds out what is lost, and how much the sender may send while that is repaired. It works on the socket's state alone:
 * {@code tcp.input} calls it for ACKs, {@code tcp.timer} for timeouts, and {@code tcp.output} sends what it has marked.
 *
 * <pre>
 * RecoveryState   Open, Disorder, CWR, Recovery, Loss; F-RTO      Linux: tcp_ca_state; RFC 5682
 * Scoreboard      what the peer has SACKed (Dsack, RenoSacks)     RFC 2018, RFC 2883
 * Rack            which segments are lost, by time                RFC 8985, section 6
 * LossProbe       wakes a silent tail; the RTO's restart          RFC 8985, section 7; RFC 6298
 * CwndReduction   the window on its way down                      RFC 6937
 * Undo            takes back what was needless                    RFC 3522, RFC 3708
 * RttEstimator    RTT and RTO                                     RFC 6298
 * RateSampler     delivery rate                                   draft-cheng-iccrg-delivery-rate-estimation
 * </pre>
 */
package org.bpfsim.tcp.recovery;
