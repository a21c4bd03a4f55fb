package org.bpfsim.tcp.sock;

import org.bpfsim.tcp.segment.TcpSegment;

/**
 * The hook that Linux calls as {@code tcp_call_bpf()} (6.12, include/net/tcp.h). Numbers are those of
 * include/uapi/linux/bpf.h.
 */
public interface SockOps {
    int BPF_SOCK_OPS_TIMEOUT_INIT = 1;
    int BPF_SOCK_OPS_RWND_INIT = 2;
    int BPF_SOCK_OPS_TCP_CONNECT_CB = 3;
    int BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB = 4;
    int BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB = 5;
    int BPF_SOCK_OPS_NEEDS_ECN = 6;
    int BPF_SOCK_OPS_BASE_RTT = 7;
    int BPF_SOCK_OPS_RTO_CB = 8;
    int BPF_SOCK_OPS_RETRANS_CB = 9;
    int BPF_SOCK_OPS_STATE_CB = 10;
    int BPF_SOCK_OPS_TCP_LISTEN_CB = 11;
    int BPF_SOCK_OPS_RTT_CB = 12;

    /** Bits of {@link TcpSock#bpf_sock_ops_cb_flags} that switch on the call-backs which are off by default. */
    int BPF_SOCK_OPS_RTO_CB_FLAG = 1;

    int BPF_SOCK_OPS_RETRANS_CB_FLAG = 1 << 1;
    int BPF_SOCK_OPS_STATE_CB_FLAG = 1 << 2;
    int BPF_SOCK_OPS_RTT_CB_FLAG = 1 << 3;

    /**
     * Runs the attached programs.
     *
     * @param sk a {@link TcpSock} or a {@link RequestSock}
     * @param op one of the constants above
     * @param skb the segment that caused the call, or null; valid during the call only
     * @return {@code reply} as the program left it, or -1 if the program returned 0
     */
    int call(SockCommon sk, int op, int arg0, int arg1, int arg2, TcpSegment skb);
}
