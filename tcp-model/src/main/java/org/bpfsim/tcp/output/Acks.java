package org.bpfsim.tcp.output;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** Sends ACKs, at once or delayed (RFC 9293, section 3.8.6.3; Linux 6.12, net/ipv4/tcp_output.c). */
public final class Acks {
    private Acks() {}

    /** TCP_ATO_MIN and TCP_DELACK_MIN: 40 ms in ticks. */
    public static int atoMin(HostKernel kernel) {
        return kernel.hz / 25;
    }

    /** TCP_DELACK_MAX: 200 ms in ticks. */
    public static int delackMax(HostKernel kernel) {
        return kernel.hz / 5;
    }

    /** Sends an ACK for all that was received (tcp_send_ack()). */
    public static void send(TcpSock sk) {
        send(sk, sk.rcv_nxt);
    }

    /** Sends an ACK for {@code rcvNxt}, which DCTCP uses for data before a change of CE (__tcp_send_ack()). */
    public static void send(TcpSock sk, int rcvNxt) {
        if (sk.skc_state == TcpState.CLOSE) {
            return;
        }
        Transmitter.sendControl(sk, TcpSegment.ACK, acceptableSeq(sk), rcvNxt);
    }

    /** Owes an ACK, for the timer or the next data to send (tcp_send_delayed_ack()). */
    public static void delay(TcpSock sk) {
        HostKernel kernel = sk.kernel;
        int delackMin = atoMin(kernel);
        int ato = sk.icsk_ack_ato;
        if (ato > delackMin) {
            int max = kernel.hz / 2;
            if (sk.inPingpongMode() || (sk.icsk_ack_pending & TcpSock.ICSK_ACK_PUSHED) != 0) {
                max = delackMax(kernel);
            }
            if (sk.srtt_us != 0) {
                max = Math.min(max, Math.max(kernel.usToJiffies(sk.srtt_us >>> 3), delackMin));
            }
            ato = Math.min(ato, max);
        }
        ato = Math.min(ato, sk.icsk_delack_max);
        long now = kernel.jiffies64();
        long timeout = now + ato;
        if ((sk.icsk_ack_pending & TcpSock.ICSK_ACK_TIMER) != 0) {
            if (sk.icsk_ack_timeout <= now + (ato >> 2)) {
                send(sk);
                return;
            }
            timeout = Math.min(timeout, sk.icsk_ack_timeout);
        }
        SockTimers.setDelackTimer(sk, timeout);
    }

    /** The sequence number of a segment without data: in the peer's window even if that has shrunk. */
    static int acceptableSeq(TcpSock sk) {
        int end = sk.wndEnd();
        boolean withinWindow =
                !SeqNum.before(end, sk.snd_nxt) || sk.rx_opt_wscale_ok && sk.snd_nxt - end < 1 << sk.rx_opt_rcv_wscale;
        return withinWindow ? sk.snd_nxt : end;
    }
}
