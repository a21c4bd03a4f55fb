package org.bpfsim.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.QueueSampler;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.sim.packet.TestPacket;
import org.bpfsim.sim.random.RandomStreams;
import org.junit.jupiter.api.Test;
import umontreal.ssj.rng.MRG32k3a;

/** A whole run of an overloaded network is the same on every JDK, in every thread, watched or not. */
class RunFingerprintTest {
    private static final String GOLDEN = "51f0f07eb22eb954";

    private static final class Sink implements Node {
        @Override
        public void receive(Packet packet, int ingressPort) {}

        @Override
        public String name() {
            return "sink";
        }
    }

    private static String run(int replication, boolean watched) {
        Scheduler scheduler = new Scheduler();
        QueueSpec queue = QueueSpec.UNBOUNDED.withMarkBytes(20_000);
        SwitchSpec switches = new SwitchSpec(200_000, 1, queue);
        Network network = new LeafSpine(
                        4,
                        2,
                        8,
                        new LinkSpec(25_000_000_000L, SimTime.PS_PER_US),
                        new LinkSpec(40_000_000_000L, SimTime.PS_PER_US),
                        QueueSpec.UNBOUNDED,
                        switches,
                        switches)
                .build(scheduler, 5);
        RandomStreams streams = new RandomStreams(3);
        for (int h = 0; h < network.hostCount(); h++) {
            network.attachHost(h, new Sink());
            scheduler.at(0, source(network, h, streams.stream("packets/host-" + h, replication)));
        }
        if (watched) {
            new QueueSampler(scheduler, network.ports(), SimTime.PS_PER_US).start(0);
        }
        scheduler.runUntil(SimTime.fromMillis(1));
        assertThat(network.ports()).anyMatch(port -> port.droppedPackets() > 0);
        assertThat(network.ports()).anyMatch(port -> port.markedPackets() > 0);
        return scheduler.fingerprint().toString();
    }

    private static Event source(Network network, int host, MRG32k3a random) {
        Port nic = network.hostPort(host);
        return new Event() {
            private long sent;

            @Override
            protected void fire(long nowPs) {
                int dst = random.nextInt(0, network.hostCount() - 1);
                if (dst != host) {
                    nic.send(TestPacket.of(sent++, host, dst, random.nextInt(64, 1500))
                            .ecn(Ecn.ECT_0));
                }
                network.scheduler().after(SimTime.fromNanos(random.nextInt(0, 400)), this);
            }
        };
    }

    @Test
    void isPinned() {
        assertThat(run(0, false)).isEqualTo(GOLDEN);
    }

    @Test
    void isTheSameWhenQueuesAreSampled() {
        assertThat(run(0, true)).isEqualTo(GOLDEN);
    }

    @Test
    void isTheSameInManyThreadsAndAnotherForEachReplication() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<String>> runs = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int replication = i % 4;
                runs.add(threads.submit(() -> run(replication, false)));
            }
            List<String> fingerprints = new ArrayList<>();
            for (Future<String> run : runs) {
                fingerprints.add(run.get());
            }
            assertThat(fingerprints.get(0)).isEqualTo(GOLDEN);
            assertThat(fingerprints.subList(4, 8)).isEqualTo(fingerprints.subList(0, 4));
            assertThat(fingerprints.subList(0, 4)).doesNotHaveDuplicates();
        } finally {
            threads.shutdownNow();
        }
    }
}
