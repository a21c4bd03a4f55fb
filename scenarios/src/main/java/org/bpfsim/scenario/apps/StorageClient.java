package org.bpfsim.scenario.apps;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bpfsim.scenario.model.Storage;
import org.bpfsim.scenario.workload.SizeDistribution;
import org.bpfsim.scenario.workload.TimeDistribution;
import org.bpfsim.sim.SimTime;
import umontreal.ssj.rng.RandomStream;

/** A host that reads and writes blocks. The connection is the unit that an arm takes. */
final class StorageClient implements Clients.Asking {
    private final Service service;
    private final Storage spec;
    private final int host;
    private final List<Integer> servers;
    private final SizeDistribution blocks;
    private final TimeDistribution work;
    private final Map<Integer, Channel> pool = new HashMap<>();
    private long number;

    private StorageClient(Service service, Storage spec, int host) {
        this.service = service;
        this.spec = spec;
        this.host = host;
        this.servers = spec.servers().stream().filter(s -> s != host).toList();
        this.blocks = SizeDistribution.of(spec.block());
        this.work = TimeDistribution.of(spec.work());
    }

    /** Lets servers listen and schedules the first requests. */
    static void start(Service service, Storage spec) {
        List<Integer> clients = spec.clients().isEmpty()
                ? IntStream.range(0, service.site().hosts())
                        .boxed()
                        .filter(host -> !spec.servers().contains(host))
                        .toList()
                : spec.clients();
        Map<Integer, StorageNode> nodes = new HashMap<>();
        service.listen(
                spec.servers(),
                (server, arm, process) -> nodes.computeIfAbsent(
                                server * service.site().arms() + arm,
                                n -> new StorageNode(service, spec, server, arm, process))
                        .forConnection());
        service.listenProxies(IntStream.range(0, service.site().hosts()).boxed().toList(), spec.servers());
        double meanBytes = SizeDistribution.of(spec.block()).meanBytes();
        Clients arrivals = new Clients(service, spec.arrivals(), "storage", meanBytes);
        for (int client : clients) {
            arrivals.start(new StorageClient(service, spec, client));
        }
    }

    @Override
    public int host() {
        return host;
    }

    @Override
    public void ask(RandomStream draws, Request.Owner owner) {
        Request request = service.requests().take();
        request.workload = service.workload();
        request.owner = owner;
        final int server = servers.get((int) (draws.nextDouble() * servers.size()));
        final double slot = draws.nextDouble();
        boolean reads = draws.nextDouble() < spec.reads().toDouble();
        int block = (int) blocks.bytesAt(draws.nextDouble());
        request.requestBytes = reads ? 0 : block;
        request.responseBytes = reads ? block : 0;
        request.workNs = SimTime.toNanos(work.psAt(draws.nextDouble()));
        request.src = host;
        request.dst = server;
        Channel channel = channel(server, slot);
        number++;
        request.arm = channel.arm();
        service.requests().start(request);
        channel.ask(request);
    }

    private Channel channel(int server, double slot) {
        if (!spec.style().reuse()) {
            return make(server, number);
        }
        int place =
                server * spec.style().connections() + (int) (slot * spec.style().connections());
        Channel channel = pool.get(place);
        if (channel == null) {
            channel = make(server, place);
            pool.put(place, channel);
        }
        return channel;
    }

    private Channel make(int server, long unit) {
        int arm = service.site().hash().arm(service.workload(), host, unit);
        boolean ipv6 = service.site().hash().ipv6(spec.family(), service.workload(), host, unit);
        return new Channel(service, host, server, arm, ipv6, service.clientTask(host, arm));
    }
}
