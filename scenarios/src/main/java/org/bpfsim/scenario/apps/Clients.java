package org.bpfsim.scenario.apps;

import org.bpfsim.scenario.model.ArrivalSpec;
import org.bpfsim.scenario.model.RunSpec;
import org.bpfsim.scenario.workload.TimeDistribution;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.rpc.RpcFraming;
import umontreal.ssj.rng.RandomStream;

/** When the clients of a workload ask. */
final class Clients {
    private static final double BITS_PER_BYTE = 8;
    /** A user whose request failed waits at least this long, as nobody tries again at once. */
    private static final long AFTER_FAILURE_PS = SimTime.fromMillis(1);

    private final Service service;
    private final ArrivalSpec arrivals;
    private final String kind;
    private final double meanAnswerBytes;
    private final Scheduler scheduler;
    private final long endPs;

    /** What a client host asks for. */
    interface Asking {
        int host();

        /** Asks for something that is drawn from the stream, always with the same number of draws. */
        void ask(RandomStream draws, Request.Owner owner);
    }

    /**
     * @param kind names the workload's random streams
     * @param meanAnswerBytes payload of the answers to one question, for arrivals that are given as a load
     */
    Clients(Service service, ArrivalSpec arrivals, String kind, double meanAnswerBytes) {
        this.service = service;
        this.arrivals = arrivals;
        this.kind = kind;
        this.meanAnswerBytes = meanAnswerBytes;
        this.scheduler = service.site().scheduler();
        RunSpec run = service.site().run();
        this.endPs = run.measureEndPs() + run.coolDownPs();
    }

    /** Schedules the first requests of a client host. */
    void start(Asking asking) {
        arrivals.match(new ArrivalSpec.Cases<Void>() {
            @Override
            public Void rate(ArrivalSpec.Rate a) {
                new Arrivals(asking, (double) SimTime.PS_PER_S / a.perSecond()).scheduleNext();
                return null;
            }

            @Override
            public Void load(ArrivalSpec.Load a) {
                new Arrivals(asking, meanGapPs(a)).scheduleNext();
                return null;
            }

            @Override
            public Void closed(ArrivalSpec.Closed a) {
                for (int user = 0; user < a.users(); user++) {
                    new User(asking, TimeDistribution.of(a.think()), user).think();
                }
                return null;
            }
        });
    }

    private double meanGapPs(ArrivalSpec.Load a) {
        double frame = RpcFraming.DESCRIPTOR_BYTES + service.style().headerBytes() + meanAnswerBytes;
        double bits = frame * service.site().expansion() * BITS_PER_BYTE;
        double bitsPerSec = service.site().hostLinkBitsPerSec() * a.ofLink().toDouble();
        return bits / bitsPerSec * SimTime.PS_PER_S;
    }

    private RandomStream stream(String purpose, Asking asking) {
        return service.site().stream(purpose + "/" + kind + "-" + service.workload() + "/host-" + asking.host());
    }

    /** An open loop: the times between requests are exponential. */
    private final class Arrivals extends Event implements Request.Owner {
        private final Asking asking;
        private final double meanGapPs;
        private final RandomStream gaps;
        private final RandomStream draws;

        Arrivals(Asking asking, double meanGapPs) {
            this.asking = asking;
            this.meanGapPs = meanGapPs;
            this.gaps = stream("arrivals", asking);
            this.draws = stream("requests", asking);
        }

        void scheduleNext() {
            long next = scheduler.nowPs() + TimeDistribution.exponential(meanGapPs, gaps.nextDouble());
            if (next < endPs) {
                scheduler.at(next, this);
            }
        }

        @Override
        protected void fire(long nowPs) {
            asking.ask(draws, this);
            scheduleNext();
        }

        @Override
        public void ended(Request request, boolean answered) {
            // others follow whatever became of it
        }
    }

    /** A closed loop: asks, waits for the answer, thinks. */
    private final class User extends Event implements Request.Owner {
        private final Asking asking;
        private final TimeDistribution thinking;
        private final RandomStream thoughts;
        private final RandomStream draws;

        User(Asking asking, TimeDistribution thinking, int user) {
            this.asking = asking;
            this.thinking = thinking;
            this.thoughts = stream("thinking-" + user, asking);
            this.draws = stream("requests-" + user, asking);
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
            asking.ask(draws, this);
        }

        @Override
        public void ended(Request request, boolean answered) {
            thinkAtLeast(answered ? 0 : AFTER_FAILURE_PS);
        }
    }
}
