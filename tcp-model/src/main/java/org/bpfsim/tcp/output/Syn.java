package org.bpfsim.tcp.output;

import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.tcp.segment.FastOpenCookie;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.Sysctls;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Sends SYN and SYN-ACK with their options (RFC 9293, section 3.5; RFC 7323; RFC 3168, section 6.1.1). Linux 6.12,
 * tcp_connect() and tcp_make_synack() in net/ipv4/tcp_output.c.
 */
public final class Syn {
    private static final int MAX_WINDOW_FIELD = 65_535;

    private Syn() {}

    /** Sends the SYN of an active open. The socket is in state SYN_SENT, in the host's table. */
    public static void connect(TcpSock sk) {
        sk.callBpf(SockOps.BPF_SOCK_OPS_TCP_CONNECT_CB);
        init(sk);
        sk.refreshClock();
        sk.retrans_stamp = sk.timeStampMs();
        SkBuff skb = sk.kernel.skbs.take();
        skb.seq = sk.write_seq;
        skb.end_seq = sk.write_seq + 1;
        skb.tcp_flags = TcpSegment.SYN | negotiateEcn(sk);
        skb.pcount = 1;
        if (sk.fastopen_req != null) {
            FastOpenSyn.send(sk, skb);
        } else {
            Transmitter.sendData(sk, skb);
            queued(sk, skb);
        }
        sk.snd_nxt = sk.write_seq;
        sk.pushed_seq = sk.write_seq;
        sk.kernel.mib.inc(Mib.TCP_ACTIVE_OPENS);
        SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_RETRANS, sk.icsk_rto);
    }

    /** Puts what was sent in the retransmit queue (tcp_connect_queue_skb()). */
    static void queued(TcpSock sk, SkBuff skb) {
        sk.write_seq = skb.end_seq;
        sk.sk_wmem_queued += skb.truesize;
        sk.packets_out += skb.pcount;
        sk.tcp_rtx_queue.append(skb);
    }

    /** First retransmission timeout in ticks: what a program says, or 1 s (RFC 6298, 2.1; tcp_timeout_init()). */
    public static int initialTimeout(SockCommon sk) {
        int timeout = sk.callBpf(SockOps.BPF_SOCK_OPS_TIMEOUT_INIT);
        HostKernel kernel = sk.kernel;
        return timeout <= 0 ? kernel.hz : Math.min(timeout, SockTimers.rtoMax(kernel));
    }

    /** Initial receive window in segments that a program asks for, or 0 (tcp_rwnd_init_bpf()). */
    public static int initialReceiveWindow(SockCommon sk) {
        return Math.max(0, sk.callBpf(SockOps.BPF_SOCK_OPS_RWND_INIT));
    }

    /** Whether a program asks for ECN as DCTCP needs it (tcp_bpf_ca_needs_ecn()). */
    public static boolean programNeedsEcn(SockCommon sk) {
        return sk.callBpf(SockOps.BPF_SOCK_OPS_NEEDS_ECN) == 1;
    }

    /**
     * Sends (again) the SYN-ACK of a connection that is half open.
     *
     * @param syn the SYN that it answers, for programs; null when it is sent again
     * @param cookie the client's Fast Open cookie, or null for none
     */
    public static void sendSynAck(RequestSock req, TcpSegment syn, FastOpenCookie cookie) {
        HostKernel kernel = req.kernel;
        TcpSock listener = req.rsk_listener;
        TcpSegment s = req.segment();
        s.flags = TcpSegment.SYN | TcpSegment.ACK | (req.ecn_ok ? TcpSegment.ECE : 0);
        s.seq = req.snt_isn;
        s.ack = req.rcv_nxt;
        s.window = Math.min(req.rsk_rcv_wnd, MAX_WINDOW_FIELD);
        s.mss = advertisedMss(req, listener);
        s.wscale = req.wscale_ok ? req.rcv_wscale : -1;
        s.sackPermitted = req.sack_ok;
        if (req.tstamp_ok) {
            s.hasTimestamps = true;
            s.tsval = (req.syncookie ? req.cookie_ts : (int) (kernel.clockUs() / 1000)) + req.ts_off;
            s.tsecr = req.ts_recent;
            if (req.snt_tsval_first == 0) {
                req.snt_tsval_first = s.tsval;
            }
        }
        s.fastOpen = cookie;
        s.dscp = listener.tosFor(req.daddr) >> 2;
        s.ecn = listener.tos & Ecn.CE;
        if (s.ecn == Ecn.NOT_ECT && programNeedsEcn(req)) {
            s.ecn = Ecn.ECT_0;
        }
        ProgramOptions.addToSynAck(req, s, syn);
        s.seal(kernel.linkOverheadBytes);
        kernel.mib.inc(Mib.TCP_OUT_SEGS);
        kernel.transmit(s);
    }

    /** Answers a SYN with the SYN that is out, and an ACK (tcp_send_synack()). */
    public static void sendSynAckOfConnect(TcpSock sk) {
        SkBuff syn = sk.tcp_rtx_queue.head();
        if ((syn.tcp_flags & TcpSegment.ACK) == 0) {
            syn.tcp_flags |= TcpSegment.ACK;
            syn.tcp_flags &= ~TcpSegment.CWR;
            if ((sk.ecn_flags & TcpSock.TCP_ECN_OK) == 0) {
                syn.tcp_flags &= ~TcpSegment.ECE;
            }
        }
        Transmitter.sendData(sk, syn);
    }

    /** MSS that a half open connection announces. */
    public static int advertisedMss(RequestSock req, TcpSock listener) {
        int mss = Mss.advertisedTo(req.kernel, req.daddr);
        return listener.rx_opt_user_mss > 0 ? Math.min(mss, listener.rx_opt_user_mss) : mss;
    }

    /** Options and window of a SYN; the window field of a SYN is never scaled (RFC 7323, section 2.2). */
    static void addOptions(TcpSock sk, TcpSegment segment) {
        Sysctls sysctls = sk.kernel.sysctls;
        segment.window = Math.min(sk.rcv_wnd, MAX_WINDOW_FIELD);
        sk.rcv_wup = sk.rcv_nxt;
        sk.advmss = Math.min(sk.advmss, Mss.advertisedTo(sk.kernel, sk.daddr)); // tcp_advertise_mss()
        segment.mss = sk.advmss;
        segment.hasTimestamps = sysctls.tcp_timestamps != 0;
        if (segment.hasTimestamps) {
            segment.tsval = (int) (sk.tcp_wstamp_ns / 1_000_000) + sk.tsoffset;
            segment.tsecr = sk.rx_opt_ts_recent;
        }
        segment.sackPermitted = sysctls.tcp_sack != 0;
        segment.wscale = sysctls.tcp_window_scaling != 0 ? sk.rx_opt_rcv_wscale : -1;
        FastOpenSyn.addOption(sk, segment);
        if (ProgramOptions.wanted(sk)) {
            ProgramOptions.reserve(sk, segment);
        }
    }

    /** A SYN that is retransmitted does not ask for ECN again (RFC 3168, section 6.1.1.1). */
    static void fallBackFromEcn(TcpSock sk, SkBuff skb) {
        if (sk.kernel.sysctls.tcp_ecn_fallback != 0) {
            skb.tcp_flags &= ~(TcpSegment.ECE | TcpSegment.CWR);
        }
    }

    private static void init(TcpSock sk) {
        Sysctls sysctls = sk.kernel.sysctls;
        boolean timestamps = sysctls.tcp_timestamps != 0;
        sk.tcp_header_len = 20 + (timestamps ? Mss.TIMESTAMPS : 0);
        sk.rx_opt_mss_clamp = sk.rx_opt_user_mss > 0 ? sk.rx_opt_user_mss : Mss.DEFAULT;
        sk.max_window = 0;
        Mss.route(sk);
        MtuProbe.init(sk);
        Mss.sync(sk);
        int advmss = Mss.advertisedTo(sk.kernel, sk.daddr);
        sk.advmss = sk.rx_opt_user_mss > 0 ? Math.min(advmss, sk.rx_opt_user_mss) : advmss;
        initReceiveMss(sk);
        boolean rcvbufLocked = (sk.sk_userlocks & TcpSock.SOCK_RCVBUF_LOCK) != 0;
        if (rcvbufLocked && (sk.window_clamp > sk.fullSpace() || sk.window_clamp == 0)) {
            sk.window_clamp = sk.fullSpace();
        }
        ReceiveWindow.InitialWindow initial = ReceiveWindow.initial(
                sk.kernel,
                sk.fullSpace(),
                sk.advmss,
                sk.window_clamp,
                sysctls.tcp_window_scaling != 0,
                initialReceiveWindow(sk));
        sk.rcv_wnd = initial.window();
        sk.rx_opt_rcv_wscale = initial.scale();
        sk.window_clamp = initial.clamp();
        sk.rcv_ssthresh = sk.rcv_wnd;
        sk.snd_wnd = 0;
        sk.iss = sk.write_seq;
        sk.snd_una = sk.write_seq;
        sk.snd_sml = sk.write_seq;
        sk.snd_nxt = sk.write_seq;
        sk.rcv_nxt = 0;
        sk.rcv_wup = 0;
        sk.copied_seq = 0;
        sk.icsk_rto = initialTimeout(sk);
        sk.icsk_retransmits = 0;
    }

    /** First guess of the peer's segment size, for the delayed ACK's sake (tcp_initialize_rcv_mss()). */
    public static void initReceiveMss(TcpSock sk) {
        int hint = Math.min(sk.advmss, sk.mss_cache);
        hint = Math.min(Math.min(hint, sk.rcv_wnd / 2), Mss.DEFAULT);
        sk.icsk_ack_rcv_mss = Math.max(hint, Mss.MIN);
    }

    /** Returns the flags with which a SYN asks for ECN, or 0 (tcp_ecn_send_syn()). */
    private static int negotiateEcn(TcpSock sk) {
        boolean needed = sk.caNeedsEcn() || programNeedsEcn(sk);
        sk.ecn_flags = 0;
        if (sk.kernel.sysctls.tcp_ecn != 1 && !needed) {
            return 0;
        }
        sk.ecn_flags = TcpSock.TCP_ECN_OK;
        if (needed) {
            sk.setEcnCapable(true);
        }
        return TcpSegment.ECE | TcpSegment.CWR;
    }
}
