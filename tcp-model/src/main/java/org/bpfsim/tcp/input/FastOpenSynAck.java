package org.bpfsim.tcp.input;

import org.bpfsim.tcp.output.Retransmitter;
import org.bpfsim.tcp.recovery.RecoveryState;
import org.bpfsim.tcp.recovery.Scoreboard;
import org.bpfsim.tcp.segment.FastOpenCookie;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * What a SYN-ACK tells a client about Fast Open: a cookie to remember, and whether the SYN's data was taken (RFC 7413,
 * section 4.2.2; Linux 6.12, tcp_rcv_fastopen_synack() in net/ipv4/tcp_input.c).
 */
final class FastOpenSynAck {
    private FastOpenSynAck() {}

    /**
     * Deals with a SYN-ACK that was accepted.
     *
     * @return whether data of the SYN is sent again, which stands for the ACK of the handshake
     */
    static boolean receive(TcpSock sk, TcpSegment synAck) {
        SkBuff data = sk.syn_data ? sk.tcp_rtx_queue.head() : null;
        int mss = sk.rx_opt_mss_clamp == sk.rx_opt_user_mss ? synAck.mss : sk.rx_opt_mss_clamp;
        FastOpenCookie cookie = synAck.fastOpen;
        boolean synLost = false;
        int tryExp = 0;
        if (!sk.syn_fastopen) {
            cookie = null; // nobody has asked for it
        } else if (sk.total_retrans != 0) {
            synLost = cookie == null && data != null;
        } else if (cookie == null && !sk.syn_data) {
            tryExp = sk.syn_fastopen_exp ? 2 : 1;
        }
        sk.kernel.tcpMetrics.setFastOpen(sk, mss, cookie, synLost, tryExp);
        if (data != null) {
            sendAgain(sk, data);
            return true;
        }
        sk.syn_data_acked = sk.syn_data;
        if (sk.syn_data_acked) {
            sk.kernel.mib.inc(Mib.TCP_FASTOPEN_ACTIVE);
            if (sk.delivered > 1) {
                sk.delivered--; // SYN and data went in one packet
            }
        }
        FastOpenData.take(sk, synAck);
        return false;
    }

    private static void sendAgain(TcpSock sk, SkBuff data) {
        sk.fastopen_client_fail = sk.total_retrans != 0 ? TcpSock.TFO_SYN_RETRANSMITTED : TcpSock.TFO_DATA_NOT_ACKED;
        for (SkBuff skb = data; skb != null; skb = skb.next) {
            Scoreboard.markLost(sk, skb);
        }
        RecoveryState.enterLossWithoutCongestion(sk);
        Retransmitter.retransmitLost(sk);
        sk.kernel.mib.inc(Mib.TCP_FASTOPEN_ACTIVE_FAIL);
    }
}
