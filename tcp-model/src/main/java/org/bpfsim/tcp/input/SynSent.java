package org.bpfsim.tcp.input;

import org.bpfsim.tcp.output.Acks;
import org.bpfsim.tcp.output.Mss;
import org.bpfsim.tcp.output.Reset;
import org.bpfsim.tcp.output.Syn;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.AckFlag;
import org.bpfsim.tcp.sock.SockCallbacks;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * The active side waits for the SYN-ACK (RFC 9293, section 3.10.7.3; Linux 6.12, tcp_rcv_synsent_state_process() in
 * net/ipv4/tcp_input.c).
 */
final class SynSent {
    private static final int MAX_UNSCALED = 65_535;
    /** TCP_TIMEOUT_MIN, in ticks. */
    private static final int SOON = 2;

    private SynSent() {}

    static void receive(TcpSock sk, TcpSegment segment) {
        Timestamps.parse(sk, segment);
        sk.rx_opt_saw_unknown = segment.hasUnknownOption();
        if (!segment.has(TcpSegment.ACK)) {
            if (segment.has(TcpSegment.SYN) && !segment.has(TcpSegment.RST)) {
                SimultaneousOpen.receive(sk, segment);
            }
            return;
        }
        boolean ackIsNew = SeqNum.after(segment.ack, sk.snd_una) && !SeqNum.after(segment.ack, sk.snd_nxt);
        if (!ackIsNew && sk.icsk_retransmits == 0) {
            SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_RETRANS, SOON); // an old connection was in the way
        }
        if (!ackIsNew || echoIsImpossible(sk)) {
            Reset.reply(sk.kernel, segment);
            return;
        }
        if (segment.has(TcpSegment.RST)) {
            Validation.reset(sk);
            return;
        }
        if (!segment.has(TcpSegment.SYN)) {
            return;
        }
        readOptions(sk, segment);
        if ((sk.ecn_flags & TcpSock.TCP_ECN_OK) != 0
                && (segment.flags & (TcpSegment.ECE | TcpSegment.CWR)) != TcpSegment.ECE) {
            sk.ecn_flags &= ~TcpSock.TCP_ECN_OK;
        }
        sk.snd_wl1 = segment.seq;
        PassiveOpen.undoSpuriousSyn(sk);
        AckInput.process(sk, segment, AckFlag.SLOWPATH);
        sk.irs = segment.seq;
        sk.rcv_nxt = segment.seq + 1;
        sk.rcv_wup = segment.seq + 1;
        sk.copied_seq = segment.seq + 1;
        sk.snd_wnd = segment.window;
        if (!sk.rx_opt_wscale_ok) {
            sk.rx_opt_snd_wscale = 0;
            sk.rx_opt_rcv_wscale = 0;
            sk.window_clamp = Math.min(sk.window_clamp, MAX_UNSCALED);
        }
        if (sk.rx_opt_saw_tstamp) {
            sk.rx_opt_tstamp_ok = true;
            sk.tcp_header_len = 20 + 12;
            sk.advmss -= 12;
            Timestamps.store(sk);
        } else {
            sk.tcp_header_len = 20;
        }
        Mss.sync(sk);
        Syn.initReceiveMss(sk);
        finish(sk, segment);
    }

    private static void finish(TcpSock sk, TcpSegment segment) {
        sk.setState(TcpState.ESTABLISHED);
        sk.icsk_ack_lrcvtime = sk.kernel.jiffies();
        Established.init(sk, SockOps.BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB, segment);
        sk.lsndtime = sk.kernel.jiffies();
        if (sk.sk_keepalive) {
            SockTimers.resetKeepalive(sk, sk.keepaliveTime());
        }
        boolean dataIsSentAgain = (sk.syn_fastopen || sk.syn_data) && FastOpenSynAck.receive(sk, segment);
        sk.raise(SockCallbacks.STATE | SockCallbacks.WRITABLE);
        if (!dataIsSentAgain) {
            if (sk.sk_write_pending != 0 || sk.inPingpongMode()) {
                QuickAcks.schedule(sk); // data will carry the ACK
                QuickAcks.enterMode(sk, QuickAcks.MAX);
                SockTimers.setDelackTimer(sk, sk.kernel.jiffies64() + Acks.delackMax(sk.kernel));
                return;
            }
            Acks.send(sk);
        }
        AckInput.sendMore(sk);
    }

    /** Takes a SYN's or SYN-ACK's options. */
    static void readOptions(TcpSock sk, TcpSegment segment) {
        if (segment.mss != 0) {
            sk.rx_opt_mss_clamp = sk.rx_opt_user_mss > 0 ? Math.min(segment.mss, sk.rx_opt_user_mss) : segment.mss;
        }
        sk.rx_opt_wscale_ok = segment.wscale >= 0 && sk.kernel.sysctls.tcp_window_scaling != 0;
        if (sk.rx_opt_wscale_ok) {
            sk.rx_opt_snd_wscale = Math.min(segment.wscale, 14);
        }
        sk.rx_opt_sack_ok = segment.sackPermitted && sk.kernel.sysctls.tcp_sack != 0;
    }

    private static boolean echoIsImpossible(TcpSock sk) {
        return sk.rx_opt_saw_tstamp
                && sk.rx_opt_rcv_tsecr != 0
                && !SeqNum.between(sk.rx_opt_rcv_tsecr, sk.retrans_stamp, sk.timeStampMs());
    }
}
