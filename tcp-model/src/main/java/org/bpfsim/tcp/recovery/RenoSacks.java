package org.bpfsim.tcp.recovery;

import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.TcpSock;

/** Emulates SACK for a peer that does not send it: duplicate ACKs count as SACKed segments. */
public final class RenoSacks {
    private RenoSacks() {}

    /** {@code acked} segments were acknowledged cumulatively: one was the hole, the others had been counted. */
    public static void remove(TcpSock sk, int acked, boolean ece) {
        if (acked > 0) {
            Delivery.count(sk, Math.max(acked - sk.sacked_out, 1), ece);
            sk.sacked_out = Math.max(0, sk.sacked_out - (acked - 1));
        }
        limit(sk, acked);
    }

    /** More duplicate ACKs than segments out is reordering. */
    public static void limit(TcpSock sk, int addend) {
        int holes = Math.min(Math.max(sk.lost_out, 1), sk.packets_out);
        if (sk.sacked_out + holes <= sk.packets_out) {
            return;
        }
        sk.sacked_out = sk.packets_out - holes;
        sk.reordering = Math.min(sk.packets_out + addend, sk.kernel.sysctls.tcp_max_reordering);
        sk.reord_seen++;
        sk.kernel.mib.inc(Mib.TCP_RENO_REORDER);
    }
}
