package org.bpfsim.scenario.world;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bpfsim.scenario.apps.Services;
import org.bpfsim.scenario.model.HostPlace;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.model.ServiceSpec;
import org.bpfsim.scenario.model.WorkloadSpec;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.result.TraceLog;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.link.QueueSampler;
import org.bpfsim.sim.random.RandomStreams;
import org.bpfsim.sim.topology.Network;
import org.bpfsim.tcp.bpf.BpfCgroup;
import org.bpfsim.tcp.host.AddressBook;
import org.bpfsim.tcp.host.HostOptions;
import org.bpfsim.tcp.host.NamedRandom;
import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.nic.Nic;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.SegmentPool;

/** Everything that exists in one run. */
final class World {

    private final Scenario scenario;
    private final PlannedRun planned;
    private final Scheduler scheduler = new Scheduler();
    private final Network network;
    private final List<TcpHost> hosts = new ArrayList<>();
    private final Ledger ledger;
    private final Applications applications;
    private final Traffic traffic;
    private final Services services;
    private final QueueSampler sampler;
    private final CpuBooks cpuBooks;
    private final TraceLog trace = new TraceLog(scheduler);
    private final Programs programs;
    private final Map<String, Programs.Host> installed = new LinkedHashMap<>();

    World(Scenario scenario, Programs programs, PlannedRun planned) {
        this.scenario = scenario;
        this.planned = planned;
        this.programs = programs;
        this.network = Networks.topology(scenario.network())
                .build(scheduler, scenario.run().seed());
        Networks.injectLoss(
                scenario.network(), network, new RandomStreams(scenario.run().seed()), planned.replication());
        List<HostAddresses> addresses = addresses();
        makeHosts(addresses);
        List<List<BpfCgroup>> cgroups = hosts.stream().map(host -> cgroups()).toList();
        for (int host = 0; host < hosts.size(); host++) {
            String name = hosts.get(host).name();
            installed.put(
                    name,
                    programs.install(hosts.get(host).kernel(), cgroups.get(host), line -> trace.print(name, line)));
        }
        boolean timestamps = hosts.get(0).sysctls().tcp_timestamps != 0;
        ledger = new Ledger(scheduler, new IdealFct(network), timestamps, scenario);
        applications = new Applications(hosts, addresses, cgroups, ledger);
        traffic = new Traffic(scenario, planned, scheduler, network, ledger, applications);
        services = new Services(
                new RunSite(scenario, planned, network, hosts, addresses, cgroups), ledger, scenario.armNames());
        cpuBooks = new CpuBooks(scheduler, hosts, cgroups, scenario.armNames(), scenario.run());
        sampler = new QueueSampler(scheduler, network.ports(), scenario.run().samplePs());
    }

    /**
     * Opens the listening sockets and schedules the first events. Programs already run here ({@code
     * BPF_SOCK_OPS_TCP_LISTEN_CB}), so this may throw a {@link org.bpfsim.bpf.BpfFault}.
     */
    void start() {
        List<WorkloadSpec> workloads = scenario.workload();
        for (WorkloadSpec workload : workloads) {
            for (int arm = 0;
                    !(workload instanceof ServiceSpec)
                            && arm < scenario.armNames().size();
                    arm++) {
                applications.listen(workload.port() + arm, arm);
            }
        }
        traffic.start();
        for (int w = 0; w < workloads.size(); w++) {
            if (workloads.get(w) instanceof ServiceSpec service) {
                services.start(w, service);
            }
        }
        cpuBooks.start();
        sampler.start(scenario.run().warmUpPs());
    }

    Scheduler scheduler() {
        return scheduler;
    }

    Network network() {
        return network;
    }

    Ledger ledger() {
        return ledger;
    }

    Services services() {
        return services;
    }

    TraceLog trace() {
        return trace;
    }

    /** The maps that the scenario wants to see, as they are now: JSON by file name. */
    Map<String, String> maps() {
        return programs.dumps(scenario.armNames(), installed);
    }

    /** Maps as they are now. */
    List<MapViews.View> views(MapViews.Selection selection) {
        return programs.views(scenario.armNames(), installed, selection);
    }

    List<String> hostNames() {
        return List.copyOf(installed.keySet());
    }

    CpuBooks cpuBooks() {
        return cpuBooks;
    }

    QueueSampler sampler() {
        return sampler;
    }

    private List<HostAddresses> addresses() {
        List<HostAddresses> addresses = new ArrayList<>();
        for (int host = 0; host < network.hostCount(); host++) {
            HostPlace place = new HostPlace(network.podOf(host), network.rackOf(host), network.indexInRack(host));
            addresses.add(HostAddresses.of(scenario.network().addresses(), place));
        }
        return addresses;
    }

    private void makeHosts(List<HostAddresses> addresses) {
        Map<IpAddress, Integer> owners = new HashMap<>();
        for (int host = 0; host < addresses.size(); host++) {
            int owner = host;
            all(addresses.get(host)).forEach(address -> owners.put(address, owner));
        }
        AddressBook book = address -> owners.getOrDefault(address, -1);
        RandomStreams streams = new RandomStreams(scenario.run().seed());
        SegmentPool segments = new SegmentPool();
        HostOptions options = new HostOptions(
                scenario.hosts().hz(),
                SegmentSizes.MTU_BYTES,
                SegmentSizes.LINK_OVERHEAD_BYTES,
                scenario.hosts().nic().gsoMaxSize(),
                scenario.hosts().nic().gsoMaxSegs());
        for (int host = 0; host < addresses.size(); host++) {
            TcpHost made = new TcpHost(
                    "host-" + host,
                    host,
                    scheduler,
                    segments,
                    new NamedRandom(streams, "kernel/host-" + host, planned.replication()),
                    options,
                    all(addresses.get(host)).toList(),
                    book);
            made.kernel().programRandom = new NamedRandom(streams, "bpf/host-" + host, planned.replication());
            Nic nic = made.attach(network.hostPort(host), scenario.hosts().nic().queues());
            network.attachHost(host, nic);
            scenario.hosts().cpu().ifPresent(cpu -> made.attach(nic, cpu));
            scenario.hosts().sysctl().forEach(made.sysctls()::set);
            hosts.add(made);
        }
    }

    private static Stream<IpAddress> all(HostAddresses addresses) {
        return Stream.of(addresses.ipv4(), addresses.ipv6()).flatMap(Optional::stream);
    }

    private List<BpfCgroup> cgroups() {
        BpfCgroup root = BpfCgroup.root();
        return scenario.armNames().stream().map(arm -> root.make("arms/" + arm)).toList();
    }
}
