package org.bpfsim.tcp.input;

import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.tcp.output.Fin;
import org.bpfsim.tcp.output.Mss;
import org.bpfsim.tcp.output.ReceiveWindow;
import org.bpfsim.tcp.output.Syn;
import org.bpfsim.tcp.recovery.RttEstimator;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.AckFlag;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.RateSample;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SavedSyn;
import org.bpfsim.tcp.sock.SockCallbacks;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.Sysctls;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * The passive side of the handshake: from a SYN to a half open connection, and from its ACK to a socket (RFC 9293, section
 * 3.10.7.2; Linux 6.12, tcp_conn_request() in net/ipv4/tcp_input.c, tcp_create_openreq_child() in
 * net/ipv4/tcp_minisocks.c).
 */
public final class PassiveOpen {
    private static final int MAX_UNSCALED = 65_535;
    private static final int MAX_WSCALE = 14;

    private PassiveOpen() {}

    /** Reads a SYN and decides the answer. Addresses and ports of {@code req} are set. */
    public static void readSyn(RequestSock req, TcpSegment syn) {
        HostKernel kernel = req.kernel;
        Sysctls sysctls = kernel.sysctls;
        TcpSock listener = req.rsk_listener;
        req.rcv_isn = syn.seq;
        req.rcv_nxt = syn.seq + 1;
        req.mss = syn.mss != 0 ? syn.mss : Mss.DEFAULT;
        if (listener.rx_opt_user_mss > 0) {
            req.mss = Math.min(req.mss, listener.rx_opt_user_mss);
        }
        req.wscale_ok = syn.wscale >= 0 && sysctls.tcp_window_scaling != 0;
        req.snd_wscale = req.wscale_ok ? Math.min(syn.wscale, MAX_WSCALE) : 0;
        req.sack_ok = syn.sackPermitted && sysctls.tcp_sack != 0;
        req.tstamp_ok = syn.hasTimestamps && sysctls.tcp_timestamps != 0;
        req.ts_recent = req.tstamp_ok ? syn.tsval : 0;
        req.ecn_ok = agreesOnEcn(req, syn);
        req.snt_isn = kernel.random.next();
        req.ts_off = sysctls.tcp_timestamps == 1 ? kernel.random.next() : 0;
        req.snt_synack = kernel.clockUs();
        openWindow(req);
        if (listener.save_syn != 0) {
            req.saved_syn = SavedSyn.of(syn, listener.save_syn == 2);
        }
        req.timeout = Syn.initialTimeout(req);
    }

    /** Whether a segment's time stamp is older than the SYN's; a RST's counts for nothing. */
    public static boolean isOldDuplicate(RequestSock req, TcpSegment segment) {
        return segment.hasTimestamps && !segment.has(TcpSegment.RST) && segment.tsval - req.ts_recent < 0;
    }

    /** Whether a segment lies in the window that the SYN-ACK has offered (tcp_in_window()). */
    public static boolean isInWindow(RequestSock req, TcpSegment segment) {
        int end = req.rcv_nxt + Math.min(req.rsk_rcv_wnd, MAX_UNSCALED);
        if (segment.seq == req.rcv_nxt) {
            return true;
        }
        boolean overlaps = SeqNum.after(segment.endSeq(), req.rcv_nxt) && SeqNum.before(segment.seq, end);
        return overlaps || segment.seq == end && segment.seq == segment.endSeq();
    }

    /** Whether an answer to a segment of a half open connection would come too soon after the last one. */
    public static boolean isRateLimited(RequestSock req, TcpSegment segment) {
        return Validation.isRateLimited(req, segment);
    }

    /** Makes the socket of a connection whose handshake {@code ack} completes; it is in SYN_RECV then. */
    public static void initChild(TcpSock child, RequestSock req, TcpSegment ack) {
        TcpSock listener = req.rsk_listener;
        child.saddr = req.saddr;
        child.daddr = req.daddr;
        child.skc_num = req.skc_num;
        child.skc_dport = req.skc_dport;
        child.peerHost = req.peerHost;
        child.sk_txhash = req.sk_txhash;
        child.cgroup = req.cgroup;
        child.takeCookieOf(req);
        child.inheritFrom(listener);
        child.refreshClock();
        child.irs = req.rcv_isn;
        child.iss = req.snt_isn;
        child.rcv_nxt = req.rcv_nxt;
        child.rcv_wup = req.rcv_nxt;
        child.copied_seq = req.rcv_nxt;
        child.snd_una = req.snt_isn + 1;
        child.snd_nxt = child.snd_una;
        child.snd_sml = child.snd_una;
        child.snd_up = child.snd_una;
        child.write_seq = child.snd_una;
        child.pushed_seq = child.snd_una;
        child.snd_wl1 = ack.seq;
        child.rx_opt_sack_ok = req.sack_ok;
        child.rx_opt_wscale_ok = req.wscale_ok;
        child.rx_opt_snd_wscale = req.snd_wscale;
        child.rx_opt_rcv_wscale = req.wscale_ok ? req.rcv_wscale : 0;
        child.window_clamp = req.wscale_ok ? req.rsk_window_clamp : Math.min(req.rsk_window_clamp, MAX_UNSCALED);
        child.rcv_wnd = req.rsk_rcv_wnd;
        child.rcv_ssthresh = req.rsk_rcv_wnd;
        child.snd_wnd = ack.window << child.rx_opt_snd_wscale;
        child.max_window = child.snd_wnd;
        child.rx_opt_tstamp_ok = req.tstamp_ok;
        child.tcp_header_len = 20 + (req.tstamp_ok ? 12 : 0);
        child.rx_opt_ts_recent = req.ts_recent;
        child.rx_opt_ts_recent_stamp = (int) (child.tcp_mstamp / 1_000_000);
        child.tsoffset = req.ts_off;
        child.rx_opt_mss_clamp = req.mss;
        child.ecn_flags = req.ecn_ok ? TcpSock.TCP_ECN_OK : 0;
        child.icsk_ack_lrcvtime = child.kernel.jiffies();
        child.lsndtime = child.icsk_ack_lrcvtime;
        child.total_retrans = req.num_retrans;
        child.saved_syn = req.saved_syn;
        child.snt_synack = req.num_retrans == 0 ? req.snt_synack : 0;
        if (req.num_timeout > 0) {
            child.total_rto = req.num_timeout;
            child.undo_marker = req.snt_isn;
            child.retrans_stamp = req.snt_tsval_first - req.ts_off;
        }
        Mss.route(child);
        Mss.sync(child);
        child.advmss = Syn.advertisedMss(req, listener);
        Syn.initReceiveMss(child);
        if (child.sk_keepalive) {
            SockTimers.resetKeepalive(child, child.keepaliveTime());
        }
        child.skc_state = TcpState.SYN_RECV; // inet_csk_clone_lock(): programs do not hear of it
        child.kernel.mib.inc(Mib.TCP_PASSIVE_OPENS);
    }

    /** The ACK of the handshake was accepted (state SYN_RECV of tcp_rcv_state_process()). */
    static void established(TcpSock sk, TcpSegment ack) {
        sk.delivered++;
        measureSynAckRtt(sk);
        if (sk.fastopen_rsk != null) {
            FastOpenServer.established(sk);
        } else {
            undoSpuriousSyn(sk);
            sk.retrans_stamp = 0;
            Established.init(sk, SockOps.BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB, ack);
            sk.copied_seq = sk.rcv_nxt;
        }
        sk.setState(TcpState.ESTABLISHED);
        sk.snd_una = ack.ack;
        sk.snd_wnd = ack.window << sk.rx_opt_snd_wscale;
        sk.snd_wl1 = ack.seq;
        if (sk.rx_opt_tstamp_ok) {
            sk.advmss -= 12;
        }
        AckInput.updatePacingRate(sk);
        sk.lsndtime = sk.kernel.jiffies();
        Syn.initReceiveMss(sk);
        sk.raise(SockCallbacks.STATE);
        if ((sk.sk_shutdown & TcpSock.SEND_SHUTDOWN) != 0) {
            Fin.close(sk);
        }
        handOver(sk);
    }

    /** Gives a connection to who accepts it, unless somebody has it already. */
    public static void handOver(TcpSock sk) {
        if (sk.acceptor != null) {
            TcpSock.Acceptor acceptor = sk.acceptor;
            sk.acceptor = null;
            acceptor.accept(sk);
        }
    }

    /** A retransmitted SYN was needless if the answer echoes the time stamp of the first (RFC 6298, section 5.7). */
    static void undoSpuriousSyn(TcpSock sk) {
        if (sk.undo_marker != 0
                && sk.retrans_stamp != 0
                && sk.rx_opt_saw_tstamp
                && sk.retrans_stamp == sk.rx_opt_rcv_tsecr) {
            sk.undo_marker = 0;
        }
    }

    /** RTT from SYN-ACK to ACK, if the SYN-ACK was sent once (tcp_synack_rtt_meas()). */
    private static void measureSynAckRtt(TcpSock sk) {
        if (sk.srtt_us != 0) {
            return;
        }
        long rttUs = sk.snt_synack != 0 ? sk.kernel.clockUs() - sk.snt_synack : -1;
        RateSample rs = sk.kernel.rateSample;
        RttEstimator.update(sk, AckFlag.SYN_ACKED, rttUs, -1, rttUs, rs);
    }

    /** Chooses the window to offer, by what was agreed on. */
    public static void openWindow(RequestSock req) {
        TcpSock listener = req.rsk_listener;
        int mss = Syn.advertisedMss(req, listener);
        int fullSpace = listener.fullSpace();
        int clamp = listener.window_clamp;
        boolean rcvbufLocked = (listener.sk_userlocks & TcpSock.SOCK_RCVBUF_LOCK) != 0;
        if (rcvbufLocked && (clamp > fullSpace || clamp == 0)) {
            clamp = fullSpace;
        }
        int segments = Syn.initialReceiveWindow(req);
        if (segments > 0 && fullSpace < segments * mss) {
            fullSpace = segments * mss;
        }
        ReceiveWindow.InitialWindow initial = ReceiveWindow.initial(
                req.kernel, fullSpace, mss - (req.tstamp_ok ? 12 : 0), clamp, req.wscale_ok, segments);
        req.rsk_rcv_wnd = initial.window();
        req.rcv_wscale = initial.scale();
        req.rsk_window_clamp = initial.clamp();
    }

    /** RFC 3168, section 6.1.1. A SYN that is itself ECT comes from DCTCP and needs the same here. */
    private static boolean agreesOnEcn(RequestSock req, TcpSegment syn) {
        int asks = TcpSegment.ECE | TcpSegment.CWR;
        if ((syn.flags & asks) != asks) {
            return false;
        }
        boolean plainSyn = syn.ecn == Ecn.NOT_ECT;
        return plainSyn && req.kernel.sysctls.tcp_ecn != 0 || req.rsk_listener.caNeedsEcn() || Syn.programNeedsEcn(req);
    }
}
