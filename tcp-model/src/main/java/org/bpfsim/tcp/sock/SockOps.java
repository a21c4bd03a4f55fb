package org.bpfsim.tcp.sock;

import org.bpfsim.tcp.segment.TcpSegment;

/**
 * The hook that Linux calls as {@code tcp_call_bpf()} and, for header options, as {@code bpf_skops_*()} (6.12,
 * include/net/tcp.h, net/ipv4/tcp_input.c and tcp_output.c). Numbers are those of include/uapi/linux/bpf.h.
 */
public interface SockOps {
    int BPF_SOCK_OPS_TIMEOUT_INIT = 1;
    int BPF_SOCK_OPS_RWND_INIT = 2;
    int BPF_SOCK_OPS_TCP_CONNECT_CB = 3;
    int BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB = 4;
    int BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB = 5;
    int BPF_SOCK_OPS_NEEDS_ECN = 6;
    /** Asked by tcp_nv alone, which is not modelled. */
    int BPF_SOCK_OPS_BASE_RTT = 7;

    int BPF_SOCK_OPS_RTO_CB = 8;
    int BPF_SOCK_OPS_RETRANS_CB = 9;
    int BPF_SOCK_OPS_STATE_CB = 10;
    int BPF_SOCK_OPS_TCP_LISTEN_CB = 11;
    int BPF_SOCK_OPS_RTT_CB = 12;
    int BPF_SOCK_OPS_PARSE_HDR_OPT_CB = 13;
    int BPF_SOCK_OPS_HDR_OPT_LEN_CB = 14;
    int BPF_SOCK_OPS_WRITE_HDR_OPT_CB = 15;

    /** From Linux 6.15 on: what becomes of a write, see {@link ProgramTimestamps}. */
    int BPF_SOCK_OPS_TSTAMP_SCHED_CB = 16;

    int BPF_SOCK_OPS_TSTAMP_SND_SW_CB = 17;
    /** Never called, because no NIC stamps packets. */
    int BPF_SOCK_OPS_TSTAMP_SND_HW_CB = 18;

    int BPF_SOCK_OPS_TSTAMP_ACK_CB = 19;
    int BPF_SOCK_OPS_TSTAMP_SENDMSG_CB = 20;

    /**
     * Data is queued, or has been read ({@link ReceiveQueueHook}). Of the patch series "bpf: Add SOCK_OPS hooks for TCP AutoLOWAT",
     * which no release has: the numbers of this and its flag are the next that Linux 6.18 leaves free.
     */
    int BPF_SOCK_OPS_RCVQ_CB = 21;

    /** Bits of {@link TcpSock#bpf_sock_ops_cb_flags} that switch on the call-backs which are off by default. */
    int BPF_SOCK_OPS_RTO_CB_FLAG = 1;

    int BPF_SOCK_OPS_RETRANS_CB_FLAG = 1 << 1;
    int BPF_SOCK_OPS_STATE_CB_FLAG = 1 << 2;
    int BPF_SOCK_OPS_RTT_CB_FLAG = 1 << 3;
    int BPF_SOCK_OPS_PARSE_ALL_HDR_OPT_CB_FLAG = 1 << 4;
    int BPF_SOCK_OPS_PARSE_UNKNOWN_HDR_OPT_CB_FLAG = 1 << 5;
    int BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG = 1 << 6;
    int BPF_SOCK_OPS_RCVQ_CB_FLAG = 1 << 7;
    int BPF_SOCK_OPS_ALL_CB_FLAGS = 0xff;

    /** First argument of the two calls about header options: the size of a segment is asked for, and there is none yet. */
    int BPF_WRITE_HDR_TCP_CURRENT_MSS = 1;

    /** First argument of the two calls about header options: a SYN-ACK whose state is a cookie. */
    int BPF_WRITE_HDR_TCP_SYNACK_COOKIE = 2;

    /**
     * Runs the attached programs.
     *
     * @param sk a {@link TcpSock} or a {@link RequestSock}
     * @param op one of the constants above
     * @param skb the received segment that caused the call, or null; valid during the call only
     * @return {@code reply} as the program left it, or -1 if the program returned 0
     */
    int call(SockCommon sk, int op, int arg0, int arg1, int arg2, TcpSegment skb);

    /**
     * Asks how many bytes of options the programs want to write: {@code BPF_SOCK_OPS_HDR_OPT_LEN_CB}.
     *
     * @param arg0 0 or one of {@code BPF_WRITE_HDR_*}
     * @param remaining bytes that are free for options, a multiple of four and not 0
     * @param skb the segment to be sent, or null
     * @param syn the SYN that a SYN-ACK answers, or null
     * @return bytes that they reserved; 0 if a program returned 0
     */
    default int reserveOptions(SockCommon sk, int arg0, int remaining, TcpSegment skb, TcpSegment syn) {
        return 0;
    }

    /**
     * Lets the programs write their options into the room that {@link TcpSegment#makeExtraOptions} has made: {@code
     * BPF_SOCK_OPS_WRITE_HDR_OPT_CB}. What they do not fill, or if one of them returned 0, stays NOPs.
     *
     * @param skb the segment to be sent, complete but for this and for what is below TCP
     */
    default void writeOptions(SockCommon sk, int arg0, TcpSegment skb, TcpSegment syn) {}

    /**
     * Tells the programs what has become of bytes that were written: {@code BPF_SOCK_OPS_TSTAMP_*}.
     *
     * @param op one of {@code BPF_SOCK_OPS_TSTAMP_*}
     * @param bytes of the buffer that the last of these bytes is in, as {@code skb_len} has them
     * @return whether a program wants to hear more of them; only {@link #BPF_SOCK_OPS_TSTAMP_SENDMSG_CB} asks
     */
    default boolean timestamp(TcpSock sk, int op, int bytes) {
        return false;
    }

    /**
     * Tells the programs that the receive queue changes: {@link #BPF_SOCK_OPS_RCVQ_CB}.
     *
     * @param skb what is about to be queued, or null after a read; valid during the call only
     */
    default void receiveQueue(TcpSock sk, QueuedSkb skb) {}
}
