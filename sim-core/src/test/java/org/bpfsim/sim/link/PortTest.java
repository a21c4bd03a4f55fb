package org.bpfsim.sim.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.sim.packet.TestPacket;
import org.bpfsim.sim.random.RandomStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import umontreal.ssj.randvar.ExponentialGen;

class PortTest {
    /** 8 Gbit/s: a byte takes a nanosecond. */
    private static final LinkSpec LINK = new LinkSpec(8_000_000_000L, 5 * SimTime.PS_PER_US);

    private final Scheduler scheduler = new Scheduler();
    private final Sink sink = new Sink();

    private final class Sink implements Node {
        final List<Packet> packets = new ArrayList<>();
        final List<Long> timesNs = new ArrayList<>();

        @Override
        public void receive(Packet packet, int ingressPort) {
            packets.add(packet);
            timesNs.add(SimTime.toNanos(scheduler.nowPs()));
        }

        @Override
        public String name() {
            return "sink";
        }
    }

    private Port port(QueueSpec queue, SharedBuffer buffer) {
        Port port = new Port(scheduler, 0, "port", "test", LINK, queue, buffer);
        port.connect(sink, 3);
        return port;
    }

    private Port port(QueueSpec queue) {
        return port(queue, null);
    }

    private static TestPacket packet(int id, int bytes) {
        return TestPacket.of(id, 0, 1, bytes).ecn(Ecn.ECT_0);
    }

    @Test
    void packetsLeaveBackToBackAndArriveOneDelayLater() {
        Port port = port(QueueSpec.UNBOUNDED);
        port.send(packet(0, 1000));
        port.send(packet(1, 500));
        scheduler.runUntil(SimTime.fromNanos(2000));
        port.send(packet(2, 100));
        scheduler.run();
        assertThat(sink.timesNs).containsExactly(6000L, 6500L, 7100L);
        assertThat(scheduler.eventsFired()).isEqualTo(3);
        assertThat(port.txPackets()).isEqualTo(3);
        assertThat(port.txBytes()).isEqualTo(1600);
    }

    @Test
    void queueCountsPacketsWhoseTransmissionHasNotBegun() {
        Port port = port(QueueSpec.UNBOUNDED);
        for (int i = 0; i < 3; i++) {
            port.send(packet(i, 1000));
        }
        assertThat(port.queuePackets()).isEqualTo(2);
        assertThat(port.queueBytes()).isEqualTo(2000);
        scheduler.runUntil(SimTime.fromNanos(1000) - 1);
        assertThat(port.queuePackets()).isEqualTo(2);
        scheduler.runUntil(SimTime.fromNanos(1000));
        assertThat(port.queuePackets()).as("a packet that starts now has begun").isEqualTo(1);
        scheduler.runUntil(SimTime.fromNanos(2000));
        assertThat(port.queueBytes()).isZero();
        assertThat(port.maxQueuePackets()).isEqualTo(2);
        assertThat(port.maxQueueBytes()).isEqualTo(2000);
    }

    @Test
    void dctcp_3_1_marksArrivalsThatFindMoreThanKPacketsInTheSystem() {
        int k = 65;
        Port port = port(QueueSpec.UNBOUNDED.withMarkPackets(k));
        List<TestPacket> packets = new ArrayList<>();
        for (int i = 0; i < k + 3; i++) {
            packets.add(packet(i, 1500));
            port.send(packets.get(i));
        }
        // The packet with index i finds i packets: one on the wire, i - 1 waiting.
        assertThat(packets.get(k).ecn).as("finds K").isEqualTo(Ecn.ECT_0);
        assertThat(packets.get(k + 1).ecn).as("finds K + 1").isEqualTo(Ecn.CE);
        assertThat(packets.get(k + 2).ecn).isEqualTo(Ecn.CE);
        assertThat(port.markedPackets()).isEqualTo(2);
    }

    @Test
    void packetsThatAreNotEcnCapableAreNeverMarkedAndMarkedOnesNotCountedAgain() {
        Port port = port(QueueSpec.UNBOUNDED.withMarkBytes(0));
        TestPacket notCapable = packet(0, 100).ecn(Ecn.NOT_ECT);
        TestPacket marked = packet(1, 100).ecn(Ecn.CE);
        TestPacket capable = packet(2, 100).ecn(Ecn.ECT_1);
        port.send(notCapable);
        port.send(marked);
        port.send(capable);
        assertThat(notCapable.ecn).isEqualTo(Ecn.NOT_ECT);
        assertThat(capable.ecn).isEqualTo(Ecn.CE);
        assertThat(port.markedPackets()).isEqualTo(1);
    }

    @Test
    void packetBeyondTheLimitIsDroppedReleasedAndNotMarked() {
        Port port = port(QueueSpec.UNBOUNDED.withLimitPackets(1).withMarkPackets(1));
        port.send(packet(0, 1000));
        port.send(packet(1, 1000));
        TestPacket tooMany = packet(2, 1000);
        port.send(tooMany);
        assertThat(tooMany.releases).isEqualTo(1);
        assertThat(tooMany.ecn).isEqualTo(Ecn.ECT_0);
        assertThat(port.droppedPackets()).isEqualTo(1);
        assertThat(port.droppedBytes()).isEqualTo(1000);
        scheduler.run();
        assertThat(sink.packets).extracting(p -> p.id).containsExactly(0L, 1L);
    }

    @Test
    void idlePortAcceptsAPacketThatNoQueueCouldHold() {
        Port port = port(QueueSpec.UNBOUNDED.withLimitBytes(100), new SharedBuffer(100, 1));
        port.send(packet(0, 1000));
        scheduler.run();
        assertThat(sink.packets).hasSize(1);
    }

    @Test
    void packetThatAPortStillHoldsIsRefused() {
        Port port = port(QueueSpec.UNBOUNDED);
        TestPacket packet = packet(7, 1000);
        port.send(packet);
        assertThatThrownBy(() -> port.send(packet)).hasMessage("port was sent packet 7, which is still in a port");
        scheduler.run();
        port.send(packet);
        scheduler.run();
        assertThat(sink.packets).hasSize(2);
    }

    @Test
    void lossInjectorTakesPacketsBeforeTheQueue() {
        Port port = port(QueueSpec.UNBOUNDED);
        port.setLossInjector((nowPs, packet) -> packet.id == 1);
        for (int i = 0; i < 3; i++) {
            port.send(packet(i, 1000));
        }
        scheduler.run();
        assertThat(sink.packets).extracting(p -> p.id).containsExactly(0L, 2L);
        assertThat(sink.timesNs).containsExactly(6000L, 7000L);
        assertThat(port.droppedPackets()).isEqualTo(1);
    }

    @Test
    void tapSeesStartsArrivalsAndDrops() {
        List<String> seen = new ArrayList<>();
        Port port = port(QueueSpec.UNBOUNDED.withLimitPackets(1));
        port.setTap(new PortTap() {
            @Override
            public void onTransmit(long nowPs, long startPs, Packet packet) {
                seen.add("start " + packet.id + " " + SimTime.toNanos(startPs));
            }

            @Override
            public void onArrival(long nowPs, Packet packet) {
                seen.add("arrival " + packet.id + " " + SimTime.toNanos(nowPs));
            }

            @Override
            public void onDrop(long nowPs, Packet packet) {
                seen.add("drop " + packet.id);
            }
        });
        for (int i = 0; i < 3; i++) {
            port.send(packet(i, 1000));
        }
        scheduler.run();
        assertThat(seen).containsExactly("start 0 0", "start 1 1000", "drop 2", "arrival 0 6000", "arrival 1 7000");
    }

    @Test
    void arrivalTakesItsPlaceInTheOrderWhenThePacketIsAccepted() {
        List<String> order = new ArrayList<>();
        Port port = port(QueueSpec.UNBOUNDED);
        port.connect(
                new Node() {
                    @Override
                    public void receive(Packet packet, int ingressPort) {
                        order.add("packet " + packet.id);
                    }

                    @Override
                    public String name() {
                        return "order";
                    }
                },
                0);
        port.send(packet(0, 1000));
        port.send(packet(1, 1000));
        scheduler.at(
                SimTime.fromNanos(7000),
                new Event() { // the same instant as packet 1, but scheduled later
                    @Override
                    protected void fire(long nowPs) {
                        order.add("event");
                    }
                });
        scheduler.run();
        assertThat(order).containsExactly("packet 0", "packet 1", "event");
    }

    /** Random arrivals, with many coincidences, at ports with limits, thresholds and a shared buffer. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void marksAndDropsExactlyAsStepByStepBookKeepingWould(long seed) {
        Random random = new Random(seed);
        int count = 1 + random.nextInt(5);
        QueueSpec spec = new QueueSpec(
                seed % 3 == 0 ? 4 : 50,
                seed % 4 == 0 ? 5_000 : 60_000,
                1 + random.nextInt(4),
                100 + random.nextInt(2_000));
        long capacityBytes = 4_000 + random.nextInt(15_000);
        double alpha = new double[] {0.125, 0.5, 1, 2, 8}[random.nextInt(5)];
        SharedBuffer buffer = new SharedBuffer(capacityBytes, alpha);
        Port[] ports = new Port[count];
        for (int i = 0; i < count; i++) {
            ports[i] = new Port(scheduler, i, "p" + i, "test", LINK, spec, buffer);
            ports[i].connect(sink, i);
        }
        NaiveQueues naive = new NaiveQueues(count, spec, SimTime.PS_PER_NS, capacityBytes, alpha);
        long[] verdicts = new long[NaiveQueues.Verdict.values().length];
        for (int i = 0; i < 5_000; i++) {
            int number = random.nextInt(count);
            int bytes = 100 * (1 + random.nextInt(15));
            TestPacket packet = packet(i, bytes).ecn(random.nextInt(5) == 0 ? Ecn.NOT_ECT : Ecn.ECT_0);
            boolean capable = packet.ecn == Ecn.ECT_0;
            NaiveQueues.Verdict expected = naive.send(scheduler.nowPs(), number, bytes, capable);
            ports[number].send(packet);
            NaiveQueues.Verdict actual = packet.releases > 0
                    ? NaiveQueues.Verdict.DROPPED
                    : capable && packet.ecn == Ecn.CE ? NaiveQueues.Verdict.MARKED : NaiveQueues.Verdict.ACCEPTED;
            assertThat(actual).as("seed %d packet %d", seed, i).isEqualTo(expected);
            verdicts[actual.ordinal()]++;
            if (random.nextInt(10) == 0) {
                int looked = random.nextInt(count);
                assertThat(ports[looked].queueBytes()).isEqualTo(naive.queueBytes(scheduler.nowPs(), looked));
                assertThat(ports[looked].queuePackets()).isEqualTo(naive.queuePackets(scheduler.nowPs(), looked));
            }
            if (random.nextInt(50) == 0) {
                assertThat(buffer.usedBytes()).isEqualTo(naive.usedBytes(scheduler.nowPs()));
            }
            if (random.nextInt(3) != 0) {
                int mean = random.nextInt(20) == 0 ? 20_000 : 1_600 / count;
                scheduler.runUntil(scheduler.nowPs() + SimTime.fromNanos(100L * random.nextInt(1 + mean / 50)));
            }
        }
        scheduler.run();
        assertThat(verdicts).as("the case is worth testing").doesNotContain(0L);
        assertThat(sink.packets).hasSize((int) (verdicts[0] + verdicts[1]));
        assertThat(sink.timesNs).isSorted();
        assertThat(buffer.usedBytes()).isZero();
    }

    /** Pollaczek-Khinchine: with Poisson arrivals and constant service S at load r, the mean wait is r S / (2 (1 - r)). */
    @ParameterizedTest(name = "load {0}")
    @ValueSource(doubles = {0.5, 0.8, 0.9})
    void meanWaitAtPoissonArrivalsIsThatOfTheMd1Queue(double load) {
        int bytes = 1000;
        double serviceNs = 1000;
        long[] waitPs = new long[2];
        Port port = port(QueueSpec.UNBOUNDED);
        port.setTap(new PortTap() {
            @Override
            public void onTransmit(long nowPs, long startPs, Packet packet) {
                waitPs[0] += startPs - nowPs;
            }
        });
        ExponentialGen gaps =
                new ExponentialGen(new RandomStreams(11).stream("gaps", 0), load / (serviceNs * SimTime.PS_PER_NS));
        int arrivals = 400_000;
        long queueSeen = 0;
        for (int i = 0; i < arrivals; i++) {
            scheduler.runUntil(scheduler.nowPs() + (long) gaps.nextDouble());
            queueSeen += port.queuePackets();
            port.send(packet(i, bytes));
            sink.packets.clear();
            sink.timesNs.clear();
        }
        double expectedWaitNs = load * serviceNs / (2 * (1 - load));
        assertThat(waitPs[0] / (double) arrivals / SimTime.PS_PER_NS)
                .isCloseTo(expectedWaitNs, within(0.03 * expectedWaitNs));
        double expectedWaiting = load * load / (2 * (1 - load));
        assertThat(queueSeen / (double) arrivals).isCloseTo(expectedWaiting, within(0.03 * expectedWaiting));
    }
}
