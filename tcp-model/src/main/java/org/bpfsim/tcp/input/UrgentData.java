package org.bpfsim.tcp.input;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.SockCallbacks;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * The urgent mark of the incoming stream (RFC 9293, section 3.8.5; RFC 6093; Linux 6.12, tcp_check_urg() and tcp_urg() in
 * net/ipv4/tcp_input.c). The byte before the one that the urgent pointer names is the urgent one; a read stops before it,
 * and the next one leaves it out. Sending urgent data is not modelled.
 */
public final class UrgentData {
    private UrgentData() {}

    /** A segment of an established connection was accepted (step 6 of RFC 9293, section 3.10.7.4). */
    static void receive(TcpSock sk, TcpSegment segment) {
        if (segment.has(TcpSegment.URG)) {
            check(sk, segment);
        }
        if (sk.urg_data == TcpSock.TCP_URG_NOTYET) {
            int at = sk.urg_seq - segment.seq - ((segment.flags & TcpSegment.SYN) >> 1);
            if (Integer.compareUnsigned(at, segment.length) < 0) {
                sk.urg_data = TcpSock.TCP_URG_VALID;
                sk.raise(SockCallbacks.READABLE);
            }
        }
    }

    private static void check(TcpSock sk, TcpSegment segment) {
        int pointer = segment.urgentPointer;
        int mark = segment.seq + (pointer > 0 ? pointer - 1 : 0); // net.ipv4.tcp_stdurg = 0
        boolean wasRead = SeqNum.after(sk.copied_seq, mark) || SeqNum.before(mark, sk.rcv_nxt);
        boolean isOlder = sk.urg_data != 0 && !SeqNum.after(mark, sk.urg_seq);
        if (!wasRead && !isOlder) {
            sk.urg_data = TcpSock.TCP_URG_NOTYET;
            sk.urg_seq = mark;
        }
    }

    /** How many of {@code bytes} a read gives before it stops at the mark. */
    public static int untilMark(TcpSock sk, int bytes) {
        if (sk.urg_data == 0) {
            return bytes;
        }
        int offset = sk.urg_seq - sk.copied_seq;
        return offset >= 0 && offset < bytes ? offset : bytes;
    }

    /** A read begins: at the mark it leaves the urgent byte out. Returns whether it did. */
    public static boolean skip(TcpSock sk) {
        if (sk.urg_data == 0 || sk.urg_seq != sk.copied_seq || sk.unread() == 0) {
            return false;
        }
        sk.copied_seq++;
        sk.urg_data = 0;
        return true;
    }
}
