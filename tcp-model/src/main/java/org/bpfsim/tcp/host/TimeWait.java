package org.bpfsim.tcp.host;

import org.bpfsim.sim.Event;
import org.bpfsim.tcp.output.Reset;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.bpfsim.tcp.sock.TimeWaitSock;

/**
 * Connections that are over but not forgotten (RFC 9293, section 3.10.7.4, TIME-WAIT; RFC 6191; Linux 6.12,
 * tcp_timewait_state_process() in net/ipv4/tcp_minisocks.c).
 */
final class TimeWait {
    /** TCP_TIMEWAIT_LEN. */
    private static final int SECONDS = 60;

    private static final int ACK_INTERVAL_MS = 500;
    /** What Linux adds to the last sequence number of a connection for the first one of the next. */
    static final int BEYOND_OLD_SEGMENTS = 65_535 + 2;

    private TimeWait() {}

    /** Begins TIME_WAIT or an orphan's FIN_WAIT2. */
    static void begin(TimeWaitSock tw, SocketDemux demux, int timeoutJiffies) {
        tw.tw_timer = new Timer(tw, demux);
        int ticks = tw.tw_substate == TcpState.TIME_WAIT ? SECONDS * tw.kernel.hz : timeoutJiffies;
        arm(tw, ticks);
        if (tw.tw_substate == TcpState.TIME_WAIT) {
            tw.kernel.mib.inc(Mib.TIME_WAITED);
        }
    }

    /**
     * Answers a segment.
     *
     * @return whether it is a SYN that may open a new connection in the place of this one, which is gone then
     */
    static boolean receive(TimeWaitSock tw, TcpSegment s, SocketDemux demux) {
        boolean old = tw.tw_tstamp_ok && s.hasTimestamps && s.tsval - tw.tw_ts_recent < -1;
        if (tw.tw_substate == TcpState.FIN_WAIT2) {
            finWait2(tw, s, demux, old);
            return false;
        }
        if (s.has(TcpSegment.RST)) {
            if (!old && s.seq == tw.tw_rcv_nxt) {
                remove(tw, demux);
            }
            return false;
        }
        boolean newTime = tw.tw_tstamp_ok && s.hasTimestamps && s.tsval - tw.tw_ts_recent > 0;
        boolean isNewSyn = s.has(TcpSegment.SYN)
                && !s.has(TcpSegment.ACK)
                && !old
                && (SeqNum.after(s.seq, tw.tw_rcv_nxt) || newTime);
        if (isNewSyn) {
            remove(tw, demux);
            return true;
        }
        if (s.has(TcpSegment.ACK) || s.length > 0) {
            if (!old) {
                arm(tw, SECONDS * tw.kernel.hz);
            }
            acknowledge(tw, s);
        }
        return false;
    }

    private static void finWait2(TimeWaitSock tw, TcpSegment s, SocketDemux demux, boolean old) {
        boolean inWindow =
                !SeqNum.before(s.endSeq(), tw.tw_rcv_nxt) && !SeqNum.after(s.seq, tw.tw_rcv_nxt + tw.tw_rcv_wnd);
        if (old || !inWindow) {
            if (!s.has(TcpSegment.RST)) {
                acknowledge(tw, s);
            }
        } else if (s.has(TcpSegment.RST)) {
            remove(tw, demux);
        } else if (s.has(TcpSegment.SYN) && !SeqNum.before(s.seq, tw.tw_rcv_nxt)) {
            Reset.reply(tw.kernel, s);
        } else if (s.length > 0 && SeqNum.after(s.endSeq(), tw.tw_rcv_nxt + (s.flags & TcpSegment.FIN))) {
            remove(tw, demux); // nobody reads any more
            Reset.reply(tw.kernel, s);
        } else if (s.has(TcpSegment.FIN) && s.endSeq() == tw.tw_rcv_nxt + 1) {
            tw.tw_substate = TcpState.TIME_WAIT;
            tw.tw_rcv_nxt = s.endSeq();
            if (s.hasTimestamps) {
                tw.tw_ts_recent = s.tsval;
            }
            tw.kernel.mib.inc(Mib.TIME_WAITED);
            arm(tw, SECONDS * tw.kernel.hz);
            sendAck(tw, s);
        }
    }

    /**
     * Whether a connect() may take the place of a connection that is over: with {@code net.ipv4.tcp_tw_reuse = 1}, and time
     * stamps that tell old segments from new ones (RFC 6191; tcp_twsk_unique()). The default, 2, is for loopback only. The
     * socket goes on beyond the sequence numbers and time stamps of the old connection.
     */
    static boolean reuse(TimeWaitSock tw, TcpSock sk, SocketDemux demux) {
        HostKernel kernel = tw.kernel;
        int seconds = (int) (kernel.clockUs() / 1_000_000);
        if (kernel.sysctls.tcp_tw_reuse != 1
                || !tw.tw_tstamp_ok
                || tw.tw_ts_recent_stamp == 0
                || seconds - tw.tw_ts_recent_stamp <= 1) {
            return false;
        }
        sk.write_seq = tw.tw_snd_nxt + BEYOND_OLD_SEGMENTS;
        sk.rx_opt_ts_recent = tw.tw_ts_recent;
        sk.rx_opt_ts_recent_stamp = tw.tw_ts_recent_stamp;
        sk.tsoffset = tw.tw_ts_offset;
        remove(tw, demux);
        return true;
    }

    private static void remove(TimeWaitSock tw, SocketDemux demux) {
        tw.kernel.scheduler.cancel(tw.tw_timer);
        demux.remove(tw);
    }

    private static void arm(TimeWaitSock tw, int ticks) {
        SockTimers.set(tw.kernel, tw.tw_timer, tw.kernel.jiffies64() + ticks);
    }

    private static void acknowledge(TimeWaitSock tw, TcpSegment s) {
        int now = tw.kernel.jiffies();
        int elapsed = now - tw.tw_last_oow_ack_time;
        boolean limited = s.length == 0
                && !s.has(TcpSegment.FIN)
                && tw.tw_last_oow_ack_time != 0
                && elapsed < tw.kernel.msToJiffies(ACK_INTERVAL_MS);
        if (!limited) {
            tw.tw_last_oow_ack_time = now;
            sendAck(tw, s);
        }
    }

    private static void sendAck(TimeWaitSock tw, TcpSegment to) {
        HostKernel kernel = tw.kernel;
        TcpSegment ack = Reset.answer(kernel, to);
        ack.flowHash = tw.sk_txhash;
        ack.flags = TcpSegment.ACK;
        ack.seq = tw.tw_snd_nxt;
        ack.ack = tw.tw_rcv_nxt;
        ack.window = tw.tw_rcv_wnd >> tw.tw_rcv_wscale;
        if (tw.tw_tstamp_ok) {
            ack.hasTimestamps = true;
            ack.tsval = (int) (kernel.clockUs() / 1000) + tw.tw_ts_offset;
            ack.tsecr = tw.tw_ts_recent;
        }
        ack.seal(kernel.linkOverheadBytes);
        kernel.mib.inc(Mib.TCP_OUT_SEGS);
        kernel.transmit(ack);
    }

    private static final class Timer extends Event {
        private final TimeWaitSock tw;
        private final SocketDemux demux;

        Timer(TimeWaitSock tw, SocketDemux demux) {
            this.tw = tw;
            this.demux = demux;
        }

        @Override
        protected void fire(long nowPs) {
            demux.remove(tw);
        }
    }
}
