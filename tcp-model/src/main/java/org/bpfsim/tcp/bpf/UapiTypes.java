package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.types.ScalarType;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * The socket structs of the UAPI (Linux 6.12, include/uapi/linux/bpf.h), whose layout is fixed: programs are compiled
 * against it without CO-RE.
 */
final class UapiTypes {
    private static final int IPPROTO_TCP = 6;
    private static final int SOCK_STREAM = 1;

    /** {@code struct bpf_sock}. */
    static final StructType<SockCommon> BPF_SOCK = StructType.builder("bpf_sock", SockCommon.class)
            .u32("bound_dev_if", sk -> full(sk) == null ? 0 : full(sk).sk_bound_dev_if)
            .u32("family", SockCommon::family)
            .u32("type", sk -> SOCK_STREAM)
            .u32("protocol", sk -> IPPROTO_TCP)
            .u32("mark", sk -> full(sk) == null ? 0 : full(sk).sk_mark)
            .u32("priority", sk -> full(sk) == null ? 0 : full(sk).sk_priority)
            .scalar("src_ip4", ScalarType.BE32, SockTypes::localIp4)
            .array("src_ip6", ScalarType.BE32, 4, SockTypes::localWord)
            .u32("src_port", sk -> sk.skc_num)
            .scalar("dst_port", ScalarType.BE16, sk -> sk.skc_dport)
            .scalar("dst_ip4", ScalarType.BE32, SockTypes::remoteIp4)
            .array("dst_ip6", ScalarType.BE32, 4, SockTypes::remoteWord)
            .u32("state", sk -> sk.skc_state)
            .s32("rx_queue_mapping", sk -> -1)
            .build();

    /** {@code struct bpf_tcp_sock}. */
    static final StructType<TcpSock> BPF_TCP_SOCK = StructType.builder("bpf_tcp_sock", TcpSock.class)
            .u32("snd_cwnd", sk -> sk.snd_cwnd)
            .u32("srtt_us", sk -> sk.srtt_us)
            .u32("rtt_min", TcpSock::minRttUs)
            .u32("snd_ssthresh", sk -> sk.snd_ssthresh)
            .u32("rcv_nxt", sk -> sk.rcv_nxt)
            .u32("snd_nxt", sk -> sk.snd_nxt)
            .u32("snd_una", sk -> sk.snd_una)
            .u32("mss_cache", sk -> sk.mss_cache)
            .u32("ecn_flags", sk -> sk.ecn_flags)
            .u32("rate_delivered", sk -> sk.rate_delivered)
            .u32("rate_interval_us", sk -> sk.rate_interval_us)
            .u32("packets_out", sk -> sk.packets_out)
            .u32("retrans_out", sk -> sk.retrans_out)
            .u32("total_retrans", sk -> sk.total_retrans)
            .u32("segs_in", sk -> sk.segs_in)
            .u32("data_segs_in", sk -> sk.data_segs_in)
            .u32("segs_out", sk -> sk.segs_out)
            .u32("data_segs_out", sk -> sk.data_segs_out)
            .u32("lost_out", sk -> sk.lost_out)
            .u32("sacked_out", sk -> sk.sacked_out)
            .u64("bytes_received", sk -> sk.bytes_received)
            .u64("bytes_acked", sk -> sk.bytes_acked)
            .u32("dsack_dups", sk -> sk.dsack_dups)
            .u32("delivered", sk -> sk.delivered)
            .u32("delivered_ce", sk -> sk.delivered_ce)
            .u32("icsk_retransmits", sk -> sk.icsk_retransmits)
            .build();

    private UapiTypes() {}

    private static TcpSock full(SockCommon sk) {
        return sk instanceof TcpSock t ? t : null;
    }
}
