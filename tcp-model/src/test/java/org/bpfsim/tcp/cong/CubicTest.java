package org.bpfsim.tcp.cong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CubicTest {
    private static final int RTT_US = 50_000;

    private final Bench b = new Bench("cubic", false);

    /** Loses at this window, as recovery does: ssthresh, then the window follows it. */
    private void reduceFrom(int cwnd) {
        b.sk.snd_cwnd = cwnd;
        b.sk.snd_ssthresh = b.cc().ssthresh(b.sk);
        b.sk.snd_cwnd = b.sk.snd_ssthresh;
        b.sk.snd_cwnd_cnt = 0;
    }

    @Nested
    class Rfc9438_4_2_WindowIncrease {
        @ParameterizedTest(name = "Wmax {0}, {1} ms after the reduction")
        @CsvSource({
            "1000, 0",
            "1000, 500",
            "1000, 2000",
            "1000, 4000",
            "1000, 8000",
            "1000, 12000",
            "1000, 20000",
            "100, 1000",
            "100, 4217",
            "100, 10000",
            "20000, 5000",
            "20000, 24662",
            "20000, 40000"
        })
        void targetFollowsTheCubicFunction(int wmax, int tMs) {
            Cubic.State s = new Cubic.State();
            int cwnd = wmax * 717 / 1024;
            s.originPoint = wmax;
            s.k = Cubic.cubeRoot((1L << 40) / 410 * (wmax - cwnd));
            double k = StrictMath.cbrt((wmax - cwnd) / 0.4);
            double expected = 0.4 * StrictMath.pow(tMs / 1000.0 - k, 3) + wmax;
            // 410/1024 and 717/1024 stand for 0.4 and 0.7, and all is rounded to whole segments.
            assertThat((double) Cubic.target(s, tMs * 1024L / 1000)).isCloseTo(expected, within(2 + 0.005 * expected));
        }

        @Test
        void windowReachesItsFormerMaximumAfterKSeconds() {
            reduceFrom(1000);
            // Until then every round trip, so that "t" advances as RFC 9438 (1) wants.
            double kSeconds = StrictMath.cbrt((1000 - 700) / 0.4);
            double elapsed = 0;
            while (elapsed < kSeconds) {
                b.round(RTT_US);
                elapsed += RTT_US / 1e6;
            }
            assertThat(b.sk.snd_cwnd).isBetween(985, 1005);
        }

        @Test
        void growthIsFlatAroundTheFormerMaximum() {
            reduceFrom(1000);
            int atMostPerRound = 0;
            for (double t = 0; t < 12; t += RTT_US / 1e6) {
                int before = b.sk.snd_cwnd;
                b.round(RTT_US);
                if (before > 980 && before < 1000) {
                    atMostPerRound = Math.max(atMostPerRound, b.sk.snd_cwnd - before);
                }
            }
            assertThat(atMostPerRound).isBetween(0, 2);
        }
    }

    @Test
    void rfc9438_4_3_shortRoundTripsGrowAsFastAsReno() {
        reduceFrom(100);
        int start = b.sk.snd_cwnd;
        for (int i = 0; i < 100; i++) {
            b.round(1000);
        }
        // W_est grows by 3 (1 - beta) / (1 + beta) = 0.53 segments per round trip, the concave curve by far less.
        assertThat(b.sk.snd_cwnd - start).isBetween(45, 60);
    }

    @Nested
    class Rfc9438_4_6_MultiplicativeDecrease {
        @Test
        void ssthreshIsSevenTenthsOfTheWindow() {
            b.sk.snd_cwnd = 1000;
            assertThat(b.cc().ssthresh(b.sk)).isEqualTo(700);
        }

        @Test
        void ssthreshIsAtLeastTwo() {
            b.sk.snd_cwnd = 2;
            assertThat(b.cc().ssthresh(b.sk)).isEqualTo(2);
        }
    }

    @Test
    void rfc9438_4_7_fastConvergenceRemembersLessWhenTheMaximumSank() {
        reduceFrom(1000);
        reduceFrom(800);
        assertThat(b.cc().get_info(b.sk)).contains("wmax:" + 800 * (1024 + 717) / 2048);
    }

    @Nested
    class HystartLeavesSlowStart {
        private void slowStartAt(int cwnd) {
            b.sk.snd_cwnd = cwnd;
            b.sk.snd_ssthresh = TcpSock.TCP_INFINITE_SSTHRESH;
        }

        @Test
        void whenTheAckTrainIsLongerThanHalfTheShortestRtt() {
            slowStartAt(64);
            b.sk.sk_pacing_rate = 1L << 40;
            b.ack(10_000);
            b.sk.snd_nxt = b.sk.snd_una + 64;
            b.ack(10_000);
            int before = b.sk.snd_ssthresh;
            for (int i = 0; i < 12; i++) {
                b.sleepUs(500);
                b.ack(10_000);
            }
            assertThat(before).isEqualTo(TcpSock.TCP_INFINITE_SSTHRESH);
            assertThat(b.sk.snd_ssthresh).isBetween(64, 80);
        }

        @Test
        void whenTheRttOfARoundHasRisenByMoreThanFourMilliseconds() {
            slowStartAt(64);
            b.sk.sk_pacing_rate = 1L << 40;
            b.ack(1_000);
            b.sleepUs(100_000);
            b.sk.snd_nxt = b.sk.snd_una + 200;
            for (int i = 0; i < 12; i++) {
                b.sleepUs(3_000);
                b.ack(5_500);
            }
            assertThat(b.sk.snd_ssthresh).isLessThan(100);
        }

        @Test
        void notBelowAWindowOfSixteenSegments() {
            slowStartAt(4);
            for (int i = 0; i < 11; i++) {
                b.sleepUs(500);
                b.ack(1_000);
            }
            assertThat(b.sk.snd_ssthresh).isEqualTo(TcpSock.TCP_INFINITE_SSTHRESH);
        }
    }

    @Test
    void idleTimeDoesNotMakeTheWindowLeap() {
        reduceFrom(1000);
        b.round(RTT_US);
        int before = b.sk.snd_cwnd;
        b.sk.lsndtime = b.kernel.jiffies();
        b.sleepUs(20_000_000);
        b.cc().cwnd_event(b.sk, CaEvent.TX_START);
        b.round(RTT_US);
        assertThat(b.sk.snd_cwnd - before).isLessThan(30);
    }

    @Test
    void timeoutForgetsTheCurve() {
        reduceFrom(1000);
        b.cc().set_state(b.sk, CaState.LOSS);
        assertThat(b.cc().get_info(b.sk)).isEqualTo("wmax:0 cnt:0 delay_min:0");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "7, 2", "8, 2", "26, 3", "27, 3", "999999999999, 9999", "1000000000000, 9999"})
    void cubeRootIsAsInexactAsLinuxs(long a, int root) {
        assertThat(Cubic.cubeRoot(a)).isEqualTo(root);
    }
}
