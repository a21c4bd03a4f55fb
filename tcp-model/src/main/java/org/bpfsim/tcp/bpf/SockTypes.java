package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.types.ScalarType;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Linux's socket structs as programs see them through BTF, up to {@code inet_connection_sock}; {@link TcpSockType} has
 * the rest. Each struct begins with the one before, as in Linux (6.12, include/net/sock.h, inet_sock.h,
 * inet_connection_sock.h), so that one address serves for all.
 *
 * <p>Fields with a setter are those that a {@code tcp_congestion_ops} program may write ({@link
 * StructOpsFamily#WRITABLE}); members that are not listed are not modelled, and a program that reads one is refused
 * when it is loaded.
 */
final class SockTypes {
    /** What Linux puts into the IPv4 fields of a full IPv6 socket: 127.0.0.6 (6.12, LOOPBACK4_IPV6). */
    private static final int LOOPBACK4_IPV6 = 0x7f000006;

    private static final int IPPROTO_TCP = 6;
    private static final int SOCK_STREAM = 1;

    private static final IpAddress ANY = IpAddress.v6(0, 0);

    private static final StructType<IpAddress> IN6_U = StructType.builder("in6_u", IpAddress.class)
            .array("u6_addr32", ScalarType.BE32, 4, IpAddress::word)
            .build();

    private static final StructType<IpAddress> IN6_ADDR = StructType.builder("in6_addr", IpAddress.class)
            .embed("in6_u", IN6_U)
            .build();

    /** {@code struct sock_common}: also what a request socket consists of. */
    static final StructType<SockCommon> SOCK_COMMON = StructType.builder("sock_common", SockCommon.class)
            .scalar("skc_daddr", ScalarType.BE32, SockTypes::remoteIp4)
            .scalar("skc_rcv_saddr", ScalarType.BE32, SockTypes::localIp4)
            .scalar("skc_dport", ScalarType.BE16, sk -> sk.skc_dport)
            .u16("skc_num", sk -> sk.skc_num)
            .u16("skc_family", SockCommon::family)
            .u8("skc_state", sk -> sk.skc_state)
            .embed("skc_v6_daddr", IN6_ADDR, sk -> sk.daddr == null ? ANY : sk.daddr)
            .embed("skc_v6_rcv_saddr", IN6_ADDR, sk -> sk.saddr == null ? ANY : sk.saddr)
            .build();

    /** {@code struct sock}. */
    static final StructType<TcpSock> SOCK = StructType.builder("sock", TcpSock.class)
            .embed("__sk_common", SOCK_COMMON)
            .s32("sk_err", sk -> sk.sk_err)
            .s32("sk_rcvbuf", sk -> sk.sk_rcvbuf)
            .s32("sk_rcvlowat", sk -> sk.sk_rcvlowat)
            .s32("sk_wmem_queued", sk -> sk.sk_wmem_queued)
            .s32("sk_sndbuf", sk -> sk.sk_sndbuf)
            .u32("sk_pacing_status", sk -> sk.sk_pacing_status, (sk, v) -> sk.sk_pacing_status = (int) v)
            .u64("sk_pacing_rate", sk -> sk.sk_pacing_rate, (sk, v) -> sk.sk_pacing_rate = v)
            .u64("sk_max_pacing_rate", sk -> sk.sk_max_pacing_rate)
            .u32("sk_priority", sk -> sk.sk_priority)
            .u32("sk_mark", sk -> sk.sk_mark)
            .u32("sk_txhash", sk -> sk.sk_txhash)
            .s32("sk_err_soft", sk -> sk.sk_err_soft)
            .u32("sk_ack_backlog", sk -> sk.sk_ack_backlog)
            .u32("sk_max_ack_backlog", sk -> sk.sk_max_ack_backlog)
            .u16("sk_type", sk -> SOCK_STREAM)
            .u16("sk_protocol", sk -> IPPROTO_TCP)
            .u8("sk_pacing_shift", sk -> sk.sk_pacing_shift)
            .u8("sk_shutdown", sk -> sk.sk_shutdown)
            .build();

    /** {@code struct inet_sock}. */
    static final StructType<TcpSock> INET_SOCK = StructType.builder("inet_sock", TcpSock.class)
            .embed("sk", SOCK)
            .u8("tos", sk -> sk.tos)
            .build();

    private static final StructType<TcpSock> ICSK_ACK = StructType.builder("icsk_ack", TcpSock.class)
            .u8("pending", sk -> sk.icsk_ack_pending, (sk, v) -> sk.icsk_ack_pending = (int) v & 0xff)
            .u8("quick", sk -> sk.icsk_ack_quick)
            .u8("pingpong", sk -> sk.icsk_ack_pingpong)
            .u8("retry", sk -> sk.icsk_ack_retry)
            .u64("timeout", sk -> sk.icsk_ack_timeout)
            .u32("lrcvtime", sk -> sk.icsk_ack_lrcvtime)
            .u16("last_seg_size", sk -> sk.icsk_ack_last_seg_size)
            .u16("rcv_mss", sk -> sk.icsk_ack_rcv_mss)
            .build();

    /** {@code struct inet_connection_sock}. */
    static final StructType<TcpSock> INET_CONNECTION_SOCK = StructType.builder("inet_connection_sock", TcpSock.class)
            .embed("icsk_inet", INET_SOCK)
            .u64("icsk_timeout", sk -> sk.icsk_timeout)
            .u32("icsk_rto", sk -> sk.icsk_rto)
            .u32("icsk_rto_min", sk -> sk.icsk_rto_min)
            .u32("icsk_delack_max", sk -> sk.icsk_delack_max)
            .bits("icsk_ca_state", ScalarType.U8, 5, sk -> sk.icsk_ca_state)
            .bits("icsk_ca_initialized", ScalarType.U8, 1, sk -> bit(sk.icsk_ca_initialized))
            .bits("icsk_ca_setsockopt", ScalarType.U8, 1, sk -> bit(sk.icsk_ca_setsockopt))
            .u8("icsk_retransmits", sk -> sk.icsk_retransmits)
            .u8("icsk_pending", sk -> sk.icsk_pending)
            .u8("icsk_backoff", sk -> sk.icsk_backoff)
            .u8("icsk_syn_retries", sk -> sk.icsk_syn_retries)
            .u8("icsk_probes_out", sk -> sk.icsk_probes_out)
            .embed("icsk_ack", ICSK_ACK)
            .u32("icsk_user_timeout", sk -> sk.icsk_user_timeout)
            .memory("icsk_ca_priv", TcpSock.ICSK_CA_PRIV_SIZE, sk -> sk.icsk_ca_priv)
            .build();

    private SockTypes() {}

    /** The peer's IPv4 address; for IPv6 what Linux keeps in that place. */
    static int remoteIp4(SockCommon sk) {
        return sk.daddr == null ? 0 : sk.daddr.isV4() ? sk.daddr.v4Bits() : placeholder(sk);
    }

    static int localIp4(SockCommon sk) {
        return sk.saddr == null ? 0 : sk.saddr.isV4() ? sk.saddr.v4Bits() : placeholder(sk);
    }

    private static int placeholder(SockCommon sk) {
        return sk.isFullSock() ? LOOPBACK4_IPV6 : 0;
    }

    /** The i-th 32-bit word of the peer's address, an IPv4 one being mapped into IPv6. */
    static int remoteWord(SockCommon sk, int i) {
        return sk.daddr == null ? 0 : sk.daddr.word(i);
    }

    static int localWord(SockCommon sk, int i) {
        return sk.saddr == null ? 0 : sk.saddr.word(i);
    }

    static int bit(boolean set) {
        return set ? 1 : 0;
    }
}
