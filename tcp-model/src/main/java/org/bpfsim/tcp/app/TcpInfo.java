package org.bpfsim.tcp.app;

import org.bpfsim.tcp.sock.Chrono;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * What {@code getsockopt(TCP_INFO)} tells of a connection, in Linux's units (6.12, tcp_get_info() in net/ipv4/tcp.c); the
 * names are those of {@code struct tcp_info} without the prefix. Fields for what is not modelled (Fast Open, MTU probing)
 * are left out rather than zero.
 *
 * @param rto microseconds
 * @param rtt smoothed RTT in microseconds
 * @param rttvar microseconds
 * @param snd_cwnd segments
 * @param pacing_rate bytes per second, ~0 if not computed yet
 * @param delivery_rate bytes per second, 0 if not measured
 * @param min_rtt microseconds, ~0 if not measured
 * @param busy_time microseconds with something to send or unacknowledged
 * @param rwnd_limited microseconds of that in which the peer's window was the limit
 * @param sndbuf_limited microseconds in which the send buffer was the limit
 */
public record TcpInfo(
        int state,
        int ca_state,
        int retransmits,
        int probes,
        int backoff,
        int snd_wscale,
        int rcv_wscale,
        long rto,
        int snd_mss,
        int rcv_mss,
        int unacked,
        int sacked,
        int lost,
        int retrans,
        int rtt,
        int rttvar,
        int snd_ssthresh,
        int snd_cwnd,
        int advmss,
        int reordering,
        int rcv_rtt,
        int rcv_space,
        int rcv_ssthresh,
        int total_retrans,
        long pacing_rate,
        long max_pacing_rate,
        long bytes_acked,
        long bytes_received,
        int segs_out,
        int segs_in,
        int notsent_bytes,
        int min_rtt,
        int data_segs_in,
        int data_segs_out,
        long delivery_rate,
        int delivered,
        int delivered_ce,
        long busy_time,
        long rwnd_limited,
        long sndbuf_limited,
        long bytes_sent,
        long bytes_retrans,
        int dsack_dups,
        int reord_seen,
        int rcv_ooopack,
        int snd_wnd,
        int rcv_wnd,
        int total_rto) {
    /** A snapshot of a socket. */
    public static TcpInfo of(TcpSock sk) {
        int now = sk.kernel.jiffies();
        return new TcpInfo(
                sk.skc_state,
                sk.icsk_ca_state,
                sk.icsk_retransmits,
                sk.icsk_probes_out,
                sk.icsk_backoff,
                sk.rx_opt_snd_wscale,
                sk.rx_opt_rcv_wscale,
                sk.kernel.jiffiesToUs(sk.icsk_rto),
                sk.mss_cache,
                sk.icsk_ack_rcv_mss,
                sk.packets_out,
                sk.sacked_out,
                sk.lost_out,
                sk.retrans_out,
                sk.srtt_us >>> 3,
                sk.mdev_us >>> 2,
                sk.snd_ssthresh,
                sk.snd_cwnd,
                sk.advmss,
                sk.reordering,
                sk.rcv_rtt_est_rtt_us >>> 3,
                sk.rcvq_space_space,
                sk.rcv_ssthresh,
                sk.total_retrans,
                sk.sk_pacing_rate,
                sk.sk_max_pacing_rate,
                sk.bytes_acked,
                sk.bytes_received,
                sk.segs_out,
                sk.segs_in,
                sk.skc_state == TcpState.CLOSE ? 0 : Math.max(0, sk.write_seq - sk.snd_nxt),
                sk.minRttUs(),
                sk.data_segs_in,
                sk.data_segs_out,
                deliveryRate(sk),
                sk.delivered,
                sk.delivered_ce,
                sk.kernel.jiffiesToUs(sk.chrono.busyJiffies(now)),
                sk.kernel.jiffiesToUs(sk.chrono.jiffies(Chrono.RWND_LIMITED, now)),
                sk.kernel.jiffiesToUs(sk.chrono.jiffies(Chrono.SNDBUF_LIMITED, now)),
                sk.bytes_sent,
                sk.bytes_retrans,
                sk.dsack_dups,
                sk.reord_seen,
                sk.rcv_ooopack,
                sk.snd_wnd,
                sk.rcv_wnd,
                sk.total_rto);
    }

    private static long deliveryRate(TcpSock sk) {
        if (sk.rate_delivered == 0 || sk.rate_interval_us == 0) {
            return 0;
        }
        return (long) sk.rate_delivered * sk.mss_cache * 1_000_000 / sk.rate_interval_us;
    }
}
