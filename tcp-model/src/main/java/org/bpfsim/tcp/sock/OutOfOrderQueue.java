package org.bpfsim.tcp.sock;

import org.bpfsim.tcp.segment.SeqNum;

/**
 * What has arrived beyond a gap, as ascending, disjoint ranges of sequence numbers (Linux: out_of_order_queue). Hot path:
 * no allocation but for growth.
 */
public final class OutOfOrderQueue {
    private static final int INITIAL_CAPACITY = 4;

    private int[] starts = new int[INITIAL_CAPACITY];
    private int[] ends = new int[INITIAL_CAPACITY];
    private int[] truesizes = new int[INITIAL_CAPACITY];
    private int size;

    public boolean isEmpty() {
        return size == 0;
    }

    public int size() {
        return size;
    }

    public int start(int i) {
        return starts[i];
    }

    public int end(int i) {
        return ends[i];
    }

    /** Memory of the segments of a range. */
    public int truesize(int i) {
        return truesizes[i];
    }

    /** Index of the first range that ends after {@code seq}; size() if there is none. */
    public int firstEndingAfter(int seq) {
        int i = size;
        while (i > 0 && SeqNum.after(ends[i - 1], seq)) {
            i--;
        }
        return i;
    }

    /**
     * Adds a range, merging it with what it touches or overlaps.
     *
     * @return the index of the range that now contains it
     */
    public int add(int start, int end, int truesize) {
        int first = size;
        while (first > 0 && !SeqNum.before(ends[first - 1], start)) {
            first--;
        }
        int last = first;
        int mergedStart = start;
        int mergedEnd = end;
        int mergedTruesize = truesize;
        while (last < size && !SeqNum.after(starts[last], end)) {
            mergedStart = SeqNum.min(mergedStart, starts[last]);
            mergedEnd = SeqNum.max(mergedEnd, ends[last]);
            mergedTruesize += truesizes[last];
            last++;
        }
        if (last == first) {
            openGap(first);
        } else if (last > first + 1) {
            closeGap(first + 1, last);
        }
        starts[first] = mergedStart;
        ends[first] = mergedEnd;
        truesizes[first] = mergedTruesize;
        return first;
    }

    /** Forgets the first range. */
    public void removeFirst() {
        closeGap(0, 1);
    }

    /** Forgets the last range. */
    public void removeLast() {
        size--;
    }

    public void clear() {
        size = 0;
    }

    private void openGap(int at) {
        if (size == starts.length) {
            starts = java.util.Arrays.copyOf(starts, 2 * size);
            ends = java.util.Arrays.copyOf(ends, 2 * size);
            truesizes = java.util.Arrays.copyOf(truesizes, 2 * size);
        }
        move(at, at + 1, size - at);
        size++;
    }

    private void closeGap(int from, int to) {
        move(to, from, size - to);
        size -= to - from;
    }

    private void move(int from, int to, int count) {
        System.arraycopy(starts, from, starts, to, count);
        System.arraycopy(ends, from, ends, to, count);
        System.arraycopy(truesizes, from, truesizes, to, count);
    }
}
