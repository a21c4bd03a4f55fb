package org.bpfsim.scenario.result;

import java.util.Arrays;

/** A growing column of numbers. */
final class LongColumn {
    private static final int INITIAL = 256;

    private long[] values = new long[INITIAL];
    private int size;

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    long get(int row) {
        return values[row];
    }

    int size() {
        return size;
    }
}
