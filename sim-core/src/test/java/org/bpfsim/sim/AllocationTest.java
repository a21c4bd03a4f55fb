package org.bpfsim.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.sim.packet.TestPacket;
import org.bpfsim.sim.topology.LeafSpine;
import org.bpfsim.sim.topology.Network;
import org.bpfsim.sim.topology.SwitchSpec;
import org.junit.jupiter.api.Test;

/** The hot paths allocate nothing once their arrays have grown. */
class AllocationTest {
    private static final long STEPS = 1_000_000;
    /** The measurement itself may cost a little; a million steps that allocate cost at least sixteen bytes each. */
    private static final long TOLERATED_BYTES = 4_096;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private long allocatedBytes() {
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    @Test
    void schedulingAllocatesNothing() {
        Scheduler scheduler = new Scheduler();
        Event timer = new Event() {
            @Override
            protected void fire(long nowPs) {}
        };
        for (int i = 0; i < 100; i++) {
            long periodPs = 1_000 + i;
            scheduler.at(i, new Event() {
                @Override
                protected void fire(long nowPs) {
                    scheduler.at(nowPs + periodPs, this);
                    scheduler.at(nowPs + 1_000_000, timer);
                    scheduler.at(nowPs + 500_000 + (nowPs & 1023), timer);
                    if ((nowPs & 15) == 0) {
                        scheduler.cancel(timer);
                    }
                }
            });
        }
        scheduler.runUntil(1_000_000);
        long firedBefore = scheduler.eventsFired();
        long bytesBefore = allocatedBytes();
        scheduler.runUntil(12_000_000);
        assertThat(allocatedBytes() - bytesBefore).isLessThan(TOLERATED_BYTES);
        assertThat(scheduler.eventsFired() - firedBefore).isGreaterThan(STEPS);
    }

    @Test
    void forwardingAllocatesNothing() {
        Scheduler scheduler = new Scheduler();
        QueueSpec queue = QueueSpec.UNBOUNDED.withMarkBytes(30_000);
        SwitchSpec switches = new SwitchSpec(1_000_000, 1, queue);
        Network network = new LeafSpine(
                        4,
                        2,
                        4,
                        new LinkSpec(25_000_000_000L, SimTime.PS_PER_US),
                        new LinkSpec(100_000_000_000L, SimTime.PS_PER_US),
                        queue,
                        switches,
                        switches)
                .build(scheduler, 1);
        int hosts = network.hostCount();
        for (int h = 0; h < hosts; h++) {
            network.attachHost(h, new Reflector(network.hostPort(h)));
        }
        for (int h = 0; h < hosts; h++) {
            for (int i = 0; i < 20; i++) {
                network.hostPort(h)
                        .send(TestPacket.of(i, h, (h * 7 + i + 1) % hosts == h ? 0 : (h * 7 + i + 1) % hosts, 1500)
                                .ecn(Ecn.ECT_0));
            }
        }
        scheduler.runUntil(SimTime.fromMillis(5));
        long firedBefore = scheduler.eventsFired();
        long bytesBefore = allocatedBytes();
        scheduler.runUntil(SimTime.fromMillis(60));
        assertThat(allocatedBytes() - bytesBefore).isLessThan(TOLERATED_BYTES);
        assertThat(scheduler.eventsFired() - firedBefore).isGreaterThan(STEPS);
    }

    /** Sends each packet back to where it came from. */
    private record Reflector(Port nic) implements Node {
        @Override
        public void receive(Packet packet, int ingressPort) {
            int src = packet.srcHost;
            packet.srcHost = packet.dstHost;
            packet.dstHost = src;
            packet.ecn = Ecn.ECT_0;
            nic.send(packet);
        }

        @Override
        public String name() {
            return nic.name();
        }
    }
}
