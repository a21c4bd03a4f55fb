package org.bpfsim.scenario.apps;

import java.util.List;
import java.util.stream.IntStream;
import org.bpfsim.scenario.model.ArrivalSpec;
import org.bpfsim.scenario.model.RequestResponse;
import org.bpfsim.scenario.model.RunSpec;
import org.bpfsim.scenario.workload.SizeDistribution;
import org.bpfsim.scenario.workload.TimeDistribution;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.rpc.RpcFraming;
import umontreal.ssj.rng.RandomStream;

/** A request-response workload: who asks when. */
final class RequestResponseClients {
    private static final double BITS_PER_BYTE = 8;
    /** A user whose request failed waits at least this long, as nobody tries again at once. */
    private static final long AFTER_FAILURE_PS = SimTime.fromMillis(1);

    private final Service service;
    private final RequestResponse spec;
    private final Scheduler scheduler;
    private final long endPs;

    RequestResponseClients(Service service, RequestResponse spec) {
        this.service = service;
        this.spec = spec;
        this.scheduler = service.site().scheduler();
        RunSpec run = service.site().run();
        this.endPs = run.measureEndPs() + run.coolDownPs();
    }

    /** Lets servers listen and schedules the first requests. */
    void start() {
        Site site = service.site();
        List<Integer> all = IntStream.range(0, site.hosts()).boxed().toList();
        List<Integer> servers = spec.servers().isEmpty() ? all : spec.servers();
        service.listen(servers, (server, arm) -> new Computing(service.accounts(), arm));
        List<Integer> clients = spec.clients().isEmpty()
                ? all.stream()
                        .filter(host ->
                                spec.servers().isEmpty() || !spec.servers().contains(host))
                        .toList()
                : spec.clients();
        service.listenProxies(clients, servers);
        for (int client : clients) {
            start(new Asker(service, spec, client));
        }
    }

    private void start(Asker asker) {
        spec.arrivals().match(new ArrivalSpec.Cases<Void>() {
            @Override
            public Void rate(ArrivalSpec.Rate a) {
                new Arrivals(asker, (double) SimTime.PS_PER_S / a.perSecond()).scheduleNext();
                return null;
            }

            @Override
            public Void load(ArrivalSpec.Load a) {
                new Arrivals(asker, meanGapPs(a)).scheduleNext();
                return null;
            }

            @Override
            public Void closed(ArrivalSpec.Closed a) {
                for (int user = 0; user < a.users(); user++) {
                    new User(asker, TimeDistribution.of(a.think()), user).think();
                }
                return null;
            }
        });
    }

    private double meanGapPs(ArrivalSpec.Load a) {
        double frame = RpcFraming.DESCRIPTOR_BYTES
                + spec.style().headerBytes()
                + SizeDistribution.of(spec.response()).meanBytes();
        double bits = frame * service.site().expansion() * BITS_PER_BYTE;
        double bitsPerSec = service.site().hostLinkBitsPerSec() * a.ofLink().toDouble();
        return bits / bitsPerSec * SimTime.PS_PER_S;
    }

    private RandomStream stream(String purpose, Asker asker) {
        return service.site().stream(purpose + "/request-response-" + service.workload() + "/host-" + asker.host());
    }

    /** An open loop: the times between requests are exponential. */
    private final class Arrivals extends Event implements Request.Owner {
        private final Asker asker;
        private final double meanGapPs;
        private final RandomStream gaps;
        private final RandomStream draws;

        Arrivals(Asker asker, double meanGapPs) {
            this.asker = asker;
            this.meanGapPs = meanGapPs;
            this.gaps = stream("arrivals", asker);
            this.draws = stream("requests", asker);
        }

        void scheduleNext() {
            long next = scheduler.nowPs() + TimeDistribution.exponential(meanGapPs, gaps.nextDouble());
            if (next < endPs) {
                scheduler.at(next, this);
            }
        }

        @Override
        protected void fire(long nowPs) {
            asker.ask(draws, this);
            scheduleNext();
        }

        @Override
        public void ended(Request request, boolean answered) {
            // others follow whatever became of it
        }
    }

    /** A closed loop: asks, waits for the answer, thinks. */
    private final class User extends Event implements Request.Owner {
        private final Asker asker;
        private final TimeDistribution thinking;
        private final RandomStream thoughts;
        private final RandomStream draws;

        User(Asker asker, TimeDistribution thinking, int user) {
            this.asker = asker;
            this.thinking = thinking;
            this.thoughts = stream("thinking-" + user, asker);
            this.draws = stream("requests-" + user, asker);
        }

        void think() {
            thinkAtLeast(0);
        }

        private void thinkAtLeast(long ps) {
            long next = scheduler.nowPs() + Math.max(ps, thinking.psAt(thoughts.nextDouble()));
            if (next < endPs) {
                scheduler.at(next, this);
            }
        }

        @Override
        protected void fire(long nowPs) {
            asker.ask(draws, this);
        }

        @Override
        public void ended(Request request, boolean answered) {
            thinkAtLeast(answered ? 0 : AFTER_FAILURE_PS);
        }
    }
}
