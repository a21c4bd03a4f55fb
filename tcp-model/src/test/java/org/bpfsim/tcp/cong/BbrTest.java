package org.bpfsim.tcp.cong;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.RateSample;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** BBR on a path that delivers a given number of segments per round trip, one ACK per round. */
class BbrTest {
    private static final int RTT_US = 10_000;
    private static final int MSS = 1000;

    private final Bench b = new Bench("reno", false);
    private final TcpSock sk = b.sk;
    private final Bbr bbr = new Bbr();
    private final RateSample rs = new RateSample();

    BbrTest() {
        sk.mss_cache = MSS;
        sk.srtt_us = RTT_US << 3;
        sk.delivered = 1;
        sk.app_limited = 0;
        sk.rtt_min.reset(b.kernel.jiffies(), RTT_US);
        sk.icsk_ca_ops = bbr;
        sk.icsk_ca_members = bbr.members();
        sk.caState = null;
        bbr.init(sk);
    }

    /** A round trip in which so many segments are delivered, of which the window then lets as many go. */
    private void round(int segments) {
        round(segments, 0, RTT_US);
    }

    private void round(int segments, int losses, int rttUs) {
        b.sleepUs(rttUs);
        sk.refreshClock();
        rs.reset();
        rs.prior_delivered = sk.delivered;
        rs.prior_in_flight = sk.snd_cwnd;
        rs.is_app_limited = state().mode == BbrState.Mode.PROBE_RTT;
        sk.delivered += segments;
        sk.lost += losses;
        sk.delivered_mstamp = sk.tcp_mstamp;
        rs.delivered = segments;
        rs.interval_us = rttUs;
        rs.rtt_us = rttUs;
        rs.acked_sacked = segments;
        rs.losses = losses;
        sk.packets_out = segments;
        bbr.cong_control(sk, sk.snd_una, 0, rs);
    }

    /** Until startup has found 100 segments per round trip: 10 MB/s. */
    private void fillPipe() {
        for (int i = 0; i < 8; i++) {
            round(100);
        }
    }

    private BbrState state() {
        return (BbrState) sk.caState;
    }

    @Test
    void beginsByPacingTheInitialWindowAtTheHighGain() {
        // 10 segments of 1000 bytes in 10 ms, times 739/256, less 1%
        assertThat(sk.sk_pacing_rate).isCloseTo(2_857_000, Percentage.withPercentage(0.1));
        assertThat(sk.sk_pacing_status).isEqualTo(TcpSock.SK_PACING_NEEDED);
        assertThat(sk.snd_ssthresh).isEqualTo(TcpSock.TCP_INFINITE_SSTHRESH);
    }

    @Test
    void startupPacesAtTwiceTheBandwidthAndMoreAndGrowsByWhatWasDelivered() {
        round(20);
        assertThat(state().mode).isEqualTo(BbrState.Mode.STARTUP);
        assertThat(sk.sk_pacing_rate).isCloseTo(5_716_000, Percentage.withPercentage(0.1)); // 2 MB/s x 739/256 x 99%
    }

    @Test
    void threeRoundsWithoutAQuarterMoreEndStartup() {
        round(100);
        round(110);
        round(120);
        assertThat(state().mode).isEqualTo(BbrState.Mode.STARTUP);
        round(124);
        assertThat(state().pipeFull).isTrue();
        assertThat(state().mode).isNotEqualTo(BbrState.Mode.STARTUP);
    }

    @Test
    void roundsThatTheApplicationLimitsSayNothingAboutThePipe() {
        for (int i = 0; i < 10; i++) {
            round(50);
            rs.is_app_limited = true;
            state().pipeFull = false;
            state().roundsWithoutGrowth = 0;
            bbr.cong_control(sk, sk.snd_una, 0, rs);
            assertThat(state().pipeFull).isFalse();
        }
    }

    @Test
    void drainLastsUntilNoMoreIsInFlightThanThePathHolds() {
        while (!state().pipeFull) {
            round(100);
        }
        state().mode = BbrState.Mode.DRAIN;
        sk.packets_out = 250;
        rs.delivered = -1; // no sample
        bbr.cong_control(sk, sk.snd_una, 0, rs);
        assertThat(state().mode).isEqualTo(BbrState.Mode.DRAIN);
        assertThat(sk.sk_pacing_rate).as("10 MB/s x 88/256 x 99%").isCloseTo(3_403_000, Percentage.withPercentage(0.1));
        round(100);
        assertThat(state().mode).isEqualTo(BbrState.Mode.PROBE_BW);
        assertThat(sk.snd_ssthresh)
                .as("the path and three packets of 1 ms at the high gain")
                .isEqualTo(182);
    }

    @Test
    void steadyStateWindowIsTwoPathsAndTheBudget() {
        fillPipe();
        for (int i = 0; i < 20; i++) {
            round(100);
        }
        // Twice 100; 100 more, because ACKs come in clumps of a whole path; three packets of 7 to 12 segments (1 ms at
        // the
        // pacing rate); rounded to even; 2 more in the probing phase.
        assertThat(sk.snd_cwnd).isBetween(320, 340);
    }

    @Test
    void gainCycleProbesYieldsAndCruises() {
        fillPipe();
        StringBuilder gains = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            round(100, 0, RTT_US + 1000);
            gains.append(state().pacingGain == 320 ? '+' : state().pacingGain == 192 ? '-' : '=');
        }
        assertThat(gains.toString()).containsPattern("\\+-={6}");
    }

    @Test
    void cycleBeginsBehindTheRandomPhase() {
        fillPipe();
        // The bench's numbers are all 4, and 4 of 2^32 is the first of seven phases: 7, from which the next is the 0th.
        BbrState s = state();
        s.mode = BbrState.Mode.PROBE_RTT;
        s.probeRttDoneJiffies = b.kernel.jiffies() - 1;
        sk.app_limited = 1;
        bbr.cwnd_event(sk, CaEvent.TX_START);
        assertThat(s.mode).isEqualTo(BbrState.Mode.PROBE_BW);
        assertThat(s.cycleIndex).isZero();
    }

    @Nested
    class ProbeRtt {
        @Test
        void afterTenSecondsWithoutALowerRttFourSegmentsFor200Ms() {
            fillPipe();
            while (state().mode != BbrState.Mode.PROBE_RTT) {
                round(100, 0, RTT_US + 500);
                assertThat(b.kernel.jiffies()).isLessThan(1_011_000);
            }
            assertThat(b.kernel.jiffies()).isGreaterThan(1_010_000);
            assertThat(sk.snd_cwnd).isEqualTo(4);
            int begun = b.kernel.jiffies();
            while (state().mode == BbrState.Mode.PROBE_RTT) {
                round(4);
            }
            assertThat(b.kernel.jiffies() - begun).isBetween(200, 230);
            assertThat(sk.snd_cwnd)
                    .as("two paths again; the clumps are forgotten")
                    .isBetween(220, 240);
            assertThat(state().minRttUs).isEqualTo(RTT_US);
        }
    }

    @Nested
    class Recovery {
        @Test
        void firstRoundConservesPacketsAndTheEndRestoresTheWindow() {
            fillPipe();
            int before = sk.snd_cwnd;
            bbr.ssthresh(sk);
            sk.icsk_ca_state = CaState.RECOVERY;
            round(10, 5, RTT_US);
            assertThat(sk.snd_cwnd).as("in flight and delivered").isEqualTo(20);
            sk.icsk_ca_state = CaState.OPEN;
            round(10);
            assertThat(sk.snd_cwnd).isBetween(before - 20, before);
        }

        @Test
        void undoKeepsTheWindowAndForgetsThatThePipeSeemedFull() {
            fillPipe();
            int cwnd = sk.snd_cwnd;
            assertThat(bbr.undo_cwnd(sk)).isEqualTo(cwnd);
            assertThat(state().fullBw).isZero();
        }
    }

    @Nested
    class Policer {
        @Test
        void twoLossyIntervalsOfOneRateAreBelievedFor48Rounds() {
            fillPipe();
            int rounds = 0;
            while (!state().policer.isActive()) {
                round(40, 20, RTT_US);
                rounds++;
                assertThat(rounds).isLessThan(20);
            }
            assertThat(rounds).isGreaterThanOrEqualTo(8);
            assertThat(sk.sk_pacing_rate).as("4 MB/s less 1%").isCloseTo(3_960_000, Percentage.withPercentage(2));
            int believed = 0;
            while (state().policer.isActive()) {
                round(40);
                believed++;
                assertThat(believed).isLessThan(60);
            }
            assertThat(believed).isBetween(47, 49);
        }

        @Test
        void lossBelowAFifthIsNone() {
            fillPipe();
            for (int i = 0; i < 50; i++) {
                round(100, 15, RTT_US);
            }
            assertThat(state().policer.isActive()).isFalse();
        }
    }

    @Test
    void restartFromIdlePacesAtTheBandwidth() {
        fillPipe();
        while (state().pacingGain != 320) {
            round(100, 0, RTT_US + 1000);
        }
        long probing = sk.sk_pacing_rate;
        sk.app_limited = sk.delivered;
        bbr.cwnd_event(sk, CaEvent.TX_START);
        assertThat(sk.sk_pacing_rate).isCloseTo(probing * 4 / 5, Percentage.withPercentage(1));
        assertThat(state().idleRestart).isTrue();
    }

    @Test
    void packetsAreOfOneSegmentBelow1200KbitPerSecond() {
        sk.sk_pacing_rate = 149_999;
        assertThat(bbr.min_tso_segs(sk)).isEqualTo(1);
        sk.sk_pacing_rate = 150_000;
        assertThat(bbr.min_tso_segs(sk)).isEqualTo(2);
        assertThat(bbr.sndbuf_expand(sk)).isEqualTo(3);
    }

    @Test
    void infoReadsAsSsPrintsIt() {
        fillPipe();
        while (state().pacingGain != 256) {
            round(100, 0, RTT_US + 1000);
        }
        assertThat(bbr.get_info(sk)).isEqualTo("bbr:(bw:80.0Mbps,mrtt:10,pacing_gain:1,cwnd_gain:2)");
    }
}
