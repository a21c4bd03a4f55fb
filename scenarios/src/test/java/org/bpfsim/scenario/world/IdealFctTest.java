package org.bpfsim.scenario.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.topology.Network;
import org.bpfsim.sim.topology.SingleSwitch;
import org.bpfsim.sim.topology.SwitchSpec;
import org.junit.jupiter.api.Test;

class IdealFctTest {
    private static final LinkSpec LINK = new LinkSpec(10_000_000_000L, 1_000_000);
    private static final int LINKS = 2;

    private final Network network = new SingleSwitch(
                    2, LINK, QueueSpec.UNBOUNDED, SwitchSpec.separateQueues(QueueSpec.UNBOUNDED))
            .build(new Scheduler(), 1);
    private final IdealFct ideal = new IdealFct(network);

    @Test
    void anIpv4SegmentHasThePayloadOf1448Bytes() {
        assertThat(SegmentSizes.of(false, true)).isEqualTo(new SegmentSizes(52 + 38, 60 + 38, 1448));
        assertThat(SegmentSizes.of(true, true)).isEqualTo(new SegmentSizes(72 + 38, 80 + 38, 1428));
        assertThat(SegmentSizes.of(false, false).mssBytes()).isEqualTo(1460);
    }

    @Test
    void aSmallAnswerTakesTwoRoundTripsAndFourTransmissions() {
        SegmentSizes sizes = SegmentSizes.of(false, true);
        double nsPerByte = 0.8;
        double transmissions = (98 + 98 + (90 + 100) + (90 + 1000)) * nsPerByte * LINKS;
        long expected = Math.round(4 * LINKS * 1000 + transmissions);
        assertThat(ideal.rpcNs(0, 1, 100, 1000, sizes)).isBetween(expected - 1, expected + 1);
    }

    @Test
    void aLongFlowGoesAtTheRateOfTheLink() {
        SegmentSizes sizes = SegmentSizes.of(false, true);
        long bytes = 1448L * 10_000;
        double ns = 10_000 * 1538 * 0.8;
        assertThat(ideal.bulkNs(0, 1, bytes, sizes) / ns).isBetween(1.0, 1.001);
    }
}
