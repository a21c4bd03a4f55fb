package org.bpfsim.scenario.world;

import java.util.List;
import java.util.function.DoubleToIntFunction;
import org.bpfsim.scenario.apps.Site;
import org.bpfsim.scenario.model.Peers;
import org.bpfsim.scenario.model.RunSpec;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.workload.FlowHash;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.random.RandomStreams;
import org.bpfsim.sim.topology.Network;
import org.bpfsim.tcp.bpf.BpfCgroup;
import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.Cgroup;
import umontreal.ssj.rng.RandomStream;

/** A run as applications that talk in frames find it. */
final class RunSite implements Site {
    private final Scenario scenario;
    private final Network network;
    private final List<TcpHost> hosts;
    private final List<HostAddresses> addresses;
    private final List<List<BpfCgroup>> cgroups;
    private final RandomStreams streams;
    private final int replication;
    private final FlowHash hash;

    RunSite(
            Scenario scenario,
            PlannedRun planned,
            Network network,
            List<TcpHost> hosts,
            List<HostAddresses> addresses,
            List<List<BpfCgroup>> cgroups) {
        this.scenario = scenario;
        this.network = network;
        this.hosts = hosts;
        this.addresses = addresses;
        this.cgroups = cgroups;
        long seed = scenario.run().seed();
        this.streams = new RandomStreams(seed);
        this.replication = planned.replication();
        this.hash = new FlowHash(seed, replication, scenario.arms(), planned.variant());
    }

    @Override
    public Scheduler scheduler() {
        return network.scheduler();
    }

    @Override
    public RunSpec run() {
        return scenario.run();
    }

    @Override
    public int hosts() {
        return hosts.size();
    }

    @Override
    public TcpHost host(int host) {
        return hosts.get(host);
    }

    @Override
    public IpAddress address(int host, boolean ipv6) {
        return addresses.get(host).get(ipv6);
    }

    @Override
    public Cgroup cgroup(int host, int arm) {
        return cgroups.get(host).get(arm);
    }

    @Override
    public int arms() {
        return scenario.armNames().size();
    }

    @Override
    public long hostLinkBitsPerSec() {
        return scenario.network().hostLink().rateBitsPerSec();
    }

    @Override
    public RandomStream stream(String name) {
        return streams.stream(name, replication);
    }

    @Override
    public FlowHash hash() {
        return hash;
    }

    @Override
    public DoubleToIntFunction peers(Peers peers, int host) {
        return new PeerChoice(peers, network, host)::choose;
    }

    @Override
    public double expansion() {
        return SegmentSizes.of(true, true).expansion();
    }
}
