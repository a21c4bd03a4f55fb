package org.bpfsim.tcp.timer;

import org.bpfsim.tcp.sock.TcpSock;

/** Gives a new socket its timers (tcp_init_xmit_timers()). */
public final class Timers {
    private Timers() {}

    public static void create(TcpSock sk) {
        sk.icsk_retransmit_timer = new RetransmitTimer(sk);
        sk.icsk_delack_timer = new DelackTimer(sk);
        sk.sk_timer = new KeepaliveTimer(sk);
        sk.pacing_timer = new PacingTimer(sk);
        sk.compressed_ack_timer = new CompressedAckTimer(sk);
    }
}
