package org.bpfsim.tcp.sock;

/**
 * A congestion control: exactly the members of Linux's {@code tcp_congestion_ops} (6.12, include/net/tcp.h), with
 * its names, order of calls and units, so that native and BPF ones are alike to the stack.
 *
 * <p>An object serves all sockets of a host and holds no state of a connection: native ones keep it in
 * {@link TcpSock#caState}, BPF ones in {@link TcpSock#icsk_ca_priv}. Linux tests some members for NULL;
 * {@link #members()} answers that.
 */
public interface CongestionOps {
    /** Anybody may choose it, also without CAP_NET_ADMIN. */
    int TCP_CONG_NON_RESTRICTED = 1;
    /** Requires ECN, and sets ECT on SYN and SYN-ACK. */
    int TCP_CONG_NEEDS_ECN = 2;

    /** Bits of {@link #members()}. */
    int INIT = 1;

    int RELEASE = 1 << 1;
    int SET_STATE = 1 << 2;
    int CWND_EVENT = 1 << 3;
    int IN_ACK_EVENT = 1 << 4;
    int PKTS_ACKED = 1 << 5;
    int MIN_TSO_SEGS = 1 << 6;
    int SNDBUF_EXPAND = 1 << 7;
    int CONG_CONTROL = 1 << 8;
    int GET_INFO = 1 << 9;

    /** At most 15 characters, as in {@code net.ipv4.tcp_congestion_control}. */
    String name();

    /** {@link #TCP_CONG_NON_RESTRICTED} and {@link #TCP_CONG_NEEDS_ECN}. */
    int flags();

    /** Which of the optional members are there (not NULL); must not change. */
    int members();

    /**
     * Takes a reference for a socket that is going to use it; false if it is being unregistered (Linux:
     * bpf_try_module_get()). Native ones are never unregistered.
     */
    default boolean tryGet() {
        return true;
    }

    /** Gives a reference back (Linux: bpf_module_put()). */
    default void put() {}

    /** The socket starts to use this congestion control. */
    default void init(TcpSock sk) {}

    /** The socket ends to use it. */
    default void release(TcpSock sk) {}

    /** New slow start threshold in segments, asked at the onset of a reduction (required). */
    int ssthresh(TcpSock sk);

    /** Grows the window; {@code acked} segments were newly acknowledged up to {@code ack} (required). */
    void cong_avoid(TcpSock sk, int ack, int acked);

    /** Called before {@link TcpSock#icsk_ca_state} changes to {@code newState} (see {@link CaState}). */
    default void set_state(TcpSock sk, int newState) {}

    /** One of {@link CaEvent}. */
    default void cwnd_event(TcpSock sk, int event) {}

    /** Called for every ACK before it is processed; {@code flags} are {@code CA_ACK_*} of {@link CaEvent}. */
    default void in_ack_event(TcpSock sk, int flags) {}

    /** Called when segments were acknowledged or SACKed. */
    default void pkts_acked(TcpSock sk, AckSample sample) {}

    /** Least number of segments in one TSO packet. */
    default int min_tso_segs(TcpSock sk) {
        return 2;
    }

    /** How many windows the send buffer should hold. */
    default int sndbuf_expand(TcpSock sk) {
        return 2;
    }

    /** If {@link #CONG_CONTROL} is a member, replaces cong_avoid and PRR and sets cwnd and pacing rate itself. */
    default void cong_control(TcpSock sk, int ack, int flag, RateSample rs) {}

    /** The window in segments to go back to after a spurious reduction (required). */
    int undo_cwnd(TcpSock sk);

    /** What {@code ss -i} prints about the algorithm, or an empty string. */
    default String get_info(TcpSock sk) {
        return "";
    }
}
