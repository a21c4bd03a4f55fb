package org.bpfsim.scenario.model;

/** When the clients of a service ask. */
public sealed interface ArrivalSpec {
    /** One result per kind. */
    interface Cases<R> {
        R rate(Rate a);

        R load(Load a);

        R closed(Closed a);
    }

    <R> R match(Cases<R> cases);

    /** At random times (Poisson), whether answers have come or not: an open loop. */
    record Rate(long perSecond) implements ArrivalSpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.rate(this);
        }
    }

    /** As {@link Rate}, so often that the answers' frames are that share of the client's link rate in the mean. */
    record Load(Fraction ofLink) implements ArrivalSpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.load(this);
        }
    }

    /**
     * A number of users, each of whom waits for the answer, thinks, and asks again: a closed loop.
     *
     * @param users of each client
     */
    record Closed(int users, TimeSpec think) implements ArrivalSpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.closed(this);
        }
    }
}
