package org.bpfsim.scenario.workload;

import org.bpfsim.scenario.model.TimeSpec;

/** Draws times by inversion: one uniform number per time. */
public interface TimeDistribution {
    /** The time in picoseconds at which the cumulative distribution reaches {@code u}, which is in (0, 1). */
    long psAt(double u);

    /** The distribution that a scenario describes. */
    static TimeDistribution of(TimeSpec spec) {
        return spec.match(new TimeSpec.Cases<>() {
            @Override
            public TimeDistribution fixed(TimeSpec.Fixed t) {
                return u -> t.ps();
            }

            @Override
            public TimeDistribution uniform(TimeSpec.Uniform t) {
                return u -> Math.min(t.maxPs(), t.minPs() + (long) (u * (t.maxPs() - t.minPs() + 1)));
            }

            @Override
            public TimeDistribution exponential(TimeSpec.Exponential t) {
                return u -> TimeDistribution.exponential(t.meanPs(), u);
            }
        });
    }

    /** By inversion; StrictMath because Math.log differs between machines. */
    static long exponential(double meanPs, double u) {
        return (long) (-meanPs * StrictMath.log1p(-u));
    }
}
