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

    /** {@code struct tcphdr}, in whatever memory a program has copied a header to: CO-RE asks for its layout only. */
    static final StructType<byte[]> TCPHDR = StructType.builder("tcphdr", byte[].class)
            .scalar("source", ScalarType.BE16, b -> number(b, 0, 2))
            .scalar("dest", ScalarType.BE16, b -> number(b, 2, 2))
            .scalar("seq", ScalarType.BE32, b -> number(b, 4, 4))
            .scalar("ack_seq", ScalarType.BE32, b -> number(b, 8, 4))
            .bits("res1", ScalarType.U16, 4, b -> b[12] & 0xf)
            .bits("doff", ScalarType.U16, 4, b -> b[12] >> 4 & 0xf)
            .bits("fin", ScalarType.U16, 1, b -> b[13] & 1)
            .bits("syn", ScalarType.U16, 1, b -> b[13] >> 1 & 1)
            .bits("rst", ScalarType.U16, 1, b -> b[13] >> 2 & 1)
            .bits("psh", ScalarType.U16, 1, b -> b[13] >> 3 & 1)
            .bits("ack", ScalarType.U16, 1, b -> b[13] >> 4 & 1)
            .bits("urg", ScalarType.U16, 1, b -> b[13] >> 5 & 1)
            .bits("ece", ScalarType.U16, 1, b -> b[13] >> 6 & 1)
            .bits("cwr", ScalarType.U16, 1, b -> b[13] >> 7 & 1)
            .scalar("window", ScalarType.BE16, b -> number(b, 14, 2))
            .u16("check", b -> number(b, 16, 2))
            .scalar("urg_ptr", ScalarType.BE16, b -> number(b, 18, 2))
            .build();

    private UapiTypes() {}

    private static long number(byte[] bytes, int at, int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        return value;
    }

    private static TcpSock full(SockCommon sk) {
        return sk instanceof TcpSock t ? t : null;
    }
}
