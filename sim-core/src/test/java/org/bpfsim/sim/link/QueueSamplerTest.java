package org.bpfsim.sim.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.sim.packet.TestPacket;
import org.junit.jupiter.api.Test;

class QueueSamplerTest {
    private final Scheduler scheduler = new Scheduler();

    private Port port(int id, String portClass) {
        Port port = new Port(
                scheduler, id, "p" + id, portClass, new LinkSpec(8_000_000_000L, 0), QueueSpec.UNBOUNDED, null);
        port.connect(
                new Node() {
                    @Override
                    public void receive(Packet packet, int ingressPort) {}

                    @Override
                    public String name() {
                        return "nowhere";
                    }
                },
                0);
        return port;
    }

    @Test
    void keepsMeanAndMaximumOfEachClassAtEachInstant() {
        Port first = port(0, "up");
        Port second = port(1, "up");
        Port other = port(2, "down");
        for (int i = 0; i < 4; i++) {
            first.send(TestPacket.of(i, 0, 1, 1000));
        }
        second.send(TestPacket.of(9, 0, 1, 1000));
        second.send(TestPacket.of(9, 0, 1, 600));
        QueueSampler sampler = new QueueSampler(scheduler, List.of(first, second, other), SimTime.fromNanos(1000));
        sampler.start(SimTime.fromNanos(500));
        scheduler.runUntil(SimTime.fromNanos(3600));
        sampler.stop();
        scheduler.run();

        assertThat(sampler.samples()).isEqualTo(4);
        assertThat(sampler.timePs(2)).isEqualTo(SimTime.fromNanos(2500));
        QueueSampler.Column up = sampler.columns().get(0);
        QueueSampler.Column down = sampler.columns().get(1);
        assertThat(up.portClass()).isEqualTo("up");
        assertThat(up.ports()).isEqualTo(2);
        assertThat(up.meanBytes(0)).isEqualTo((3000 + 600) / 2.0);
        assertThat(up.maxBytes(0)).isEqualTo(3000);
        assertThat(up.meanBytes(1)).isEqualTo(2000 / 2.0);
        assertThat(up.maxBytes(3)).isZero();
        assertThat(down.meanBytes(0)).isZero();
    }

    @Test
    void keepsMoreSamplesThanItBeganWithRoomFor() {
        QueueSampler sampler = new QueueSampler(scheduler, List.of(port(0, "up")), 1);
        sampler.start(0);
        scheduler.runUntil(5_000);
        assertThat(sampler.samples()).isEqualTo(5_001);
    }
}
