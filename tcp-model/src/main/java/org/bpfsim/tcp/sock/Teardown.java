package org.bpfsim.tcp.sock;

/** The end of a socket (Linux 6.12, tcp_done() and inet_csk_destroy_sock()). */
public final class Teardown {
    private Teardown() {}

    /** Ends the connection with an error that the owner is told. */
    public static void fail(TcpSock sk, int errno) {
        sk.sk_err = errno;
        sk.raise(SockCallbacks.ERROR);
        done(sk);
    }

    /** Ends the connection: no timer, no queue, not in the host's table (tcp_done()). */
    public static void done(TcpSock sk) {
        if (sk.sk_destroyed) {
            return;
        }
        sk.sk_destroyed = true;
        if (TcpState.in(sk.skc_state, TcpState.bit(TcpState.SYN_SENT) | TcpState.bit(TcpState.SYN_RECV))) {
            sk.kernel.mib.inc(Mib.TCP_ATTEMPT_FAILS);
        }
        SockTimers.stopAll(sk);
        if (sk.fastopen_rsk != null) {
            sk.fastopen_rsk.leaveFastOpen(sk, false);
        }
        sk.fastopen_req = null;
        sk.defer_connect = false;
        sk.kernel.fastOpenBlackhole.judge(sk);
        purge(sk);
        if (sk.skc_state != TcpState.CLOSE) {
            sk.setState(TcpState.CLOSE);
        }
        sk.sk_shutdown = TcpSock.RCV_SHUTDOWN | TcpSock.SEND_SHUTDOWN;
        if (sk.sk_dead) {
            sk.leaveSocketMaps(); // else its owner still holds it, and it stays where it is
        }
        sk.kernel.sockets.unhash(sk);
        sk.raise(SockCallbacks.STATE);
        CongestionControl.cleanup(sk);
    }

    /** Forgets what is queued in both directions, but for data in order that may still be read. */
    public static void purge(TcpSock sk) {
        SkBuff next;
        for (SkBuff skb = sk.tcp_rtx_queue.head(); skb != null; skb = next) {
            next = skb.next;
            sk.tcp_rtx_queue.unlink(skb);
            sk.kernel.skbs.give(skb);
        }
        for (SkBuff skb = sk.sk_write_queue.head(); skb != null; skb = next) {
            next = skb.next;
            sk.sk_write_queue.unlink(skb);
            sk.kernel.skbs.give(skb);
        }
        sk.retransmit_skb_hint = null;
        sk.highest_sack = null;
        sk.packets_out = 0;
        sk.sacked_out = 0;
        sk.lost_out = 0;
        sk.retrans_out = 0;
        sk.sk_wmem_queued = 0;
        sk.write_seq = sk.snd_nxt;
        sk.icsk_backoff = 0;
        sk.out_of_order_queue.clear();
    }
}
