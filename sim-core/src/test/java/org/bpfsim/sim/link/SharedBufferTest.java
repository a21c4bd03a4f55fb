package org.bpfsim.sim.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.sim.packet.TestPacket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedBufferTest {
    private static final class Nowhere implements Node {
        @Override
        public void receive(Packet packet, int ingressPort) {}

        @Override
        public String name() {
            return "nowhere";
        }
    }

    /** Choudhury and Hahne 1998: with n saturated queues each holds alpha B / (1 + n alpha). */
    @ParameterizedTest(name = "{0} busy ports, alpha {1}")
    @CsvSource({"1, 1", "2, 1", "7, 1", "3, 0.5", "4, 2", "16, 0.125", "1, 8"})
    void saturatedQueuesSettleAtTheShareOfDynamicThresholds(int busy, double alpha) {
        Scheduler scheduler = new Scheduler();
        long capacityBytes = 1_000_000;
        SharedBuffer buffer = new SharedBuffer(capacityBytes, alpha);
        Port[] ports = new Port[busy + 2]; // two stay idle
        for (int i = 0; i < ports.length; i++) {
            LinkSpec link = new LinkSpec(10_000_000_000L, SimTime.PS_PER_US);
            ports[i] = new Port(scheduler, i, "p" + i, "test", link, QueueSpec.UNBOUNDED, buffer);
            ports[i].connect(new Nowhere(), 0);
        }
        for (int step = 0; step < 20_000; step++) {
            for (int i = 0; i < busy; i++) {
                ports[i].send(TestPacket.of(step, 0, 1, 500));
                ports[i].send(TestPacket.of(step, 0, 1, 500));
            }
            scheduler.runUntil(scheduler.nowPs() + SimTime.fromNanos(700));
        }
        double share = alpha * capacityBytes / (1 + busy * alpha);
        for (int i = 0; i < busy; i++) {
            assertThat((double) ports[i].queueBytes()).isCloseTo(share, within(0.01 * share + 1_500));
            assertThat(ports[i].droppedPackets()).isPositive();
        }
        assertThat(buffer.usedBytes()).isLessThanOrEqualTo(capacityBytes);
    }
}
