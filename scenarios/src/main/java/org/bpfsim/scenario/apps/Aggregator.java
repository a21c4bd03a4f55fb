package org.bpfsim.scenario.apps;

import java.util.List;
import java.util.stream.IntStream;
import org.bpfsim.scenario.model.PartitionAggregate;
import org.bpfsim.scenario.result.RequestTable;
import org.bpfsim.scenario.workload.SizeDistribution;
import org.bpfsim.scenario.workload.TimeDistribution;
import org.bpfsim.sim.SimTime;
import umontreal.ssj.rng.RandomStream;

/**
 * A host that asks many workers at once and waits for all of them. The query is the unit that an arm takes: it goes over
 * connections of its arm.
 */
final class Aggregator implements Clients.Asking {
    private final Service service;
    private final PartitionAggregate spec;
    private final int host;
    /** Workers other than this host. */
    private final int[] workers;

    private final int[] chosen;

    private final SizeDistribution requestSizes;
    private final SizeDistribution responseSizes;
    private final TimeDistribution work;
    private final Pools[] pools;
    private long number;

    private Aggregator(Service service, PartitionAggregate spec, List<Integer> workers, int host) {
        this.service = service;
        this.spec = spec;
        this.host = host;
        this.workers = workers.stream().filter(w -> w != host).mapToInt(w -> w).toArray();
        this.chosen = new int[spec.fanOut()];
        this.requestSizes = SizeDistribution.of(spec.request());
        this.responseSizes = SizeDistribution.of(spec.response());
        this.work = TimeDistribution.of(spec.work());
        this.pools = new Pools[service.site().arms()];
        for (int a = 0; a < pools.length; a++) {
            int arm = a;
            pools[a] = new Pools(service, spec.family(), host, arm, () -> service.clientTask(host, arm));
        }
    }

    /** Lets workers listen and schedules the first queries. */
    static void start(Service service, PartitionAggregate spec) {
        List<Integer> workers = spec.workers().isEmpty()
                ? IntStream.range(0, service.site().hosts()).boxed().toList()
                : spec.workers();
        service.listen(workers, (server, arm, process) -> new Computing(service.accounts(), arm));
        service.listenProxies(spec.aggregators(), workers);
        double meanBytes = SizeDistribution.of(spec.response()).meanBytes() * spec.fanOut();
        Clients arrivals = new Clients(service, spec.arrivals(), "partition-aggregate", meanBytes);
        for (int aggregator : spec.aggregators()) {
            arrivals.start(new Aggregator(service, spec, workers, aggregator));
        }
    }

    @Override
    public int host() {
        return host;
    }

    @Override
    public void ask(RandomStream draws, Request.Owner owner) {
        Request query = service.requests().take();
        query.kind = RequestTable.Kind.QUERY;
        query.workload = service.workload();
        query.owner = owner;
        query.arm = service.site().hash().arm(service.workload(), host, number++);
        query.src = host;
        query.dst = RequestTable.NO_HOST;
        query.parts = spec.fanOut();
        query.requestBytes = 0;
        query.responseBytes = 0;
        service.requests().start(query);
        if (spec.deadlinePs().isPresent()) {
            query.deadlinePs = query.startPs + spec.deadlinePs().getAsLong();
        }
        Query waiting = new Query(query);
        for (int i = 0; i < spec.fanOut(); i++) {
            chosen[i] = i + (int) (draws.nextDouble() * (workers.length - i)); // Fisher and Yates
            swap(i, chosen[i]);
            waiting.parts[i] = part(draws, workers[i], waiting);
        }
        for (int i = spec.fanOut() - 1; i >= 0; i--) {
            swap(i, chosen[i]); // so that whom a query asks depends on its own draws alone
        }
        for (Request part : waiting.parts) {
            part.channel.ask(part);
        }
    }

    private void swap(int i, int j) {
        int worker = workers[i];
        workers[i] = workers[j];
        workers[j] = worker;
    }

    private Request part(RandomStream draws, int worker, Query waiting) {
        Request part = service.requests().take();
        part.workload = service.workload();
        part.owner = waiting;
        part.requestBytes = (int) requestSizes.bytesAt(draws.nextDouble());
        part.responseBytes = responseSizes.bytesAt(draws.nextDouble());
        part.workNs = SimTime.toNanos(work.psAt(draws.nextDouble()));
        part.channel = pools[waiting.query.arm].to(worker, draws.nextDouble());
        waiting.query.requestBytes += part.requestBytes;
        waiting.query.responseBytes += part.responseBytes;
        service.requests().startPart(part);
        return part;
    }

    /** A query that waits for the answers of all its parts. */
    private final class Query implements Request.Owner {
        private final Request query;
        private final Request[] parts = new Request[spec.fanOut()];
        private int ended;
        private boolean allAnswered = true;

        Query(Request query) {
            this.query = query;
        }

        @Override
        public void ended(Request part, boolean answered) {
            allAnswered &= answered;
            if (++ended == parts.length) {
                service.requests().end(query, allAnswered);
            }
        }
    }
}
