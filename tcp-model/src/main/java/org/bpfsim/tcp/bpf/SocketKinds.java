package org.bpfsim.tcp.bpf;

import static org.bpfsim.tcp.bpf.SockTypes.bit;

import org.bpfsim.bpf.types.ScalarType;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TimeWaitSock;

/**
 * What sockets are beside {@code tcp_sock}, for {@link SocketCasts} (Linux 6.12: include/linux/tcp.h, include/linux/ipv6.h,
 * include/net/request_sock.h, inet_sock.h, inet_timewait_sock.h). Programs can name kinds of socket that hosts do not have, too:
 * such a program loads, and never gets a pointer to one.
 */
final class SocketKinds {
    private static final int TCP_CA_NAME_MAX = 16;

    /** A socket of a kind that hosts do not have: there are none. */
    private static final class None {
        private None() {}
    }

    static final StructType<TcpSock> TCP6_SOCK = StructType.builder("tcp6_sock", TcpSock.class)
            .embed("tcp", TcpSockType.TCP_SOCK)
            .build();

    private static final StructType<RequestSock> REQUEST_SOCK = StructType.builder("request_sock", RequestSock.class)
            .embed("__req_common", SockTypes.SOCK_COMMON)
            .u16("mss", req -> req.mss)
            .u8("num_retrans", req -> req.num_retrans)
            .bits("syncookie", ScalarType.U8, 1, req -> bit(req.syncookie))
            .bits("num_timeout", ScalarType.U8, 7, req -> req.num_timeout)
            .u32("ts_recent", req -> req.ts_recent)
            .pointer("sk", () -> SockTypes.SOCK, req -> req.sk)
            .u32("timeout", req -> req.timeout)
            .build();

    private static final StructType<RequestSock> INET_REQUEST_SOCK = StructType.builder(
                    "inet_request_sock", RequestSock.class)
            .embed("req", REQUEST_SOCK)
            .bits("snd_wscale", ScalarType.U16, 4, req -> req.snd_wscale)
            .bits("rcv_wscale", ScalarType.U16, 4, req -> req.rcv_wscale)
            .bits("tstamp_ok", ScalarType.U16, 1, req -> bit(req.tstamp_ok))
            .bits("sack_ok", ScalarType.U16, 1, req -> bit(req.sack_ok))
            .bits("wscale_ok", ScalarType.U16, 1, req -> bit(req.wscale_ok))
            .bits("ecn_ok", ScalarType.U16, 1, req -> bit(req.ecn_ok))
            .bits("acked", ScalarType.U16, 1, req -> bit(req.acked))
            .build();

    static final StructType<RequestSock> TCP_REQUEST_SOCK = StructType.builder("tcp_request_sock", RequestSock.class)
            .embed("req", INET_REQUEST_SOCK)
            .u64("snt_synack", req -> req.snt_synack)
            .u8("tfo_listener", req -> bit(req.tfo_listener))
            .u8("is_mptcp", req -> 0)
            .u32("txhash", req -> req.sk_txhash)
            .u32("rcv_isn", req -> req.rcv_isn)
            .u32("snt_isn", req -> req.snt_isn)
            .u32("ts_off", req -> req.ts_off)
            .u32("last_oow_ack_time", req -> req.last_oow_ack_time)
            .u32("rcv_nxt", req -> req.rcv_nxt)
            .build();

    private static final StructType<TimeWaitSock> INET_TIMEWAIT_SOCK = StructType.builder(
                    "inet_timewait_sock", TimeWaitSock.class)
            .embed("__tw_common", SockTypes.SOCK_COMMON)
            .u8("tw_substate", tw -> tw.tw_substate)
            .u8("tw_rcv_wscale", tw -> tw.tw_rcv_wscale)
            .scalar("tw_sport", ScalarType.BE16, tw -> tw.skc_num)
            .u32("tw_txhash", tw -> tw.sk_txhash)
            .build();

    static final StructType<TimeWaitSock> TCP_TIMEWAIT_SOCK = StructType.builder(
                    "tcp_timewait_sock", TimeWaitSock.class)
            .embed("tw_sk", INET_TIMEWAIT_SOCK)
            .u32("tw_rcv_wnd", tw -> tw.tw_rcv_wnd)
            .u32("tw_ts_offset", tw -> tw.tw_ts_offset)
            .u32("tw_ts_recent", tw -> tw.tw_ts_recent)
            .u32("tw_last_oow_ack_time", tw -> tw.tw_last_oow_ack_time)
            .s32("tw_ts_recent_stamp", tw -> tw.tw_ts_recent_stamp)
            .build();

    private static final StructType<None> UDP_SOCK = StructType.builder("udp_sock", None.class)
            .embed("inet", SockTypes.INET_SOCK, none -> null)
            .build();

    static final StructType<None> UDP6_SOCK =
            StructType.builder("udp6_sock", None.class).embed("udp", UDP_SOCK).build();

    static final StructType<None> UNIX_SOCK = StructType.builder("unix_sock", None.class)
            .embed("sk", SockTypes.SOCK, none -> null)
            .build();

    static final StructType<None> MPTCP_SOCK = StructType.builder("mptcp_sock", None.class)
            .embed("sk", SockTypes.INET_CONNECTION_SOCK, none -> null)
            .u32("token", none -> 0)
            .pointer("first", () -> SockTypes.SOCK, none -> null)
            .array("ca_name", ScalarType.U8, TCP_CA_NAME_MAX, (none, i) -> 0)
            .build();

    private SocketKinds() {}
}
