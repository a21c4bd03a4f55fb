package org.bpfsim.tcp.sock;

/** What congestion controls, socket options and BPF programs ask of the stack above this package. */
public interface Stack {
    /**
     * Sends an ACK now, for everything before {@code rcvNxt}, which may lie before {@link TcpSock#rcv_nxt}: {@code
     * __tcp_send_ack()} in Linux 6.12.
     */
    void sendAck(TcpSock sk, int rcvNxt);

    /** Sends what Nagle's algorithm held back: {@code tcp_push_pending_frames()}. */
    void pushPending(TcpSock sk);
}
