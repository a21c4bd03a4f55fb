package org.bpfsim.scenario.world;

import org.bpfsim.scenario.model.RunSpec;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.model.ServiceSpec;
import org.bpfsim.scenario.model.WorkloadSpec;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.workload.FlowHash;
import org.bpfsim.scenario.workload.SizeDistribution;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.random.RandomStreams;
import org.bpfsim.sim.topology.Network;
import umontreal.ssj.rng.RandomStream;

/** Starts the flows of all workloads. Streams are named after what they drive, workload and host. */
final class Traffic {
    private static final double BITS_PER_BYTE = 8;

    private final Scenario scenario;
    private final PlannedRun planned;
    private final Scheduler scheduler;
    private final Network network;
    private final Ledger ledger;
    private final Connector connector;
    private final RandomStreams streams;
    private final FlowHash hash;

    Traffic(
            Scenario scenario,
            PlannedRun planned,
            Scheduler scheduler,
            Network network,
            Ledger ledger,
            Connector connector) {
        this.scenario = scenario;
        this.planned = planned;
        this.scheduler = scheduler;
        this.network = network;
        this.ledger = ledger;
        this.connector = connector;
        long seed = scenario.run().seed();
        this.streams = new RandomStreams(seed);
        this.hash = new FlowHash(seed, planned.replication(), scenario.arms(), planned.variant());
    }

    /** Schedules the first flows. */
    void start() {
        for (int w = 0; w < scenario.workload().size(); w++) {
            int workload = w;
            scenario.workload().get(w).match(new WorkloadSpec.Cases<Void>() {
                @Override
                public Void rpc(WorkloadSpec.Rpc spec) {
                    for (int host = 0; host < network.hostCount(); host++) {
                        new RpcClient(workload, spec, host).scheduleNext();
                    }
                    return null;
                }

                @Override
                public Void bulk(WorkloadSpec.Bulk spec) {
                    startBulk(workload, spec);
                    return null;
                }

                @Override
                public Void incast(WorkloadSpec.Incast spec) {
                    for (int round = 0; round < spec.rounds(); round++) {
                        scheduler.at(spec.startPs() + round * spec.everyPs(), new IncastRound(workload, spec, round));
                    }
                    return null;
                }

                @Override
                public Void service(ServiceSpec spec) {
                    return null; // Services starts it
                }
            });
        }
    }

    private void startBulk(int workload, WorkloadSpec.Bulk spec) {
        long startPs = spec.startPs();
        for (int n = 0; n < spec.flowsPerSender(); n++) {
            for (int sender : spec.from()) {
                var identity = new Flow.Identity(workload, sender, n);
                scheduler.at(startPs, new BulkStart(spec, identity));
                startPs += spec.staggerPs();
            }
        }
    }

    private void open(
            Flow.Identity identity,
            WorkloadSpec spec,
            Flow.Direction direction,
            int server,
            int requestBytes,
            long bytes) {
        int arm = hash.arm(identity.workload(), identity.client(), identity.number());
        Flow flow = new Flow(
                ledger.nextId(),
                identity,
                direction,
                arm,
                server,
                hash.ipv6(spec.family(), identity.workload(), identity.client(), identity.number()),
                spec.port() + arm,
                requestBytes,
                bytes,
                scheduler.nowPs(),
                ledger.measuring() || bytes == Flow.ENDLESS);
        ledger.started(flow);
        connector.open(flow);
    }

    /** One host that asks others, the times between exponential. */
    private final class RpcClient extends Event {
        private final int workload;
        private final WorkloadSpec.Rpc spec;
        private final int host;
        private final SizeDistribution sizes;
        private final PeerChoice peers;
        private final RandomStream arrivals;
        private final RandomStream sizeStream;
        private final RandomStream peerStream;
        private final double meanGapPs;
        private final long endPs;
        private long number;

        RpcClient(int workload, WorkloadSpec.Rpc spec, int host) {
            this.workload = workload;
            this.spec = spec;
            this.host = host;
            this.sizes = SizeDistribution.of(spec.sizes());
            this.peers = new PeerChoice(spec.peers(), network, host);
            this.arrivals = stream("arrivals");
            this.sizeStream = stream("sizes");
            this.peerStream = stream("peers");
            double wireBytes = sizes.meanBytes() * SegmentSizes.of(true, true).expansion();
            double bitsPerSec =
                    scenario.network().hostLink().rateBitsPerSec() * spec.load().toDouble();
            this.meanGapPs = wireBytes * BITS_PER_BYTE / bitsPerSec * SimTime.PS_PER_S;
            RunSpec run = scenario.run();
            this.endPs = run.measureEndPs() + run.coolDownPs();
        }

        private RandomStream stream(String purpose) {
            return streams.stream(purpose + "/rpc-" + workload + "/host-" + host, planned.replication());
        }

        /** Draws the next gap by inversion; StrictMath because Math.log differs between machines. */
        void scheduleNext() {
            double gapPs = -meanGapPs * StrictMath.log1p(-arrivals.nextDouble());
            long next = scheduler.nowPs() + (long) gapPs;
            if (next < endPs) {
                scheduler.at(next, this);
            }
        }

        @Override
        protected void fire(long nowPs) {
            int server = peers.choose(peerStream.nextDouble());
            long bytes = sizes.bytesAt(sizeStream.nextDouble());
            open(
                    new Flow.Identity(workload, host, number++),
                    spec,
                    Flow.Direction.ANSWER,
                    server,
                    spec.requestBytes(),
                    bytes);
            scheduleNext();
        }
    }

    private final class BulkStart extends Event {
        private final WorkloadSpec.Bulk spec;
        private final Flow.Identity identity;

        BulkStart(WorkloadSpec.Bulk spec, Flow.Identity identity) {
            this.spec = spec;
            this.identity = identity;
        }

        @Override
        protected void fire(long nowPs) {
            open(
                    identity,
                    spec,
                    Flow.Direction.UPLOAD,
                    spec.to(),
                    0,
                    spec.sizeBytes().orElse(Flow.ENDLESS));
        }
    }

    private final class IncastRound extends Event {
        private final int workload;
        private final WorkloadSpec.Incast spec;
        private final int round;

        IncastRound(int workload, WorkloadSpec.Incast spec, int round) {
            this.workload = workload;
            this.spec = spec;
            this.round = round;
        }

        @Override
        protected void fire(long nowPs) {
            for (int i = 0; i < spec.senders(); i++) {
                var identity = new Flow.Identity(workload, spec.to(), (long) round * spec.senders() + i);
                int server = (spec.to() + 1 + i) % network.hostCount();
                open(identity, spec, Flow.Direction.ANSWER, server, spec.requestBytes(), spec.bytes());
            }
        }
    }
}
