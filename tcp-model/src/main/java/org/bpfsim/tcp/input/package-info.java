/**
 * What a socket does with a segment that arrives.
 *
 * <pre>
 * SegmentInput   the steps of a segment, by state                        RFC 9293, section 3.10.7
 * SynSent, PassiveOpen, Established   the handshake's two sides          RFC 9293, section 3.5
 * FastOpenServer, FastOpenSynAck, FastOpenData   data in the handshake   RFC 7413
 * SimultaneousOpen   both sides send a SYN                               RFC 9293, section 3.5
 * Validation, Timestamps   which segments are acceptable                 RFC 5961, RFC 7323
 * AckInput       the acknowledgement, and RtxCleaner what it frees       RFC 5681, RFC 9293
 * DataInput      the payload, and OutOfOrder what is beyond a gap        RFC 2018
 * UrgentData     the urgent mark                                         RFC 6093
 * QuickAcks      when to acknowledge; EcnEcho: congestion echoed         RFC 5681, section 4.2; RFC 3168
 * ReceiveBuffer, SendBuffer   memory and the windows that follow from it
 * </pre>
 * Loss recovery is in {@code tcp.recovery}, sending in {@code tcp.output}.
 */
package org.bpfsim.tcp.input;
