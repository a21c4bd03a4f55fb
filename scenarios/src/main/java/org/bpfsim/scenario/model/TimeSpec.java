package org.bpfsim.scenario.model;

/** How long something takes, each time anew. */
public sealed interface TimeSpec {
    /** One result per kind. */
    interface Cases<R> {
        R fixed(Fixed t);

        R uniform(Uniform t);

        R exponential(Exponential t);
    }

    <R> R match(Cases<R> cases);

    /** Always the same. */
    record Fixed(long ps) implements TimeSpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.fixed(this);
        }
    }

    /** Any time from {@code minPs} to {@code maxPs} with the same probability. */
    record Uniform(long minPs, long maxPs) implements TimeSpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.uniform(this);
        }
    }

    /** Exponential with this mean. */
    record Exponential(long meanPs) implements TimeSpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.exponential(this);
        }
    }
}
