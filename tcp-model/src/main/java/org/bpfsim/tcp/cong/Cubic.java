package org.bpfsim.tcp.cong;

import org.bpfsim.tcp.sock.AckSample;
import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * CUBIC (RFC 9438) as Linux 6.12 computes it (net/ipv4/tcp_cubic.c), the default congestion control.
 *
 * <pre>
 * W(t) = C (t - K)^3 + Wmax     RFC 9438 (1), C = 0.4: here 410/1024, t in units of 1/1024 s
 * K    = cbrt((Wmax - cwnd)/C)  RFC 9438 (2)
 * beta = 0.7                    here 717/1024
 * </pre>
 *
 * Where the two differ we follow Linux: the window grows by one segment per {@code cnt} acknowledged ones, {@code cnt}
 * being computed at most once per jiffy; it grows at most by half per round trip; after a spurious loss the whole
 * window comes back; slow start ends by {@link HyStart}, not by RFC 9406. The cube root is as inexact as Linux's.
 *
 * <p>Hot path: no allocation.
 *
 * <p>The steps that are not private are those in which the kernel's selftest bpf_cubic decides otherwise; a test compares them.
 */
public class Cubic implements CongestionOps {
    /** C, times 1024 and per the 100 ms that Linux scales with (bic_scale * 10). */
    private static final int C_1024 = 410;
    /** beta, times 1024. */
    private static final int BETA_1024 = 717;

    private static final int ONE = 1024;
    /** K^3 per segment, in (1/1024 s)^3: 2^40 / (1024 C). */
    private static final long K_CUBED_PER_SEGMENT = (1L << 40) / C_1024;
    /** Fractional bits of C * t^3 when t has ten. */
    private static final int WINDOW_SHIFT = 40;
    /** 8 (1 + beta) / (3 (1 - beta)): segments, in eighths of a window, for which Reno would grow by one. */
    private static final int RENO_PACE_8 = 8 * (ONE + BETA_1024) / 3 / (ONE - BETA_1024);
    /** While no maximum is known, at least one segment per 20 acknowledged ones. */
    private static final int MAX_CNT_WITHOUT_MAXIMUM = 20;

    /** Cube roots of 0 to 63 in 64ths, less about 10: the values that Linux starts from. */
    private static final int[] ROOTS_64 = {
        0, 54, 54, 54, 118, 118, 118, 118, 123, 129, 134, 138, 143, 147, 151, 156, //
        157, 161, 164, 168, 170, 173, 176, 179, 181, 185, 187, 190, 192, 194, 197, 199, //
        200, 202, 204, 206, 209, 211, 213, 215, 217, 219, 221, 222, 224, 225, 227, 229, //
        231, 232, 234, 236, 237, 239, 240, 242, 244, 245, 246, 248, 250, 251, 252, 254
    };

    private static final int MIN_CNT = 2;
    private static final int MIN_SSTHRESH = 2;

    /** What CUBIC remembers of a connection: Linux's {@code struct bictcp}. Windows in segments, times in jiffies. */
    static final class State {
        int cnt;
        int lastMaxCwnd;
        int lastCwnd;
        int lastTime;
        int originPoint;
        /** K, in units of 1/1024 s. */
        int k;
        /** The shortest RTT seen, in microseconds; 0 if there is none yet. */
        int delayMinUs;
        /** When growth along the current curve began; 0 if it has to begin anew. */
        int epochStart;
        /** Segments acknowledged since Reno's window was last moved. */
        int ackCnt;
        /** The window that Reno would have. */
        int renoCwnd;

        final HyStart hystart = new HyStart();

        void reset() {
            cnt = 0;
            lastMaxCwnd = 0;
            lastCwnd = 0;
            lastTime = 0;
            originPoint = 0;
            k = 0;
            delayMinUs = 0;
            epochStart = 0;
            ackCnt = 0;
            renoCwnd = 0;
        }
    }

    @Override
    public String name() {
        return "cubic";
    }

    @Override
    public int flags() {
        return TCP_CONG_NON_RESTRICTED;
    }

    @Override
    public int members() {
        return INIT | SET_STATE | CWND_EVENT | PKTS_ACKED;
    }

    /** The state that a socket keeps, made when there is none of ours. */
    static State state(TcpSock sk) {
        if (sk.caState instanceof State s) {
            return s;
        }
        State s = new State();
        sk.caState = s;
        return s;
    }

    @Override
    public void init(TcpSock sk) {
        State s = state(sk);
        s.reset();
        s.hystart.init(sk);
    }

    /** RFC 9438, section 4.6 (multiplicative decrease) and 4.7 (fast convergence). */
    @Override
    public int ssthresh(TcpSock sk) {
        State s = state(sk);
        s.epochStart = 0;
        int cwnd = sk.snd_cwnd;
        s.lastMaxCwnd = Integer.compareUnsigned(cwnd, s.lastMaxCwnd) < 0
                ? Integer.divideUnsigned(cwnd * (ONE + BETA_1024), 2 * ONE)
                : cwnd;
        return Math.max(Integer.divideUnsigned(cwnd * BETA_1024, ONE), MIN_SSTHRESH);
    }

    @Override
    public void cong_avoid(TcpSock sk, int ack, int acked) {
        if (!windowIsLimit(sk)) {
            return;
        }
        int left = acked;
        if (sk.inSlowStart()) {
            left = Reno.slowStart(sk, acked);
            if (left == 0) {
                return;
            }
        }
        State s = state(sk);
        updatePace(sk, s, left);
        Reno.additiveIncrease(sk, s.cnt, left);
    }

    @Override
    public void set_state(TcpSock sk, int newState) {
        if (newState == CaState.LOSS) {
            State s = state(sk);
            s.reset();
            s.hystart.init(sk);
        }
    }

    @Override
    public int undo_cwnd(TcpSock sk) {
        return Reno.undoCwnd(sk);
    }

    /** After an idle time the curve goes on where it stood, instead of leaping ahead. */
    @Override
    public void cwnd_event(TcpSock sk, int event) {
        if (event != CaEvent.TX_START) {
            return;
        }
        State s = state(sk);
        int now = sk.kernel.jiffies();
        int idle = now - sk.lsndtime;
        if (s.epochStart != 0 && idle > 0) {
            int shifted = s.epochStart + idle;
            s.epochStart = shifted - now > 0 ? now : shifted;
        }
    }

    @Override
    public void pkts_acked(TcpSock sk, AckSample sample) {
        if (sample.rtt_us < 0) {
            return;
        }
        State s = state(sk);
        // Within a second after recovery has begun, delays tell of the retransmissions.
        if (s.epochStart != 0 && sk.kernel.jiffies() - s.epochStart < sk.kernel.hz) {
            return;
        }
        int delayUs = Math.max(sample.rtt_us, 1);
        if (s.delayMinUs == 0 || Integer.compareUnsigned(s.delayMinUs, delayUs) > 0) {
            s.delayMinUs = delayUs;
        }
        if (sk.inSlowStart()) {
            hystart(sk, s, delayUs);
        }
    }

    /** Whether the window has been used up, so that it may grow. */
    boolean windowIsLimit(TcpSock sk) {
        return sk.isCwndLimited();
    }

    /** An ACK in slow start: is it time to leave? */
    void hystart(TcpSock sk, State s, int delayUs) {
        s.hystart.roundMayEnd(sk);
        s.hystart.acked(sk, delayUs, s.delayMinUs, sk.sk_gso_max_size);
    }

    @Override
    public String get_info(TcpSock sk) {
        State s = state(sk);
        return "wmax:" + s.lastMaxCwnd + " cnt:" + s.cnt + " delay_min:" + s.delayMinUs;
    }

    /** Decides {@link State#cnt}: how many acknowledged segments the window takes to grow by one. */
    private void updatePace(TcpSock sk, State s, int acked) {
        int now = sk.kernel.jiffies();
        int hz = sk.kernel.hz;
        int cwnd = sk.snd_cwnd;
        s.ackCnt += acked;
        if (s.lastCwnd == cwnd && now - s.lastTime <= hz / 32) {
            return;
        }
        if (s.epochStart == 0 || now != s.lastTime) {
            s.lastCwnd = cwnd;
            s.lastTime = now;
            if (s.epochStart == 0) {
                beginEpoch(s, now, cwnd, acked);
            }
            s.cnt = paceTowards(target(s, curveTime(sk, s, now - s.epochStart)), cwnd);
            if (s.lastMaxCwnd == 0) {
                s.cnt = Math.min(s.cnt, MAX_CNT_WITHOUT_MAXIMUM);
            }
        }
        s.cnt = Math.max(Math.min(s.cnt, renoPace(s, cwnd)), MIN_CNT);
    }

    private static void beginEpoch(State s, int now, int cwnd, int acked) {
        s.epochStart = now;
        s.ackCnt = acked;
        s.renoCwnd = cwnd;
        if (Integer.compareUnsigned(s.lastMaxCwnd, cwnd) <= 0) {
            s.k = 0;
            s.originPoint = cwnd;
        } else {
            s.k = cubeRoot(K_CUBED_PER_SEGMENT * (s.lastMaxCwnd - cwnd));
            s.originPoint = s.lastMaxCwnd;
        }
    }

    /**
     * t in W(t), in units of 1/1024 s: one RTT ahead, so that the curve is where it will be when what is sent now has been
     * acknowledged (RFC 9438, section 4.2).
     *
     * @param sinceEpoch jiffies since the epoch began
     */
    long curveTime(TcpSock sk, State s, int sinceEpoch) {
        return ((long) sinceEpoch + sk.kernel.usToJiffies(s.delayMinUs) << 10) / sk.kernel.hz;
    }

    /** W(t), RFC 9438 (1), in segments. */
    static int target(State s, long t) {
        long k = Integer.toUnsignedLong(s.k);
        long distance = Math.abs(t - k);
        int delta = (int) (C_1024 * distance * distance * distance >>> WINDOW_SHIFT);
        return t < k ? s.originPoint - delta : s.originPoint + delta;
    }

    private static int paceTowards(int target, int cwnd) {
        return Integer.compareUnsigned(target, cwnd) > 0 ? Integer.divideUnsigned(cwnd, target - cwnd) : 100 * cwnd;
    }

    /** RFC 9438, section 4.3: never slower than the window that Reno would have, W_est. */
    private int renoPace(State s, int cwnd) {
        int perSegment = cwnd * RENO_PACE_8 >>> 3;
        // With a window of 0 there is nothing to pace; Linux cannot get here, for its window is never 0.
        if (perSegment > 0 && Integer.compareUnsigned(s.ackCnt, perSegment) > 0) {
            int steps = renoSteps(s.ackCnt, perSegment);
            s.ackCnt -= steps * perSegment;
            s.renoCwnd += steps;
        }
        if (Integer.compareUnsigned(s.renoCwnd, cwnd) <= 0) {
            return Integer.MAX_VALUE;
        }
        return Integer.divideUnsigned(cwnd, s.renoCwnd - cwnd);
    }

    /** As often as whole steps fit, yet leaving at least one: s.ackCnt ends in 1..perSegment. */
    int renoSteps(int ackCnt, int perSegment) {
        return Integer.divideUnsigned(ackCnt - 1, perSegment);
    }

    /**
     * The cube root as Linux finds it: a first guess by the six leading bits, and one step of Newton's method. It lies within
     * 0.2% on average; it must be off where Linux is, for K decides when the window grows.
     */
    static int cubeRoot(long a) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(a);
        if (bits <= 6) {
            return ROOTS_64[(int) a] + 35 >> 6;
        }
        int thirds = (bits * 84 >> 8) - 1;
        long guess = Integer.toUnsignedLong(ROOTS_64[(int) (a >>> 3 * thirds)] + 10 << thirds >>> 6);
        long sum = 2 * guess + Long.divideUnsigned(a, guess * (guess - 1));
        return (int) sum * 341 >>> 10; // a third
    }
}
