package org.bpfsim.report.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Bins of flow sizes that hold about equally many flows each, or one bin per size if there are few sizes. */
final class SizeBins {
    private static final int MAX_BINS = 10;

    private final List<long[]> bins;

    private SizeBins(List<long[]> bins) {
        this.bins = bins;
    }

    /** Bins for those sizes (ascending). */
    static SizeBins of(long[] sorted) {
        List<long[]> bins = new ArrayList<>();
        int[] starts = starts(sorted);
        for (int i = 0; i + 1 < starts.length; i++) {
            int median = (starts[i] + starts[i + 1] - 1) / 2;
            bins.add(new long[] {sorted[starts[i]], sorted[starts[i + 1] - 1], sorted[median]});
        }
        return new SizeBins(bins);
    }

    /** Where bins begin, and the end; a bin never splits flows of one size. */
    private static int[] starts(long[] sorted) {
        int[] starts = new int[sorted.length + 1];
        int bins = 0;
        int minFlows = Arrays.stream(sorted).distinct().count() <= MAX_BINS ? 1 : sorted.length / MAX_BINS;
        for (int i = 0; i < sorted.length; i++) {
            boolean boundary = i == 0 || sorted[i] != sorted[i - 1];
            boolean full = bins == 0 || i - starts[bins - 1] >= minFlows;
            boolean enoughLeft = bins == 0 || sorted.length - i >= minFlows;
            if (boundary && full && enoughLeft) {
                starts[bins++] = i;
            }
        }
        starts[bins] = sorted.length;
        return Arrays.copyOf(starts, bins + 1);
    }

    int count() {
        return bins.size();
    }

    long min(int bin) {
        return bins.get(bin)[0];
    }

    long max(int bin) {
        return bins.get(bin)[1];
    }

    long median(int bin) {
        return bins.get(bin)[2];
    }

    int binOf(long sizeBytes) {
        int bin = 0;
        while (bin < bins.size() - 1 && sizeBytes > max(bin)) {
            bin++;
        }
        return bin;
    }
}
