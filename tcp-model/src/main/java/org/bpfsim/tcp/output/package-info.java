/**
 * Makes segments of what a socket has to send.
 *
 * <pre>
 * Sender          new data, as far as the windows and Nagle's rule allow   RFC 9293, section 3.8.6
 * Retransmitter   lost data, and the tail loss probe                       RFC 6675; RFC 8985, section 7.3
 * Transmitter     a segment with its options, ECN bits and window
 * ReceiveWindow   what window to offer                                     RFC 7323, section 2
 * Acks            ACKs, at once or delayed                                 RFC 9293, section 3.8.6.3
 * Syn, Reset      the segments that begin and abort a connection           RFC 9293, section 3.5
 * FastOpenSyn     a SYN with data                                         RFC 7413, section 4.2
 * MtuProbe        a segment that is larger than the others                 RFC 4821
 * CwndUsage, Pacing, WindowProbe, Mss
 * </pre>
 */
package org.bpfsim.tcp.output;
