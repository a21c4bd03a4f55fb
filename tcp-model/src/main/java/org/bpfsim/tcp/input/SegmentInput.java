package org.bpfsim.tcp.input;

import org.bpfsim.tcp.output.Reset;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.AckFlag;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.ReceiveLowat;
import org.bpfsim.tcp.sock.SockCallbacks;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.bpfsim.tcp.sock.Teardown;

/**
 * Takes a segment of a connection through the steps of RFC 9293, section 3.10.7 (Linux 6.12, tcp_rcv_established() and
 * tcp_rcv_state_process() in net/ipv4/tcp_input.c). Hot path: no allocation.
 *
 * <p>As in Linux, a segment that is the next expected, with nothing unusual about it, takes a short way. That is more than
 * an optimisation: on it neither window nor ECN echo are looked at, and the congestion control is not told SLOWPATH.
 */
public final class SegmentInput {
    private static final int UNUSUAL_FLAGS = 0xff & ~(TcpSegment.ACK | TcpSegment.PSH);
    private static final int ESTABLISHED = TcpState.ESTABLISHED;

    private SegmentInput() {}

    /** Processes a segment; the caller keeps it. */
    public static void receive(TcpSock sk, TcpSegment segment) {
        sk.segs_in += segment.gsoSegs;
        if (segment.length > 0) {
            sk.data_segs_in += segment.gsoSegs;
        }
        sk.refreshClock();
        switch (sk.skc_state) {
            case ESTABLISHED -> {
                if (isPredicted(sk, segment)) {
                    fastPath(sk, segment);
                } else {
                    slowPath(sk, segment);
                }
            }
            case TcpState.SYN_SENT -> SynSent.receive(sk, segment);
            case TcpState.CLOSE -> {
                // ended while the segment was on its way
            }
            default -> otherStates(sk, segment);
        }
    }

    /** Header prediction: the next data or a plain ACK, window unchanged, nothing out of order (tcp_fast_path_on()). */
    private static boolean isPredicted(TcpSock sk, TcpSegment segment) {
        return (segment.flags & UNUSUAL_FLAGS) == 0
                && segment.has(TcpSegment.ACK)
                && segment.seq == sk.rcv_nxt
                && segment.window == sk.snd_wnd >> sk.rx_opt_snd_wscale
                && segment.sackCount == 0
                && segment.extraOptionBytes == 0
                && segment.hasTimestamps == sk.rx_opt_tstamp_ok
                && !SeqNum.after(segment.ack, sk.snd_nxt)
                && sk.out_of_order_queue.isEmpty()
                && sk.rcv_wnd != 0
                && sk.sk_rmem_alloc < sk.sk_rcvbuf
                && (!segment.hasTimestamps || segment.tsval - sk.rx_opt_ts_recent >= 0);
    }

    private static void fastPath(TcpSock sk, TcpSegment segment) {
        Timestamps.parse(sk, segment);
        if (sk.rx_opt_saw_tstamp && sk.rcv_nxt == sk.rcv_wup) {
            Timestamps.store(sk);
        }
        if (segment.length == 0) {
            AckInput.process(sk, segment, 0);
            AckInput.sendMore(sk);
            return;
        }
        sk.kernel.mib.inc(Mib.TCP_HP_HITS);
        ReceiveBuffer.measureRttByTimestamp(sk, segment);
        DataInput.queueExpected(sk, segment);
        if (segment.ack != sk.snd_una) {
            AckInput.process(sk, segment, AckFlag.DATA);
            AckInput.sendMore(sk);
        } else {
            sk.snd_wl1 = segment.seq;
        }
        QuickAcks.check(sk, false);
        ReceiveLowat.wakeReader(sk);
    }

    private static void slowPath(TcpSock sk, TcpSegment segment) {
        if (!segment.has(TcpSegment.ACK) && !segment.has(TcpSegment.RST) && !segment.has(TcpSegment.SYN)) {
            return;
        }
        if (!Validation.accepts(sk, segment)) {
            return;
        }
        if (AckInput.process(sk, segment, AckFlag.SLOWPATH | AckFlag.UPDATE_TS_RECENT) < 0) {
            return;
        }
        ReceiveBuffer.measureRttByTimestamp(sk, segment);
        UrgentData.receive(sk, segment);
        DataInput.queue(sk, segment);
        AckInput.sendMore(sk);
        QuickAcks.check(sk, true);
    }

    /** SYN_RECV and the states of closing (RFC 9293, section 3.10.7.4). */
    private static void otherStates(TcpSock sk, TcpSegment segment) {
        if (sk.fastopen_rsk != null && !FastOpenServer.accepts(sk, segment)) {
            return;
        }
        if (!segment.has(TcpSegment.ACK) && !segment.has(TcpSegment.RST) && !segment.has(TcpSegment.SYN)) {
            return;
        }
        if (!Validation.accepts(sk, segment)) {
            return;
        }
        int flags = AckFlag.SLOWPATH | AckFlag.UPDATE_TS_RECENT | AckFlag.NO_CHALLENGE_ACK;
        int result = AckInput.process(sk, segment, flags);
        if (result <= 0) {
            if (sk.skc_state == TcpState.SYN_RECV) {
                Reset.reply(sk.kernel, segment);
                return;
            }
            if (result < 0) {
                Validation.challenge(sk);
                return;
            }
        }
        switch (sk.skc_state) {
            case TcpState.SYN_RECV -> PassiveOpen.established(sk, segment);
            case TcpState.FIN_WAIT1 -> {
                if (sk.fastopen_rsk != null) {
                    FastOpenServer.established(sk);
                }
                if (sk.snd_una == sk.write_seq && !finAcked(sk, segment)) {
                    return;
                }
            }
            case TcpState.CLOSING -> {
                if (sk.snd_una == sk.write_seq) {
                    sk.kernel.sockets.timeWait(sk, TcpState.TIME_WAIT, 0);
                    return;
                }
            }
            case TcpState.LAST_ACK -> {
                if (sk.snd_una == sk.write_seq) {
                    Teardown.done(sk);
                    return;
                }
            }
            default -> {
                // CLOSE_WAIT, FIN_WAIT2: nothing of ours is to be acknowledged that matters
            }
        }
        UrgentData.receive(sk, segment);
        if (!takeText(sk, segment)) {
            return;
        }
        if (sk.skc_state != TcpState.CLOSE) {
            AckInput.sendMore(sk);
            QuickAcks.check(sk, true);
        }
    }

    /** Our FIN is acknowledged. Returns whether the socket lives on. */
    private static boolean finAcked(TcpSock sk, TcpSegment segment) {
        sk.setState(TcpState.FIN_WAIT2);
        sk.sk_shutdown |= TcpSock.SEND_SHUTDOWN;
        if (!sk.sk_dead) {
            sk.raise(SockCallbacks.STATE);
            return true;
        }
        if (sk.linger2 < 0) {
            sk.kernel.mib.inc(Mib.TCP_ABORT_ON_DATA);
            Reset.reply(sk.kernel, segment);
            Teardown.done(sk);
            return false;
        }
        if (hasNewData(sk, segment)) {
            if (sk.syn_fastopen && segment.has(TcpSegment.FIN)) {
                sk.kernel.fastOpenBlackhole.suspect(sk);
            }
            abortOnData(sk, segment);
            return false;
        }
        int timeout = sk.finTime();
        int timeWait = TcpSock.TIMEWAIT_S * sk.kernel.hz;
        if (timeout > timeWait) {
            SockTimers.resetKeepalive(sk, timeout - timeWait);
            return true;
        }
        if (segment.has(TcpSegment.FIN)) {
            SockTimers.resetKeepalive(sk, timeout);
            return true; // goes on to TIME_WAIT with this segment
        }
        sk.kernel.sockets.timeWait(sk, TcpState.FIN_WAIT2, timeout);
        return false;
    }

    /** Takes payload and FIN if the state allows. Returns whether the socket lives on. */
    private static boolean takeText(TcpSock sk, TcpSegment segment) {
        switch (sk.skc_state) {
            case TcpState.CLOSE_WAIT, TcpState.CLOSING, TcpState.LAST_ACK -> {
                if (!SeqNum.before(segment.seq, sk.rcv_nxt)) {
                    return true;
                }
            }
            case TcpState.FIN_WAIT1, TcpState.FIN_WAIT2 -> {
                boolean closedForReading = (sk.sk_shutdown & TcpSock.RCV_SHUTDOWN) != 0;
                if (closedForReading && hasNewData(sk, segment)) {
                    abortOnData(sk, segment);
                    return false;
                }
            }
            default -> {
                // ESTABLISHED
            }
        }
        DataInput.queue(sk, segment);
        return sk.skc_state != TcpState.CLOSE;
    }

    private static boolean hasNewData(TcpSock sk, TcpSegment segment) {
        int end = segment.endSeq() - (segment.has(TcpSegment.FIN) ? 1 : 0);
        return segment.endSeq() != segment.seq && SeqNum.after(end, sk.rcv_nxt);
    }

    /**
     * Data for which there is no reader any more: the peer gets a RST (RFC 9293, section 3.6.1), made from the segment, as
     * tcp_v4_send_reset() does for whatever tcp_rcv_state_process() refuses (Linux 6.12).
     */
    private static void abortOnData(TcpSock sk, TcpSegment segment) {
        sk.kernel.mib.inc(Mib.TCP_ABORT_ON_DATA);
        Reset.reply(sk.kernel, segment);
        Teardown.done(sk);
    }
}
