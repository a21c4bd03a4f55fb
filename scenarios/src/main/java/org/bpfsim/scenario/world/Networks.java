package org.bpfsim.scenario.world;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import org.bpfsim.scenario.model.LossSpec;
import org.bpfsim.scenario.model.NetworkSpec;
import org.bpfsim.scenario.model.QueueDepth;
import org.bpfsim.scenario.model.SwitchSpec;
import org.bpfsim.scenario.model.TopologySpec;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.LossInjector;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.link.RandomLoss;
import org.bpfsim.sim.random.RandomStreams;
import org.bpfsim.sim.topology.Datacenters;
import org.bpfsim.sim.topology.Dumbbell;
import org.bpfsim.sim.topology.FatTree;
import org.bpfsim.sim.topology.LeafSpine;
import org.bpfsim.sim.topology.Network;
import org.bpfsim.sim.topology.SingleSwitch;
import org.bpfsim.sim.topology.Topology;
import umontreal.ssj.rng.RandomStream;

/** Translates the network of a scenario into a topology that can be built. */
final class Networks {
    /** A host keeps what its sockets send until the link takes it; switches are where packets are lost. */
    private static final QueueSpec NIC = QueueSpec.UNBOUNDED;

    private Networks() {}

    static Topology topology(NetworkSpec network) {
        LinkSpec host = link(network.hostLink());
        LinkSpec fabric = link(network.fabricLink());
        LinkSpec wan = link(network.wanLink());
        org.bpfsim.sim.topology.SwitchSpec switches = switches(network.switches());
        return network.topology().match(new TopologySpec.Cases<>() {
            @Override
            public Topology leafSpine(TopologySpec.LeafSpine t) {
                return new LeafSpine(t.leaves(), t.spines(), t.hostsPerLeaf(), host, fabric, NIC, switches, switches);
            }

            @Override
            public Topology fatTree(TopologySpec.FatTree t) {
                return new FatTree(t.k(), host, NIC, switches);
            }

            @Override
            public Topology dumbbell(TopologySpec.Dumbbell t) {
                return new Dumbbell(t.hostsPerSide(), host, fabric, NIC, switches);
            }

            @Override
            public Topology star(TopologySpec.Star t) {
                return new SingleSwitch(t.hosts(), host, NIC, switches);
            }

            @Override
            public Topology datacenters(TopologySpec.Datacenters t) {
                return new Datacenters(
                        t.count(), t.leaves(), t.spines(), t.hostsPerLeaf(), host, fabric, wan, NIC, switches);
            }
        });
    }

    /** Makes the ports of lossy links lose packets; each port has a random stream of its own, named after it. */
    static void injectLoss(NetworkSpec spec, Network network, RandomStreams streams, int replication) {
        Set<Port> ofHosts = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int host = 0; host < network.hostCount(); host++) {
            ofHosts.add(network.hostPort(host));
            ofHosts.add(network.accessPort(host));
        }
        for (Port port : network.ports()) {
            Optional<LossSpec> loss = ofHosts.contains(port)
                    ? spec.hostLink().loss()
                    : port.portClass().equals(Datacenters.WAN)
                            ? spec.wanLink().loss()
                            : spec.fabricLink().loss();
            loss.ifPresent(l -> port.setLossInjector(injector(l, streams.stream("loss/" + port.name(), replication))));
        }
    }

    private static LossInjector injector(LossSpec spec, RandomStream random) {
        if (spec instanceof LossSpec.Bursts bursts) {
            return RandomLoss.bursts(
                    bursts.begin().toDouble(),
                    bursts.end().toDouble(),
                    bursts.share().toDouble(),
                    random);
        }
        return RandomLoss.independent(((LossSpec.Random) spec).share().toDouble(), random);
    }

    private static LinkSpec link(org.bpfsim.scenario.model.LinkSpec link) {
        return new LinkSpec(link.rateBitsPerSec(), link.delayPs());
    }

    private static org.bpfsim.sim.topology.SwitchSpec switches(SwitchSpec spec) {
        QueueSpec queue = QueueSpec.UNBOUNDED;
        if (spec.ecnThreshold().isPresent()) {
            QueueDepth mark = spec.ecnThreshold().get();
            queue = mark.unit() == QueueDepth.Unit.PACKETS
                    ? queue.withMarkPackets(mark.amount())
                    : queue.withMarkBytes(mark.amount());
        }
        if (spec.queueLimit().isPresent()) {
            QueueDepth limit = spec.queueLimit().get();
            queue = limit.unit() == QueueDepth.Unit.PACKETS
                    ? queue.withLimitPackets(limit.amount())
                    : queue.withLimitBytes(limit.amount());
        }
        return spec.bufferBytes().isPresent()
                ? new org.bpfsim.sim.topology.SwitchSpec(
                        spec.bufferBytes().getAsLong(), spec.alpha().toDouble(), queue)
                : org.bpfsim.sim.topology.SwitchSpec.separateQueues(queue);
    }
}
