package org.bpfsim.scenario.workload;

import java.util.List;
import org.bpfsim.scenario.model.Fraction;
import org.bpfsim.scenario.model.SizeSpec;
import org.bpfsim.scenario.model.SizeSpec.CdfPoint;

/** Draws flow sizes by inversion: one uniform number per flow. */
public interface SizeDistribution {
    /** The size in bytes, at least 1, at which the cumulative distribution reaches {@code u}, which is in (0, 1). */
    long bytesAt(double u);

    /** The mean in bytes. */
    double meanBytes();

    /** The distribution that a scenario describes. */
    static SizeDistribution of(SizeSpec spec) {
        return spec.match(new SizeSpec.Cases<>() {
            @Override
            public SizeDistribution empirical(SizeSpec.Empirical s) {
                return new Piecewise(s.points());
            }

            @Override
            public SizeDistribution fixed(SizeSpec.Fixed s) {
                return new Uniform(s.bytes(), s.bytes());
            }

            @Override
            public SizeDistribution uniform(SizeSpec.Uniform s) {
                return new Uniform(s.minBytes(), s.maxBytes());
            }
        });
    }

    /** Every whole number of bytes between two bounds, both included. */
    record Uniform(long minBytes, long maxBytes) implements SizeDistribution {
        @Override
        public long bytesAt(double u) {
            return Math.min(maxBytes, minBytes + (long) (u * (maxBytes - minBytes + 1)));
        }

        @Override
        public double meanBytes() {
            return (minBytes + maxBytes) / 2.0;
        }
    }

    /** Linear between points; all that lies below the first point's share has the first point's size. */
    final class Piecewise implements SizeDistribution {
        private final long[] bytes;
        private final double[] share;

        Piecewise(List<CdfPoint> points) {
            bytes = points.stream().mapToLong(CdfPoint::bytes).toArray();
            share = points.stream().mapToDouble(p -> p.atMost().toDouble()).toArray();
            if (points.get(points.size() - 1).atMost().partsPerBillion() != Fraction.WHOLE) {
                throw new IllegalArgumentException("the distribution ends below 100%");
            }
        }

        @Override
        public long bytesAt(double u) {
            int i = 0;
            while (u > share[i]) {
                i++;
            }
            if (i == 0) {
                return bytes[0];
            }
            double within = (u - share[i - 1]) / (share[i] - share[i - 1]);
            return bytes[i - 1] + (long) (within * (bytes[i] - bytes[i - 1]));
        }

        @Override
        public double meanBytes() {
            double mean = share[0] * bytes[0];
            for (int i = 1; i < bytes.length; i++) {
                mean += (share[i] - share[i - 1]) * (bytes[i] + bytes[i - 1]) / 2.0;
            }
            return mean;
        }
    }
}
