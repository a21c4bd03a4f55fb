package org.bpfsim.tcp.input;

import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.output.Acks;
import org.bpfsim.tcp.output.ReceiveWindow;
import org.bpfsim.tcp.sock.Sysctls;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Decides whether what has arrived is acknowledged at once, later, or together with what follows (RFC 5681, section 4.2;
 * Linux 6.12, __tcp_ack_snd_check() in net/ipv4/tcp_input.c). Hot path: no allocation.
 *
 * <p>Linux acknowledges quickly at the start of a connection, after an idle time and after trouble; every second full
 * segment otherwise; late in an interactive session ("pingpong"), where the ACK rides on the answer.
 */
final class QuickAcks {
    /** TCP_MAX_QUICKACKS. */
    static final int MAX = 16;

    /** TCP_FASTRETRANS_THRESH: so many SACKs in a row go out one by one. */
    private static final int UNCOMPRESSED = 3;

    private QuickAcks() {}

    /** Schedules quick ACKs: as many as fill half the window, at most {@code max}. */
    static void grant(TcpSock sk, int max) {
        int quick = sk.rcv_wnd / (2 * sk.icsk_ack_rcv_mss);
        quick = Math.min(quick == 0 ? 2 : quick, max);
        sk.icsk_ack_quick = Math.max(sk.icsk_ack_quick, quick);
    }

    /** Enters quick ACK mode; the session is not interactive any more. */
    static void enterMode(TcpSock sk, int max) {
        grant(sk, max);
        sk.icsk_ack_pingpong = 0;
        sk.icsk_ack_ato = Acks.atoMin(sk.kernel);
    }

    /** An ACK is owed. */
    static void schedule(TcpSock sk) {
        sk.icsk_ack_pending |= TcpSock.ICSK_ACK_SCHED;
    }

    /** After a segment: sends the ACK that is owed, or sees to it that it is sent (tcp_ack_snd_check()). */
    static void check(TcpSock sk, boolean outOfOrderPossible) {
        if (!sk.ackScheduled()) {
            return;
        }
        boolean inQuickMode = sk.icsk_ack_quick != 0 && !sk.inPingpongMode();
        if (inQuickMode || (sk.icsk_ack_pending & TcpSock.ICSK_ACK_NOW) != 0 || isSecondFullSegment(sk)) {
            Acks.send(sk);
        } else if (!outOfOrderPossible || sk.out_of_order_queue.isEmpty()) {
            Acks.delay(sk);
        } else if (!mayCompress(sk)) {
            Acks.send(sk);
        }
    }

    /** More than a full segment is unacknowledged, and the window's right edge moves with it. */
    private static boolean isSecondFullSegment(TcpSock sk) {
        return sk.rcv_nxt - sk.rcv_wup > sk.icsk_ack_rcv_mss
                && (sk.rcv_nxt - sk.copied_seq < sk.sk_rcvlowat || ReceiveWindow.compute(sk) >= sk.rcv_wnd);
    }

    /** One ACK may stand for several SACKs: arms its timer. Returns whether this one is left out. */
    private static boolean mayCompress(TcpSock sk) {
        Sysctls sysctls = sk.kernel.sysctls;
        if (!sk.rx_opt_sack_ok || sk.compressed_ack >= sysctls.tcp_comp_sack_nr) {
            return false;
        }
        if (sk.compressed_ack_rcv_nxt != sk.rcv_nxt) {
            sk.compressed_ack_rcv_nxt = sk.rcv_nxt;
            sk.dup_ack_counter = 0;
        }
        if (sk.dup_ack_counter < UNCOMPRESSED) {
            sk.dup_ack_counter++;
            return false;
        }
        sk.compressed_ack++;
        if (!sk.kernel.scheduler.isPending(sk.compressed_ack_timer)) {
            long rtt8Us = Integer.toUnsignedLong(sk.rcv_rtt_est_rtt_us);
            if (sk.srtt_us != 0 && sk.srtt_us < rtt8Us) {
                rtt8Us = sk.srtt_us;
            }
            long delayNs = Math.min(sysctls.tcp_comp_sack_delay_ns, rtt8Us * (1000 / 8) / 20); // 5 % of the RTT
            sk.kernel.scheduler.after(delayNs * SimTime.PS_PER_NS, sk.compressed_ack_timer);
        }
        return true;
    }
}
