package org.bpfsim.tcp.output;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SkbSegments;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Puts small segments together when the first of them is retransmitted (Linux 6.12, tcp_retrans_try_collapse() in
 * net/ipv4/tcp_output.c). Records (MSG_EOR) and pages of the application
 * stay apart.
 */
final class RtxCollapse {
    private RtxCollapse() {}

    /** Takes those that follow a buffer into it as long as there are not more than {@code room} bytes. */
    static void fillUp(TcpSock sk, SkBuff to, int room) {
        boolean isOff = sk.kernel.sysctls.tcp_retrans_collapse == 0 || (to.tcp_flags & TcpSegment.SYN) != 0;
        if (isOff || to.payloadBytes() >= room || !isMovable(to)) {
            return;
        }
        while (to.next != null && !to.eor) {
            SkBuff next = to.next;
            boolean fits = to.payloadBytes() + next.payloadBytes() <= room;
            if (!isMovable(next) || !fits || SeqNum.after(next.end_seq, sk.wndEnd())) {
                return;
            }
            take(sk, to, next);
        }
    }

    private static boolean isMovable(SkBuff skb) {
        return skb.pcount <= 1 && skb.inHost == 0 && skb.frags == null && (skb.sacked & SkBuff.SACKED_ACKED) == 0;
    }

    private static void take(TcpSock sk, SkBuff to, SkBuff next) {
        int moved = next.payloadBytes();
        if (sk.highest_sack == next) {
            sk.highest_sack = to;
        }
        to.end_seq = next.end_seq;
        to.truesize += moved;
        next.truesize -= moved;
        to.tcp_flags |= next.tcp_flags;
        to.sacked |= next.sacked & SkBuff.EVER_RETRANS;
        to.eor = next.eor;
        if (sk.retransmit_skb_hint == next) {
            sk.retransmit_skb_hint = to;
        }
        SkbSegments.adjust(sk, next, next.pcount);
        sk.sk_wmem_queued -= next.truesize;
        sk.tcp_rtx_queue.unlink(next);
        sk.kernel.skbs.give(next);
    }
}
