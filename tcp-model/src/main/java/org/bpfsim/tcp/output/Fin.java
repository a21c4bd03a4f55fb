package org.bpfsim.tcp.output;

import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** Ends the outgoing stream (RFC 9293, section 3.6; Linux 6.12, tcp_close_state() and tcp_send_fin()). */
public final class Fin {
    private Fin() {}

    /** Leaves for the state that follows closing; queues a FIN behind what waits if that state needs one. */
    public static void close(TcpSock sk) {
        switch (sk.skc_state) {
            case TcpState.ESTABLISHED, TcpState.SYN_RECV -> {
                sk.setState(TcpState.FIN_WAIT1);
                send(sk);
            }
            case TcpState.CLOSE_WAIT -> {
                sk.setState(TcpState.LAST_ACK);
                send(sk);
            }
            case TcpState.SYN_SENT -> sk.setState(TcpState.CLOSE);
            default -> {
                // the FIN is queued already, or there is no connection
            }
        }
    }

    /** The FIN rides on the last buffer that waits, or in one of its own. */
    private static void send(TcpSock sk) {
        SkBuff skb = sk.sk_write_queue.tail();
        if (skb == null) {
            skb = sk.kernel.skbs.take();
            skb.seq = sk.write_seq;
            skb.end_seq = sk.write_seq;
            skb.tcp_flags = TcpSegment.ACK;
            SendMessage.enqueue(sk, skb);
        }
        skb.tcp_flags |= TcpSegment.FIN;
        skb.end_seq++;
        sk.fin_queued = true;
        sk.write_seq++;
        Sender.pushPending(sk, TcpSock.TCP_NAGLE_OFF);
    }
}
