package org.bpfsim.tcp.recovery;

import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Loss detection by counting SACKed segments (RFC 6675, IsLost), in use when {@code net.ipv4.tcp_recovery} has RACK off:
 * a segment is lost if at least {@code reordering} segments above it are SACKed.
 */
final class DupThresh {
    private DupThresh() {}

    static void update(TcpSock sk, boolean entered) {
        if (!sk.rx_opt_sack_ok) {
            return;
        }
        int sackedAboveLimit = sk.sacked_out - sk.reordering;
        if (sackedAboveLimit >= 0) {
            markUpTo(sk, sackedAboveLimit);
        } else if (entered && sk.tcp_rtx_queue.head() != null) {
            Scoreboard.markLost(sk, sk.tcp_rtx_queue.head());
        }
    }

    /** Marks what has more than all but {@code sacked} of the SACKed segments above it. */
    private static void markUpTo(TcpSock sk, int sacked) {
        int below = 0;
        for (SkBuff skb = sk.tcp_rtx_queue.head(); skb != null; skb = skb.next) {
            if ((skb.sacked & SkBuff.SACKED_ACKED) != 0) {
                below += skb.pcount;
            }
            if (below > sacked) {
                return;
            }
            if ((skb.sacked & SkBuff.LOST) == 0) {
                Scoreboard.markLost(sk, skb);
            }
        }
    }
}
