package org.bpfsim.tcp.input;

import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.TcpSock;

/** The receiver's part of ECN: echoes CE until the sender answers CWR (RFC 3168, section 6.1.3). */
final class EcnEcho {
    private EcnEcho() {}

    /** A segment with data arrived with this ECN codepoint (__tcp_ecn_check_ce()). */
    static void onData(TcpSock sk, int ecn) {
        if ((sk.ecn_flags & TcpSock.TCP_ECN_OK) == 0) {
            return;
        }
        if (ecn == Ecn.NOT_ECT) {
            if ((sk.ecn_flags & TcpSock.TCP_ECN_SEEN) != 0) {
                QuickAcks.enterMode(sk, 2); // without ECT among segments with it: a retransmission
            }
            return;
        }
        if (sk.caNeedsEcn()) {
            sk.caEvent(ecn == Ecn.CE ? CaEvent.ECN_IS_CE : CaEvent.ECN_NO_CE);
        }
        if (ecn == Ecn.CE && (sk.ecn_flags & TcpSock.TCP_ECN_DEMAND_CWR) == 0) {
            QuickAcks.enterMode(sk, 2); // the sender may have a small window and wait for this ACK
            sk.ecn_flags |= TcpSock.TCP_ECN_DEMAND_CWR;
        }
        sk.ecn_flags |= TcpSock.TCP_ECN_SEEN;
    }

    /** The sender has reduced its window: no more echo (tcp_ecn_accept_cwr()). */
    static void acceptCwr(TcpSock sk, TcpSegment segment) {
        if (!segment.has(TcpSegment.CWR)) {
            return;
        }
        sk.ecn_flags &= ~TcpSock.TCP_ECN_DEMAND_CWR;
        if (segment.seq != segment.endSeq()) {
            sk.icsk_ack_pending |= TcpSock.ICSK_ACK_NOW;
        }
    }

    /** Whether an ACK echoes congestion to us. */
    static boolean isEcho(TcpSock sk, TcpSegment segment) {
        return (segment.flags & (TcpSegment.ECE | TcpSegment.SYN)) == TcpSegment.ECE
                && (sk.ecn_flags & TcpSock.TCP_ECN_OK) != 0;
    }
}
