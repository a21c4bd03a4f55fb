package org.bpfsim.tcp.recovery;

import org.bpfsim.tcp.sock.TcpSock;

/** Counts what has arrived at the peer (Linux 6.12, tcp_count_delivered() in net/ipv4/tcp_input.c). */
public final class Delivery {
    private Delivery() {}

    /** {@code segments} more were delivered; {@code ece}: the ACK echoes congestion. */
    public static void count(TcpSock sk, int segments, boolean ece) {
        sk.delivered += segments;
        if (ece) {
            sk.delivered_ce += segments;
        }
    }
}
