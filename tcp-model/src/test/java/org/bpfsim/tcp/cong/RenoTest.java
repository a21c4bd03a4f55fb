package org.bpfsim.tcp.cong;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RenoTest {
    private final Bench b = new Bench("reno", false);

    @Nested
    class Rfc5681_3_1_SlowStartAndCongestionAvoidance {
        @Test
        void slowStartDoublesPerRoundTrip() {
            b.round(100);
            assertThat(b.sk.snd_cwnd).isEqualTo(20);
            b.round(100);
            assertThat(b.sk.snd_cwnd).isEqualTo(40);
        }

        @Test
        void congestionAvoidanceAddsOneSegmentPerRoundTrip() {
            b.sk.snd_ssthresh = 10;
            for (int round = 1; round <= 5; round++) {
                b.round(100);
                assertThat(b.sk.snd_cwnd).isEqualTo(10 + round);
            }
        }

        @Test
        void stretchAckBeyondSsthreshIsSplitBetweenBothPhases() {
            b.sk.snd_ssthresh = 12;
            b.cc().cong_avoid(b.sk, 0, 8);
            assertThat(b.sk.snd_cwnd).isEqualTo(12);
            assertThat(b.sk.snd_cwnd_cnt).isEqualTo(6);
        }

        @Test
        void ssthreshIsHalfTheWindowAndAtLeastTwo() {
            b.sk.snd_cwnd = 15;
            assertThat(b.cc().ssthresh(b.sk)).isEqualTo(7);
            b.sk.snd_cwnd = 3;
            assertThat(b.cc().ssthresh(b.sk)).isEqualTo(2);
        }
    }

    @Test
    void windowThatTheApplicationLeavesUnusedDoesNotGrow() {
        b.sk.is_cwnd_limited = false;
        b.sk.max_packets_out = 3;
        b.cc().cong_avoid(b.sk, 0, 3);
        assertThat(b.sk.snd_cwnd).isEqualTo(10);
    }

    @Test
    void windowStaysBelowItsClamp() {
        b.sk.snd_cwnd_clamp = 13;
        b.cc().cong_avoid(b.sk, 0, 10);
        assertThat(b.sk.snd_cwnd).isEqualTo(13);
    }

    @Test
    void creditSavedUpAtASlowerPaceCountsForOneSegment() {
        b.sk.snd_cwnd_cnt = 90;
        Reno.additiveIncrease(b.sk, 10, 1);
        assertThat(b.sk.snd_cwnd).isEqualTo(11);
        assertThat(b.sk.snd_cwnd_cnt).isEqualTo(1);
    }

    @Test
    void undoGoesBackToTheWindowBeforeUnlessItIsLargerNow() {
        b.sk.prior_cwnd = 30;
        assertThat(b.cc().undo_cwnd(b.sk)).isEqualTo(30);
        b.sk.snd_cwnd = 31;
        assertThat(b.cc().undo_cwnd(b.sk)).isEqualTo(31);
    }
}
