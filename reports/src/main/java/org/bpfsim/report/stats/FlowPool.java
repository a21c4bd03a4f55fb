package org.bpfsim.report.stats;

import java.util.Arrays;

/** The completed flows of one arm over all replications, as growing columns. */
final class FlowPool {
    private static final int INITIAL_FLOWS = 1024;

    private int flows;
    private long[] sizeBytes = new long[INITIAL_FLOWS];
    private double[] fctNs = new double[INITIAL_FLOWS];
    private double[] slowdown = new double[INITIAL_FLOWS];
    private int[] replication = new int[INITIAL_FLOWS];

    /** Adds the completed flows of a sample that belongs to the replication in that column of the metric table. */
    void add(FlowSample sample, int column) {
        for (int i = 0; i < sample.flows(); i++) {
            if (!Double.isNaN(sample.fctNs[i])) {
                reserve();
                sizeBytes[flows] = sample.sizeBytes[i];
                fctNs[flows] = sample.fctNs[i];
                slowdown[flows] = sample.slowdown[i];
                replication[flows++] = column;
            }
        }
    }

    private void reserve() {
        if (flows == sizeBytes.length) {
            sizeBytes = Arrays.copyOf(sizeBytes, 2 * flows);
            fctNs = Arrays.copyOf(fctNs, 2 * flows);
            slowdown = Arrays.copyOf(slowdown, 2 * flows);
            replication = Arrays.copyOf(replication, 2 * flows);
        }
    }

    int flows() {
        return flows;
    }

    long sizeBytes(int flow) {
        return sizeBytes[flow];
    }

    double slowdown(int flow) {
        return slowdown[flow];
    }

    int replication(int flow) {
        return replication[flow];
    }

    long[] sortedSizes() {
        long[] sorted = Arrays.copyOf(sizeBytes, flows);
        Arrays.sort(sorted);
        return sorted;
    }

    double[] sortedFct() {
        double[] sorted = Arrays.copyOf(fctNs, flows);
        Arrays.sort(sorted);
        return sorted;
    }
}
