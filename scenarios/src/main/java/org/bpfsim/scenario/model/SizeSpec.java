package org.bpfsim.scenario.model;

import java.util.List;

/** How large flows are. */
public sealed interface SizeSpec {
    /** One result per kind. */
    interface Cases<R> {
        R empirical(Empirical s);

        R fixed(Fixed s);

        R uniform(Uniform s);
    }

    <R> R match(Cases<R> cases);

    /** All flows alike. */
    record Fixed(long bytes) implements SizeSpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.fixed(this);
        }
    }

    /** Every size from {@code minBytes} to {@code maxBytes}, both included, with the same probability. */
    record Uniform(long minBytes, long maxBytes) implements SizeSpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.uniform(this);
        }
    }

    /** A measured distribution: linear between the points of its cumulative distribution, from the first point on. */
    record Empirical(List<CdfPoint> points) implements SizeSpec {
        public Empirical {
            points = List.copyOf(points);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.empirical(this);
        }
    }

    /** A share {@code atMost} of all flows has at most {@code bytes}. */
    record CdfPoint(long bytes, Fraction atMost) {}
}
