package org.bpfsim.tcp.packetdrill;

import java.util.function.ObjLongConsumer;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** Linux's struct tcp_info of a socket, by the names of its fields (6.12, tcp_get_info() in net/ipv4/tcp.c). */
final class TcpInfo {
    private static final int OPT_TIMESTAMPS = 1;
    private static final int OPT_SACK = 2;
    private static final int OPT_WSCALE = 4;
    private static final int OPT_ECN = 8;
    private static final int OPT_ECN_SEEN = 16;
    private static final int OPT_SYN_DATA = 32;

    private TcpInfo() {}

    /** Gives the names of constants that assertions compare with. */
    static void constants(ObjLongConsumer<String> out) {
        String[] states = {
            "ESTABLISHED",
            "SYN_SENT",
            "SYN_RECV",
            "FIN_WAIT1",
            "FIN_WAIT2",
            "TIME_WAIT",
            "CLOSE",
            "CLOSE_WAIT",
            "LAST_ACK",
            "LISTEN",
            "CLOSING"
        };
        for (int i = 0; i < states.length; i++) {
            out.accept("TCP_" + states[i], i + 1);
        }
        String[] caStates = {"Open", "Disorder", "CWR", "Recovery", "Loss"};
        for (int i = 0; i < caStates.length; i++) {
            out.accept("TCP_CA_" + caStates[i], i);
        }
        out.accept("TCPI_OPT_TIMESTAMPS", OPT_TIMESTAMPS);
        out.accept("TCPI_OPT_SACK", OPT_SACK);
        out.accept("TCPI_OPT_WSCALE", OPT_WSCALE);
        out.accept("TCPI_OPT_ECN", OPT_ECN);
        out.accept("TCPI_OPT_ECN_SEEN", OPT_ECN_SEEN);
        out.accept("TCPI_OPT_SYN_DATA", OPT_SYN_DATA);
    }

    /** Gives all fields that the stack keeps. */
    static void fields(TcpSock sk, ObjLongConsumer<String> out) {
        HostKernel kernel = sk.kernel;
        final int now = kernel.jiffies();
        out.accept("tcpi_state", sk.skc_state);
        out.accept("tcpi_ca_state", sk.icsk_ca_state);
        out.accept("tcpi_retransmits", sk.icsk_retransmits);
        out.accept("tcpi_probes", sk.icsk_probes_out);
        out.accept("tcpi_backoff", sk.icsk_backoff);
        out.accept("tcpi_options", options(sk));
        out.accept("tcpi_snd_wscale", sk.rx_opt_wscale_ok ? sk.rx_opt_snd_wscale : 0);
        out.accept("tcpi_rcv_wscale", sk.rx_opt_wscale_ok ? sk.rx_opt_rcv_wscale : 0);
        out.accept("tcpi_rto", kernel.jiffiesToUs(sk.icsk_rto));
        out.accept("tcpi_ato", kernel.jiffiesToUs(sk.icsk_ack_ato));
        out.accept("tcpi_snd_mss", sk.mss_cache);
        out.accept("tcpi_rcv_mss", sk.icsk_ack_rcv_mss);
        boolean listens = sk.skc_state == TcpState.LISTEN;
        out.accept("tcpi_unacked", listens ? sk.sk_ack_backlog : sk.packets_out);
        out.accept("tcpi_sacked", listens ? sk.sk_max_ack_backlog : sk.sacked_out);
        out.accept("tcpi_lost", sk.lost_out);
        out.accept("tcpi_retrans", sk.retrans_out);
        out.accept("tcpi_fackets", 0);
        out.accept("tcpi_last_data_sent", millis(kernel, now - sk.lsndtime));
        out.accept("tcpi_last_ack_sent", 0);
        out.accept("tcpi_last_data_recv", millis(kernel, now - sk.icsk_ack_lrcvtime));
        out.accept("tcpi_last_ack_recv", millis(kernel, now - sk.rcv_tstamp));
        out.accept("tcpi_pmtu", sk.icsk_pmtu_cookie);
        out.accept("tcpi_rcv_ssthresh", sk.rcv_ssthresh);
        out.accept("tcpi_rtt", sk.srtt_us >>> 3);
        out.accept("tcpi_rttvar", sk.mdev_us >>> 2);
        out.accept("tcpi_snd_ssthresh", sk.snd_ssthresh);
        out.accept("tcpi_snd_cwnd", sk.snd_cwnd);
        out.accept("tcpi_advmss", sk.advmss);
        out.accept("tcpi_reordering", sk.reordering);
        out.accept("tcpi_rcv_rtt", sk.rcv_rtt_est_rtt_us >>> 3);
        out.accept("tcpi_rcv_space", sk.rcvq_space_space);
        out.accept("tcpi_total_retrans", sk.total_retrans);
        out.accept("tcpi_pacing_rate", sk.sk_pacing_rate);
        out.accept("tcpi_max_pacing_rate", sk.sk_max_pacing_rate);
        out.accept("tcpi_bytes_acked", sk.bytes_acked);
        out.accept("tcpi_bytes_received", sk.bytes_received);
        out.accept("tcpi_segs_out", Integer.toUnsignedLong(sk.segs_out));
        out.accept("tcpi_segs_in", Integer.toUnsignedLong(sk.segs_in));
        out.accept("tcpi_notsent_bytes", Math.max(0, sk.write_seq - sk.snd_nxt));
        out.accept("tcpi_min_rtt", Integer.toUnsignedLong(sk.minRttUs()));
        out.accept("tcpi_data_segs_in", Integer.toUnsignedLong(sk.data_segs_in));
        out.accept("tcpi_data_segs_out", Integer.toUnsignedLong(sk.data_segs_out));
        out.accept("tcpi_delivered", Integer.toUnsignedLong(sk.delivered));
        out.accept("tcpi_delivered_ce", Integer.toUnsignedLong(sk.delivered_ce));
        out.accept("tcpi_bytes_sent", sk.bytes_sent);
        out.accept("tcpi_bytes_retrans", sk.bytes_retrans);
        out.accept("tcpi_dsack_dups", sk.dsack_dups);
        out.accept("tcpi_reord_seen", sk.reord_seen);
        out.accept("tcpi_rcv_ooopack", sk.rcv_ooopack);
        out.accept("tcpi_snd_wnd", sk.snd_wnd);
        out.accept("tcpi_rcv_wnd", sk.rcv_wnd);
        out.accept("tcpi_rehash", sk.timeout_rehash);
        out.accept("tcpi_total_rto", sk.total_rto);
        out.accept("tcpi_total_rto_recoveries", sk.total_rto_recoveries);
        out.accept("tcpi_total_rto_time", sk.total_rto_time);
    }

    private static long millis(HostKernel kernel, int jiffies) {
        return kernel.jiffiesToUs(Integer.toUnsignedLong(jiffies)) / 1000;
    }

    private static int options(TcpSock sk) {
        int options = sk.rx_opt_tstamp_ok ? OPT_TIMESTAMPS : 0;
        options |= sk.rx_opt_sack_ok ? OPT_SACK : 0;
        options |= sk.rx_opt_wscale_ok ? OPT_WSCALE : 0;
        options |= (sk.ecn_flags & TcpSock.TCP_ECN_OK) != 0 ? OPT_ECN : 0;
        options |= (sk.ecn_flags & TcpSock.TCP_ECN_SEEN) != 0 ? OPT_ECN_SEEN : 0;
        return options;
    }
}
