package org.bpfsim.tcp.bottleneck;

import java.util.Arrays;

/** A value that changes in steps: what it became at which time, in microseconds since connect(). Times never go back. */
public final class Curve {
    private double[] timesUs = new double[256];
    private double[] values = new double[256];
    private int size;

    void add(double timeUs, double value) {
        if (size == timesUs.length) {
            timesUs = Arrays.copyOf(timesUs, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        timesUs[size] = timeUs;
        values[size] = value;
        size++;
    }

    /** How many points there are. */
    public int size() {
        return size;
    }

    public double timeUs(int i) {
        return timesUs[i];
    }

    public double value(int i) {
        return values[i];
    }

    double startUs() {
        return timesUs[0];
    }

    double endUs() {
        return timesUs[size - 1];
    }

    /**
     * Root of the mean squared distance of two curves over the time in which both exist, sampled every millisecond,
     * divided by the mean of the reference.
     */
    static double normalisedRmse(Curve reference, Curve other) {
        double start = Math.max(reference.startUs(), other.startUs());
        double end = Math.min(reference.endUs(), other.endUs());
        double squares = 0;
        double sum = 0;
        long n = 0;
        int i = 0;
        int j = 0;
        for (double t = start; t <= end; t += 1000) {
            while (i + 1 < reference.size && reference.timesUs[i + 1] <= t) {
                i++;
            }
            while (j + 1 < other.size && other.timesUs[j + 1] <= t) {
                j++;
            }
            double difference = reference.values[i] - other.values[j];
            squares += difference * difference;
            sum += reference.values[i];
            n++;
        }
        return n == 0 ? 0 : Math.sqrt(squares / n) / (sum / n);
    }
}
