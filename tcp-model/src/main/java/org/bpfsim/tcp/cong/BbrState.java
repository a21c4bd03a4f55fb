package org.bpfsim.tcp.cong;

import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.Minmax;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * What BBR remembers of a connection: its model of the path and where it stands in its life. Bandwidths are segments per
 * microsecond in units of 2^-24, gains units of 1/256, times microseconds unless they say jiffies.
 */
final class BbrState {
    /** Where a connection stands; in this order in Linux's {@code enum bbr_mode}. */
    enum Mode {
        STARTUP,
        DRAIN,
        PROBE_BW,
        PROBE_RTT
    }

    static final int BW_SHIFT = 24;
    static final int GAIN_SHIFT = 8;
    static final int UNIT_GAIN = 1 << GAIN_SHIFT;
    /** Rounds for which the largest bandwidth counts: a gain cycle and two more. */
    private static final int BW_WINDOW_ROUNDS = 10;

    Mode mode = Mode.STARTUP;
    int pacingGain;
    int cwndGain;
    int cycleIndex;
    long cycleStartUs;

    private final Minmax maxBw = new Minmax();
    int minRttUs;
    int minRttStampJiffies;

    int rounds;
    int nextRoundDelivered;
    boolean roundStart;

    boolean pipeFull;
    int fullBw;
    int roundsWithoutGrowth;

    int priorCwnd;
    int priorCaState;
    boolean packetConservation;
    boolean idleRestart;
    boolean sawRtt;

    /** When PROBE_RTT may end, in jiffies; 0 while the pipe is still draining. */
    int probeRttDoneJiffies;

    boolean probeRttRoundDone;

    final BbrPolicer policer = new BbrPolicer();
    final BbrAggregation aggregation = new BbrAggregation();

    void init(TcpSock sk) {
        mode = Mode.STARTUP;
        cycleIndex = 0;
        cycleStartUs = 0;
        rounds = 0;
        maxBw.reset(rounds, 0);
        minRttUs = sk.minRttUs();
        minRttStampJiffies = sk.kernel.jiffies();
        nextRoundDelivered = sk.delivered;
        roundStart = false;
        pipeFull = false;
        fullBw = 0;
        roundsWithoutGrowth = 0;
        priorCwnd = 0;
        priorCaState = CaState.OPEN;
        packetConservation = false;
        idleRestart = false;
        sawRtt = false;
        probeRttDoneJiffies = 0;
        probeRttRoundDone = false;
        policer.reset(sk);
        aggregation.init(sk);
    }

    /** The largest bandwidth of the last rounds. */
    int maxBw() {
        return maxBw.get();
    }

    /** The bandwidth to work with: what a policer allows, if there seems to be one. */
    int bw() {
        return policer.isActive() ? policer.bw() : maxBw.get();
    }

    void sampleBw(int bw) {
        maxBw.runningMax(BW_WINDOW_ROUNDS, rounds, bw);
    }
}
