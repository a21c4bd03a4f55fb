package org.bpfsim.tcp.sock;

import java.util.Arrays;
import org.bpfsim.tcp.segment.Payload;
import org.bpfsim.tcp.segment.TcpSegment;

/**
 * What is about to be queued to a socket's receive queue, as {@code BPF_SOCK_OPS_RCVQ_CB} shows it: the payload of a segment,
 * or of what was kept out of order. A host has one, filled in for each call.
 */
public final class QueuedSkb {
    /** Its first byte may be old: before {@link TcpSock#rcv_nxt}. */
    public int seq;
    /** One past its last sequence number, counting FIN. */
    public int end_seq;
    /** Bits of the TCP header; of several segments together only ACK and FIN are known. */
    public int tcp_flags;

    private Payload payload;
    private long payloadOffset;

    void fill(TcpSock sk, int start, int end, int flags) {
        seq = start;
        end_seq = end;
        tcp_flags = flags;
        payload = sk.rx_payload;
        payloadOffset = sk.readOffset() + (start - sk.copied_seq);
    }

    void clear() {
        payload = null;
    }

    /** Bytes of payload. */
    public int length() {
        return end_seq - seq - (tcp_flags & TcpSegment.FIN);
    }

    /** Copies payload from {@code offset} on, zeros where the sender said of no bytes what they are; false if it is not all there. */
    public boolean read(long offset, byte[] to) {
        if (offset < 0 || offset + to.length > length()) {
            return false;
        }
        if (payload == null) {
            Arrays.fill(to, (byte) 0);
        } else {
            payload.copyTo(payloadOffset + offset, to.length, to, 0);
        }
        return true;
    }
}
