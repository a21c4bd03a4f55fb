package org.bpfsim.scenario.apps;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleToIntFunction;
import java.util.stream.IntStream;
import org.bpfsim.scenario.model.RequestResponse;
import org.bpfsim.scenario.workload.SizeDistribution;
import org.bpfsim.scenario.workload.TimeDistribution;
import org.bpfsim.sim.SimTime;
import umontreal.ssj.rng.RandomStream;

/** A client host of a request-response workload: draws requests, and has pools of connections to ask over. */
final class Asker implements Clients.Asking {
    private final Service service;
    private final RequestResponse spec;
    private final int host;
    private final DoubleToIntFunction servers;
    private final SizeDistribution requestSizes;
    private final SizeDistribution responseSizes;
    private final TimeDistribution work;
    private final Map<Integer, Channel> pool = new HashMap<>();
    private long number;

    private Asker(Service service, RequestResponse spec, int host) {
        this.service = service;
        this.spec = spec;
        this.host = host;
        this.servers = choice(service.site(), spec, host);
        this.requestSizes = SizeDistribution.of(spec.request());
        this.responseSizes = SizeDistribution.of(spec.response());
        this.work = TimeDistribution.of(spec.work());
    }

    /** Lets servers listen and schedules the first requests. */
    static void start(Service service, RequestResponse spec) {
        List<Integer> all = IntStream.range(0, service.site().hosts()).boxed().toList();
        List<Integer> servers = spec.servers().isEmpty() ? all : spec.servers();
        service.listen(servers, (server, arm, process) -> new Computing(service.accounts(), arm));
        List<Integer> clients = spec.clients().isEmpty()
                ? all.stream()
                        .filter(host -> spec.servers().isEmpty() || !servers.contains(host))
                        .toList()
                : spec.clients();
        service.listenProxies(clients, servers);
        Clients arrivals = new Clients(
                service,
                spec.arrivals(),
                "request-response",
                SizeDistribution.of(spec.response()).meanBytes());
        for (int client : clients) {
            arrivals.start(new Asker(service, spec, client));
        }
    }

    private static DoubleToIntFunction choice(Site site, RequestResponse spec, int host) {
        List<Integer> others = spec.servers().stream().filter(s -> s != host).toList();
        return others.isEmpty() ? site.peers(spec.peers(), host) : u -> others.get((int) (u * others.size()));
    }

    @Override
    public int host() {
        return host;
    }

    @Override
    public void ask(RandomStream draws, Request.Owner owner) {
        final int server = servers.applyAsInt(draws.nextDouble());
        final double slot = draws.nextDouble();
        Request request = service.requests().take();
        request.workload = service.workload();
        request.owner = owner;
        request.src = host;
        request.dst = server;
        request.requestBytes = (int) requestSizes.bytesAt(draws.nextDouble());
        request.responseBytes = responseSizes.bytesAt(draws.nextDouble());
        request.workNs = SimTime.toNanos(work.psAt(draws.nextDouble()));
        Channel channel = spec.style().reuse()
                ? pooled(server, (int) (slot * spec.style().connections()))
                : channel(server, number);
        number++;
        request.arm = channel.arm();
        service.requests().start(request);
        channel.ask(request);
    }

    private Channel pooled(int server, int slot) {
        int place = server * spec.style().connections() + slot;
        Channel channel = pool.get(place);
        if (channel == null) {
            channel = channel(server, place);
            pool.put(place, channel);
        }
        return channel;
    }

    /** @param unit what decides on the arm: the connection's place in the pool, or the request's number */
    private Channel channel(int server, long unit) {
        int arm = service.site().hash().arm(service.workload(), host, unit);
        boolean ipv6 = service.site().hash().ipv6(spec.family(), service.workload(), host, unit);
        return new Channel(service, host, server, arm, ipv6, service.clientTask(host, arm));
    }
}
