package org.bpfsim.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.bpfsim.sim.packet.TestPacket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowHashEcmpTest {
    private static final int FLOWS = 30_000;

    private static TestPacket flow(int hash) {
        TestPacket packet = new TestPacket();
        packet.flowHash = hash;
        return packet;
    }

    /** Chi-square of counts against an even spread; its mean is paths - 1, its standard deviation sqrt(2 (paths - 1)). */
    private static double chiSquare(int[] counts) {
        double expected = Arrays.stream(counts).sum() / (double) counts.length;
        return Arrays.stream(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
    }

    private static void assertEvenlySpread(int[] counts) {
        int freedom = counts.length - 1;
        assertThat(chiSquare(counts)).as(Arrays.toString(counts)).isLessThan(freedom + 4 * Math.sqrt(2.0 * freedom));
    }

    @ParameterizedTest(name = "{0} paths")
    @ValueSource(ints = {2, 3, 4, 5, 8, 16, 63})
    void flowsSpreadEvenlyEvenWhenTheirHashesAreNeighbours(int paths) {
        FlowHashEcmp ecmp = new FlowHashEcmp(42);
        int[] counts = new int[paths];
        for (int hash = 0; hash < FLOWS; hash++) {
            counts[ecmp.select(flow(hash - FLOWS / 2), paths)]++;
        }
        assertEvenlySpread(counts);
    }

    @Test
    void flowsThatOneSwitchSentTheSameWaySpreadAgainAtTheNext() {
        FlowHashEcmp first = new FlowHashEcmp(1);
        FlowHashEcmp second = new FlowHashEcmp(2);
        int[] counts = new int[4];
        for (int hash = 0; hash < FLOWS; hash++) {
            if (first.select(flow(hash), 4) == 0) {
                counts[second.select(flow(hash), 4)]++;
            }
        }
        assertEvenlySpread(counts);
    }

    @Test
    void aFlowAlwaysTakesTheSamePath() {
        FlowHashEcmp ecmp = new FlowHashEcmp(7);
        int path = ecmp.select(flow(12345), 8);
        assertThat(new FlowHashEcmp(7).select(flow(12345), 8)).isEqualTo(path);
    }
}
