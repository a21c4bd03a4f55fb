package org.bpfsim.scenario.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalInt;
import org.bpfsim.scenario.model.ArmSpec;
import org.bpfsim.scenario.model.Family;
import org.bpfsim.scenario.model.Fraction;
import org.bpfsim.scenario.plan.Variant;
import org.junit.jupiter.api.Test;

class FlowHashTest {
    private static final List<ArmSpec> ARMS = List.of(
            new ArmSpec("a", Fraction.ofPercent(10), List.of()), new ArmSpec("b", Fraction.ofPercent(30), List.of()));
    private static final int FLOWS = 200_000;
    /** Five standard deviations of a share of one half among that many flows. */
    private static final double TOLERANCE = 5 * 0.5 / Math.sqrt(FLOWS);

    private final FlowHash hash = new FlowHash(7, 0, ARMS, Variant.AB);

    @Test
    void givesEachArmItsShare() {
        int[] count = new int[3];
        for (int i = 0; i < FLOWS; i++) {
            count[hash.arm(0, i % 64, i / 64)]++;
        }
        assertThat((double) count[0] / FLOWS).isCloseTo(0.6, within(TOLERANCE));
        assertThat((double) count[1] / FLOWS).isCloseTo(0.1, within(TOLERANCE));
        assertThat((double) count[2] / FLOWS).isCloseTo(0.3, within(TOLERANCE));
    }

    @Test
    void familyIsAFairCoinThatKnowsNothingOfTheArm() {
        int[][] count = new int[3][2];
        for (int i = 0; i < FLOWS; i++) {
            count[hash.arm(0, i % 64, i / 64)][hash.ipv6(Family.BOTH, 0, i % 64, i / 64) ? 1 : 0]++;
        }
        for (int[] arm : count) {
            double sum = arm[0] + arm[1];
            assertThat(arm[1] / sum).isCloseTo(0.5, within(5 * 0.5 / Math.sqrt(sum)));
        }
    }

    @Test
    void otherReplicationsAssignOtherwise() {
        FlowHash other = new FlowHash(7, 1, ARMS, Variant.AB);
        int same = 0;
        for (int i = 0; i < FLOWS; i++) {
            same += hash.arm(0, 3, i) == other.arm(0, 3, i) ? 1 : 0;
        }
        assertThat((double) same / FLOWS).isCloseTo(0.6 * 0.6 + 0.1 * 0.1 + 0.3 * 0.3, within(TOLERANCE));
    }

    @Test
    void aRollOutPutsEverybodyInOneArmAndKeepsFamilies() {
        FlowHash all = new FlowHash(7, 0, ARMS, new Variant("all:b", OptionalInt.of(2)));
        for (int i = 0; i < 1000; i++) {
            assertThat(all.arm(0, 3, i)).isEqualTo(2);
            assertThat(all.ipv6(Family.BOTH, 0, 3, i)).isEqualTo(hash.ipv6(Family.BOTH, 0, 3, i));
        }
    }
}
