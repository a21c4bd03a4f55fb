package org.bpfsim.tcp.cong;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.RateSample;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * BBR, version 1 (Cardwell, Cheng, Gunn, Hassas Yeganeh, Jacobson: BBR: Congestion-Based Congestion Control, ACM Queue
 * 14(5), 2016; draft-cardwell-iccrg-bbr-congestion-control-00), as Linux 6.12 computes it (net/ipv4/tcp_bbr.c).
 *
 * <pre>
 * bandwidth    largest delivery rate of ten rounds
 * min RTT      smallest round trip of ten seconds
 * pacing rate  gain x bandwidth, less 1%
 * window       gain x bandwidth x min RTT, and some for offloads and for ACKs that come in clumps
 *
 * STARTUP (gain 2.89) -> bandwidth has not grown by a quarter in three rounds
 *   -> DRAIN (1/2.89) -> no more in flight than the path holds
 *   -> PROBE_BW: eight phases of one min RTT with gains 5/4, 3/4, 1 ..., begun at a random one but 3/4
 * PROBE_RTT: four segments for 200 ms and a round, whenever the min RTT is ten seconds old
 * </pre>
 *
 * Loss plays a part in recovery only: for its first round as many segments go as were delivered, and the window comes back
 * at its end. {@link BbrPolicer} and {@link BbrAggregation} are the other two parts of the model;
 * the rest is one automaton, whose phases share all of its state, and so stays in one class. Hot path: no allocation.
 */
public final class Bbr implements CongestionOps {
    /** 2 / ln 2, so that pacing doubles each round. */
    private static final int HIGH_GAIN = BbrState.UNIT_GAIN * 2885 / 1000 + 1;

    private static final int DRAIN_GAIN = BbrState.UNIT_GAIN * 1000 / 2885;
    private static final int CWND_GAIN = 2 * BbrState.UNIT_GAIN;
    private static final int PROBE_GAIN = BbrState.UNIT_GAIN * 5 / 4;
    private static final int YIELD_GAIN = BbrState.UNIT_GAIN * 3 / 4;
    private static final int CYCLE_PHASES = 8;
    /** A cycle begins at any phase but the second, which drains. */
    private static final int RANDOM_PHASES = 7;

    private static final int MIN_RTT_WINDOW_S = 10;
    private static final int PROBE_RTT_MS = 200;
    private static final int MIN_CWND = 4;
    private static final int GROWTH_256 = BbrState.UNIT_GAIN * 5 / 4;
    private static final int ROUNDS_WITHOUT_GROWTH = 3;
    private static final int SNDBUF_WINDOWS = 3;
    /** 1.2 Mbit/s in bytes per second: below this, packets of one segment. */
    private static final int SINGLE_SEGMENT_RATE = 1_200_000 / 8;
    /** GSO_LEGACY_MAX_SIZE - 1; MAX_TCP_HEADER goes off it. */
    private static final int MAX_TSO_BYTES = 65_536 - 1;

    private static final int MAX_TSO_SEGS = 0x7f;
    /** Microseconds per second, less the 1% by which pacing stays below the bandwidth. */
    private static final long PACED_US_PER_S = 1_000_000 / 100 * 99;
    /** While no RTT is known. */
    private static final int DEFAULT_RTT_US = 1000;

    @Override
    public String name() {
        return "bbr";
    }

    @Override
    public int flags() {
        return TCP_CONG_NON_RESTRICTED;
    }

    @Override
    public int members() {
        return INIT | SET_STATE | CWND_EVENT | MIN_TSO_SEGS | SNDBUF_EXPAND | CONG_CONTROL | GET_INFO;
    }

    private static BbrState state(TcpSock sk) {
        if (sk.caState instanceof BbrState s) {
            return s;
        }
        BbrState s = new BbrState();
        sk.caState = s;
        return s;
    }

    @Override
    public void init(TcpSock sk) {
        BbrState s = state(sk);
        sk.snd_ssthresh = TcpSock.TCP_INFINITE_SSTHRESH;
        s.init(sk);
        paceByRtt(sk, s);
        if (sk.sk_pacing_status == TcpSock.SK_PACING_NONE) {
            sk.sk_pacing_status = TcpSock.SK_PACING_NEEDED;
        }
    }

    @Override
    public void cong_control(TcpSock sk, int ack, int flag, RateSample rs) {
        BbrState s = state(sk);
        measureBandwidth(sk, s, rs);
        s.aggregation.onAck(sk, rs, s.bw(), s.roundStart);
        if (s.mode == BbrState.Mode.PROBE_BW && isPhaseOver(sk, s, rs)) {
            nextPhase(sk, s);
        }
        checkPipe(s, rs);
        leaveStartup(sk, s);
        measureMinRtt(sk, s, rs);
        setGains(s);
        int bw = s.bw();
        pace(sk, s, bw, s.pacingGain);
        setCwnd(sk, s, rs, bw);
    }

    /** Never called: {@link #cong_control} is there instead. */
    @Override
    public void cong_avoid(TcpSock sk, int ack, int acked) {
        throw new AssertionError("bbr has cong_control; the stack must not call cong_avoid");
    }

    /** Recovery begins: the window of before will be wanted at its end. The threshold stays; nothing of BBR asks it. */
    @Override
    public int ssthresh(TcpSock sk) {
        saveCwnd(sk, state(sk));
        return sk.snd_ssthresh;
    }

    @Override
    public int undo_cwnd(TcpSock sk) {
        BbrState s = state(sk);
        s.fullBw = 0;
        s.roundsWithoutGrowth = 0;
        s.policer.reset(sk);
        return sk.snd_cwnd;
    }

    @Override
    public void set_state(TcpSock sk, int newState) {
        if (newState != CaState.LOSS) {
            return;
        }
        BbrState s = state(sk);
        s.priorCaState = CaState.LOSS;
        s.fullBw = 0;
        s.roundStart = true; // a timeout is the end of a round
        policeWith(sk, s, 1, false);
    }

    @Override
    public void cwnd_event(TcpSock sk, int event) {
        if (event != CaEvent.TX_START || sk.app_limited == 0) {
            return;
        }
        BbrState s = state(sk);
        s.idleRestart = true;
        s.aggregation.beginEpoch(sk.tcp_mstamp);
        if (s.mode == BbrState.Mode.PROBE_BW) {
            pace(sk, s, s.bw(), BbrState.UNIT_GAIN); // no need to catch up
        } else if (s.mode == BbrState.Mode.PROBE_RTT) {
            leaveProbeRttIfDone(sk, s);
        }
    }

    @Override
    public int min_tso_segs(TcpSock sk) {
        return Long.compareUnsigned(sk.sk_pacing_rate, SINGLE_SEGMENT_RATE) < 0 ? 1 : 2;
    }

    @Override
    public int sndbuf_expand(TcpSock sk) {
        return SNDBUF_WINDOWS;
    }

    @Override
    public String get_info(TcpSock sk) {
        BbrState s = state(sk);
        long bytesPerS = Integer.toUnsignedLong(s.bw()) * sk.mss_cache * 1_000_000 >>> BbrState.BW_SHIFT;
        return "bbr:(bw:" + bits(bytesPerS * 8.0) + "bps,mrtt:"
                + significant(Integer.toUnsignedLong(s.minRttUs) / 1000.0)
                + ",pacing_gain:" + significant(s.pacingGain / 256.0)
                + ",cwnd_gain:" + significant(s.cwndGain / 256.0) + ")";
    }

    /** A bandwidth as bytes per second, with a gain, less the margin. */
    static long bytesPerSecond(TcpSock sk, int bw, int gain) {
        long rate = Integer.toUnsignedLong(bw) * sk.mss_cache * gain >>> BbrState.GAIN_SHIFT;
        return rate * PACED_US_PER_S >>> BbrState.BW_SHIFT;
    }

    // ---- model

    private static void measureBandwidth(TcpSock sk, BbrState s, RateSample rs) {
        s.roundStart = false;
        if (rs.delivered < 0 || rs.interval_us <= 0) {
            return;
        }
        if (!SeqNum.before(rs.prior_delivered, s.nextRoundDelivered)) {
            s.nextRoundDelivered = sk.delivered;
            s.rounds++;
            s.roundStart = true;
            s.packetConservation = false;
        }
        policeWith(sk, s, rs.losses, rs.is_app_limited);
        long bw = ((long) rs.delivered << BbrState.BW_SHIFT) / rs.interval_us;
        if (!rs.is_app_limited || Long.compareUnsigned(bw, Integer.toUnsignedLong(s.maxBw())) >= 0) {
            s.sampleBw((int) bw);
        }
    }

    private static void policeWith(TcpSock sk, BbrState s, int losses, boolean isAppLimited) {
        if (!s.policer.isActive()) {
            if (s.policer.sample(sk, losses, isAppLimited, s.roundStart)) {
                s.pacingGain = BbrState.UNIT_GAIN;
            }
        } else if (s.mode == BbrState.Mode.PROBE_BW && s.roundStart && s.policer.countRound()) {
            s.policer.reset(sk);
            enterProbeBw(sk, s);
        }
    }

    /** The pipe is full when three rounds that the application did not limit brought no quarter more. */
    private static void checkPipe(BbrState s, RateSample rs) {
        if (s.pipeFull || !s.roundStart || rs.is_app_limited) {
            return;
        }
        int wanted = (int) (Integer.toUnsignedLong(s.fullBw) * GROWTH_256 >>> BbrState.GAIN_SHIFT);
        if (Integer.compareUnsigned(s.maxBw(), wanted) >= 0) {
            s.fullBw = s.maxBw();
            s.roundsWithoutGrowth = 0;
        } else {
            s.roundsWithoutGrowth++;
            s.pipeFull = s.roundsWithoutGrowth >= ROUNDS_WITHOUT_GROWTH;
        }
    }

    private static void leaveStartup(TcpSock sk, BbrState s) {
        if (s.mode == BbrState.Mode.STARTUP && s.pipeFull) {
            s.mode = BbrState.Mode.DRAIN;
            sk.snd_ssthresh = inflight(sk, s, s.maxBw(), BbrState.UNIT_GAIN);
        }
        if (s.mode == BbrState.Mode.DRAIN
                && Integer.compareUnsigned(
                                inNetworkAtNextDeparture(sk, s, sk.packetsInFlight()),
                                inflight(sk, s, s.maxBw(), BbrState.UNIT_GAIN))
                        <= 0) {
            enterProbeBw(sk, s);
        }
    }

    private static void measureMinRtt(TcpSock sk, BbrState s, RateSample rs) {
        int now = sk.kernel.jiffies();
        boolean stale = now - (s.minRttStampJiffies + MIN_RTT_WINDOW_S * sk.kernel.hz) > 0;
        boolean lower = rs.rtt_us < Integer.toUnsignedLong(s.minRttUs);
        if (rs.rtt_us >= 0 && (lower || stale && !rs.is_ack_delayed)) {
            s.minRttUs = (int) rs.rtt_us;
            s.minRttStampJiffies = now;
        }
        if (stale && !s.idleRestart && s.mode != BbrState.Mode.PROBE_RTT) {
            s.mode = BbrState.Mode.PROBE_RTT;
            saveCwnd(sk, s);
            s.probeRttDoneJiffies = 0;
        }
        if (s.mode == BbrState.Mode.PROBE_RTT) {
            probeRtt(sk, s, now);
        }
        if (rs.delivered > 0) {
            s.idleRestart = false;
        }
    }

    private static void probeRtt(TcpSock sk, BbrState s, int now) {
        int limit = sk.delivered + sk.packetsInFlight();
        sk.app_limited = limit != 0 ? limit : 1; // low rates are no measure now
        if (s.probeRttDoneJiffies == 0) {
            if (Integer.compareUnsigned(sk.packetsInFlight(), MIN_CWND) <= 0) {
                s.probeRttDoneJiffies = now + sk.kernel.msToJiffies(PROBE_RTT_MS);
                s.probeRttRoundDone = false;
                s.nextRoundDelivered = sk.delivered;
            }
            return;
        }
        s.probeRttRoundDone |= s.roundStart;
        if (s.probeRttRoundDone) {
            leaveProbeRttIfDone(sk, s);
        }
    }

    private static void leaveProbeRttIfDone(TcpSock sk, BbrState s) {
        int now = sk.kernel.jiffies();
        if (s.probeRttDoneJiffies == 0 || now - s.probeRttDoneJiffies <= 0) {
            return;
        }
        s.minRttStampJiffies = now;
        sk.snd_cwnd = unsignedMax(sk.snd_cwnd, s.priorCwnd);
        if (s.pipeFull) {
            enterProbeBw(sk, s);
        } else {
            s.mode = BbrState.Mode.STARTUP;
        }
    }

    // ---- gains

    private static void enterProbeBw(TcpSock sk, BbrState s) {
        s.mode = BbrState.Mode.PROBE_BW;
        long random = Integer.toUnsignedLong(sk.kernel.bbrRandom().next());
        s.cycleIndex = CYCLE_PHASES - 1 - (int) (random * RANDOM_PHASES >>> Integer.SIZE);
        nextPhase(sk, s);
    }

    private static void nextPhase(TcpSock sk, BbrState s) {
        s.cycleIndex = s.cycleIndex + 1 & CYCLE_PHASES - 1;
        s.cycleStartUs = sk.delivered_mstamp;
    }

    private static boolean isPhaseOver(TcpSock sk, BbrState s, RateSample rs) {
        int elapsedUs = (int) Math.max(0, sk.delivered_mstamp - s.cycleStartUs);
        boolean lasted = Integer.compareUnsigned(elapsedUs, s.minRttUs) > 0;
        if (s.pacingGain == BbrState.UNIT_GAIN) {
            return lasted;
        }
        int inNetwork = inNetworkAtNextDeparture(sk, s, rs.prior_in_flight);
        if (s.pacingGain > BbrState.UNIT_GAIN) {
            return lasted
                    && (rs.losses != 0
                            || Integer.compareUnsigned(inNetwork, inflight(sk, s, s.maxBw(), s.pacingGain)) >= 0);
        }
        return lasted || Integer.compareUnsigned(inNetwork, inflight(sk, s, s.maxBw(), BbrState.UNIT_GAIN)) <= 0;
    }

    private static void setGains(BbrState s) {
        switch (s.mode) {
            case STARTUP -> gains(s, HIGH_GAIN, HIGH_GAIN);
            case DRAIN -> gains(s, DRAIN_GAIN, HIGH_GAIN);
            case PROBE_BW -> gains(s, s.policer.isActive() ? BbrState.UNIT_GAIN : cycleGain(s.cycleIndex), CWND_GAIN);
            case PROBE_RTT -> gains(s, BbrState.UNIT_GAIN, BbrState.UNIT_GAIN);
        }
    }

    private static int cycleGain(int phase) {
        return phase == 0 ? PROBE_GAIN : phase == 1 ? YIELD_GAIN : BbrState.UNIT_GAIN;
    }

    private static void gains(BbrState s, int pacing, int cwnd) {
        s.pacingGain = pacing;
        s.cwndGain = cwnd;
    }

    // ---- pacing rate

    private static void pace(TcpSock sk, BbrState s, int bw, int gain) {
        long rate = atMost(sk, bytesPerSecond(sk, bw, gain));
        if (!s.sawRtt && sk.srtt_us != 0) {
            paceByRtt(sk, s);
        }
        if (s.pipeFull || Long.compareUnsigned(rate, sk.sk_pacing_rate) > 0) {
            sk.sk_pacing_rate = rate;
        }
    }

    /** Before any bandwidth is known: the window per RTT, with the high gain. */
    private static void paceByRtt(TcpSock sk, BbrState s) {
        int rttUs = DEFAULT_RTT_US;
        if (sk.srtt_us != 0) {
            rttUs = Math.max(sk.srtt_us >>> 3, 1);
            s.sawRtt = true;
        }
        int bw = (int) ((Integer.toUnsignedLong(sk.snd_cwnd) << BbrState.BW_SHIFT) / rttUs);
        sk.sk_pacing_rate = atMost(sk, bytesPerSecond(sk, bw, HIGH_GAIN));
    }

    private static long atMost(TcpSock sk, long rate) {
        return Long.compareUnsigned(rate, sk.sk_max_pacing_rate) < 0 ? rate : sk.sk_max_pacing_rate;
    }

    // ---- window

    private static void setCwnd(TcpSock sk, BbrState s, RateSample rs, int bw) {
        int acked = rs.acked_sacked;
        int cwnd = sk.snd_cwnd;
        if (acked != 0) {
            cwnd = aroundRecovery(sk, s, rs, acked);
            if (!s.packetConservation) {
                cwnd = towards(sk, s, cwnd, acked, target(sk, s, bw));
            }
        }
        sk.snd_cwnd = unsignedMin(cwnd, sk.snd_cwnd_clamp);
        if (s.mode == BbrState.Mode.PROBE_RTT) {
            sk.snd_cwnd = unsignedMin(sk.snd_cwnd, MIN_CWND);
        }
    }

    /** The window as recovery wants it: less what was lost, what was delivered at its start, what it was at its end. */
    private static int aroundRecovery(TcpSock sk, BbrState s, RateSample rs, int acked) {
        int now = sk.icsk_ca_state;
        int before = s.priorCaState;
        int cwnd = sk.snd_cwnd;
        if (rs.losses > 0) {
            cwnd = Math.max(cwnd - rs.losses, 1);
        }
        if (now == CaState.RECOVERY && before != CaState.RECOVERY) {
            s.packetConservation = true;
            s.nextRoundDelivered = sk.delivered;
            cwnd = sk.packetsInFlight() + acked;
        } else if (before >= CaState.RECOVERY && now < CaState.RECOVERY) {
            cwnd = unsignedMax(cwnd, s.priorCwnd);
            s.packetConservation = false;
        }
        s.priorCaState = now;
        return s.packetConservation ? unsignedMax(cwnd, sk.packetsInFlight() + acked) : cwnd;
    }

    private static int target(TcpSock sk, BbrState s, int bw) {
        int target = bdp(s, bw, s.cwndGain);
        if (s.pipeFull) {
            target += s.aggregation.allowance(bw);
        }
        return withBudget(sk, s, target);
    }

    private static int towards(TcpSock sk, BbrState s, int from, int acked, int target) {
        int cwnd = from;
        if (s.pipeFull) {
            cwnd = unsignedMin(cwnd + acked, target);
        } else if (Integer.compareUnsigned(cwnd, target) < 0
                || Integer.compareUnsigned(sk.delivered, TcpSock.TCP_INIT_CWND) < 0) {
            cwnd += acked;
        }
        return unsignedMax(cwnd, MIN_CWND);
    }

    /** Segments that the path holds at a bandwidth, times a gain, rounded up. */
    private static int bdp(BbrState s, int bw, int gain) {
        if (s.minRttUs == -1) {
            return TcpSock.TCP_INIT_CWND;
        }
        long scaled = Integer.toUnsignedLong(bw) * Integer.toUnsignedLong(s.minRttUs);
        return (int) ((scaled * gain >>> BbrState.GAIN_SHIFT) + (1L << BbrState.BW_SHIFT) - 1 >>> BbrState.BW_SHIFT);
    }

    /** Room for a large packet in the qdisc, in the NIC and at the receiver; even, so that no delayed ACK is left over. */
    private static int withBudget(TcpSock sk, BbrState s, int segments) {
        int cwnd = segments + 3 * tsoSegments(sk);
        cwnd = cwnd + 1 & ~1;
        boolean probes = s.mode == BbrState.Mode.PROBE_BW && s.cycleIndex == 0;
        return probes ? cwnd + 2 : cwnd;
    }

    private static int inflight(TcpSock sk, BbrState s, int bw, int gain) {
        return withBudget(sk, s, bdp(s, bw, gain));
    }

    /** Segments in one large packet at this pacing rate. */
    private static int tsoSegments(TcpSock sk) {
        long bytes = sk.sk_pacing_rate >>> sk.sk_pacing_shift;
        int segments = (int) (Math.min(bytes, MAX_TSO_BYTES - sk.kernel.maxTcpHeader()) / sk.mss_cache);
        int least = Long.compareUnsigned(sk.sk_pacing_rate, SINGLE_SEGMENT_RATE) < 0 ? 1 : 2;
        return Math.min(Math.max(segments, least), MAX_TSO_SEGS);
    }

    /** How much of what is in flight will be in the network when pacing lets the next packet go. */
    private static int inNetworkAtNextDeparture(TcpSock sk, BbrState s, int inFlightNow) {
        long departureNs = Math.max(sk.tcp_wstamp_ns, sk.tcp_clock_cache);
        long us = (departureNs - sk.tcp_clock_cache) / 1000;
        int delivered = (int) (Integer.toUnsignedLong(s.bw()) * us >>> BbrState.BW_SHIFT);
        int then = s.pacingGain > BbrState.UNIT_GAIN ? inFlightNow + tsoSegments(sk) : inFlightNow;
        return Integer.compareUnsigned(delivered, then) >= 0 ? 0 : then - delivered;
    }

    /** Notes the window to come back to, unless it has been cut already. */
    private static void saveCwnd(TcpSock sk, BbrState s) {
        boolean uncut = s.priorCaState < CaState.RECOVERY && s.mode != BbrState.Mode.PROBE_RTT;
        s.priorCwnd = uncut ? sk.snd_cwnd : unsignedMax(s.priorCwnd, sk.snd_cwnd);
    }

    private static int unsignedMin(int a, int b) {
        return Integer.compareUnsigned(a, b) < 0 ? a : b;
    }

    private static int unsignedMax(int a, int b) {
        return Integer.compareUnsigned(a, b) > 0 ? a : b;
    }

    // ---- text

    /** As ss prints a rate. */
    private static String bits(double perSecond) {
        if (perSecond > 1e6) {
            return String.format(Locale.ROOT, "%.1fM", perSecond / 1e6);
        }
        return perSecond > 1e3 ? String.format(Locale.ROOT, "%.1fK", perSecond / 1e3) : significant(perSecond);
    }

    /** As C's %g prints what is neither very large nor very small. */
    private static String significant(double value) {
        return value == 0
                ? "0"
                : new BigDecimal(value)
                        .round(new MathContext(6))
                        .stripTrailingZeros()
                        .toPlainString();
    }
}
