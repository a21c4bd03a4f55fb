package org.bpfsim.sim.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bpfsim.sim.packet.TestPacket;
import org.bpfsim.sim.random.RandomStreams;
import org.junit.jupiter.api.Test;
import umontreal.ssj.rng.RandomStream;

class RandomLossTest {
    private static final int PACKETS = 1_000_000;

    private final RandomStream random = new RandomStreams(5).stream("loss/test", 0);

    private final TestPacket packet = TestPacket.of(1, 0, 1, 1500);

    private boolean[] lost(LossInjector injector) {
        boolean[] lost = new boolean[PACKETS];
        for (int i = 0; i < PACKETS; i++) {
            lost[i] = injector.loses(i, packet);
        }
        return lost;
    }

    private static double share(boolean[] lost) {
        int n = 0;
        for (boolean one : lost) {
            n += one ? 1 : 0;
        }
        return (double) n / lost.length;
    }

    /** Lost packets per run of lost packets. */
    private static double meanRun(boolean[] lost) {
        int runs = 0;
        for (int i = 0; i < lost.length; i++) {
            runs += lost[i] && (i == 0 || !lost[i - 1]) ? 1 : 0;
        }
        return share(lost) * lost.length / runs;
    }

    /** A run of losses each with probability p has 1/(1-p) packets on average. */
    @Test
    void independentLossesHaveTheirShareAndNoMemory() {
        boolean[] lost = lost(RandomLoss.independent(0.2, random));
        assertThat(share(lost)).isCloseTo(0.2, within(0.002));
        assertThat(meanRun(lost)).isCloseTo(1.25, within(0.01));
    }

    /** Gilbert's chain is bad for the share begin/(begin+end) of packets, in runs of 1/end. */
    @Test
    void gilbert1960_burstsHaveTheStationaryShareAndTheirLength() {
        boolean[] lost = lost(RandomLoss.bursts(0.01, 0.25, 1, random));
        assertThat(share(lost)).isCloseTo(0.01 / 0.26, within(0.001));
        assertThat(meanRun(lost)).isCloseTo(4, within(0.1));
    }

    @Test
    void aBurstMayLetPacketsThrough() {
        assertThat(share(lost(RandomLoss.bursts(0.01, 0.25, 0.5, random)))).isCloseTo(0.005 / 0.26, within(0.001));
    }

    @Test
    void refusesWhatIsNoProbability() {
        assertThatThrownBy(() -> RandomLoss.independent(1.1, random)).hasMessageContaining("1.1");
    }
}
