package org.bpfsim.tcp.recovery;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.TcpSock;

/** Notes how far segments overtake each other (Linux 6.12, tcp_check_sack_reordering() in net/ipv4/tcp_input.c). */
public final class Reordering {
    private Reordering() {}

    /** A segment at {@code lowSeq} that was sent once arrived after ones with higher sequence numbers. */
    public static void check(TcpSock sk, int lowSeq, Mib counter) {
        int highest = sk.highestSackSeq();
        if (!SeqNum.before(lowSeq, highest)) {
            return;
        }
        int distance = highest - lowSeq;
        int mss = sk.mss_cache;
        if (distance > sk.reordering * mss && mss > 0) {
            sk.reordering = Math.min((distance + mss - 1) / mss, sk.kernel.sysctls.tcp_max_reordering);
        }
        sk.reord_seen++;
        sk.kernel.mib.inc(counter);
    }
}
