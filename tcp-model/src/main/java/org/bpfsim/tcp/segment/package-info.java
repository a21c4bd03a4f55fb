/**
 * TCP segments: what travels between two sockets.
 *
 * <pre>
 * TcpSegment   header fields, options and payload of one packet, pooled   RFC 9293, section 3.1
 * SegmentPool  where segments come from and go back to
 * SeqNum       comparison of sequence numbers                             RFC 9293, section 3.4
 * FastOpenCookie   a Fast Open option                                     RFC 7413, section 4.1
 * IcmpError    a message about a segment                             RFC 792, RFC 4443
 * IpAddress    IPv4 and IPv6 addresses as values
 * WireFormat   the real bytes, for captures
 * </pre>
 */
package org.bpfsim.tcp.segment;
