package org.bpfsim.bpf.sockmap;

import java.util.Arrays;
import org.bpfsim.bpf.memory.ByteSource;

/**
 * The pieces of a message, in order (Linux 6.12: struct sk_msg_sg). A piece is bytes in an array, or a range of a {@link
 * ByteSource} as long as nobody has looked at it.
 */
final class Pieces {
    private final byte[][] bytes = new byte[Message.MAX_PIECES][];
    private final ByteSource[] sources = new ByteSource[Message.MAX_PIECES];
    /** In the array, or in the source. */
    private final long[] offsets = new long[Message.MAX_PIECES];

    private final int[] lengths = new int[Message.MAX_PIECES];
    private final boolean[] shared = new boolean[Message.MAX_PIECES];
    private int count;

    void clear() {
        Arrays.fill(bytes, null);
        Arrays.fill(sources, null);
        count = 0;
    }

    int count() {
        return count;
    }

    boolean isFull() {
        return count == Message.MAX_PIECES;
    }

    int length(int at) {
        return lengths[at];
    }

    boolean isShared(int at) {
        return shared[at];
    }

    /** Whether the bytes are in an array. */
    boolean isMade(int at) {
        return bytes[at] != null;
    }

    /** Its bytes, which are made now if they were not. */
    byte[] bytes(int at) {
        if (bytes[at] == null) {
            byte[] made = new byte[lengths[at]];
            sources[at].copyTo(offsets[at], lengths[at], made, 0);
            set(at, made, 0, lengths[at], shared[at]);
        }
        return bytes[at];
    }

    ByteSource source(int at) {
        return sources[at];
    }

    long offset(int at) {
        return offsets[at];
    }

    /** Copies some of a piece, whose bytes are not made for it. */
    void copy(int at, int from, int length, byte[] target, int targetOffset) {
        if (bytes[at] == null) {
            sources[at].copyTo(offsets[at] + from, length, target, targetOffset);
        } else {
            System.arraycopy(bytes[at], (int) offsets[at] + from, target, targetOffset, length);
        }
    }

    void append(ByteSource source, long offset, int length, boolean sharedWithSender) {
        sources[count] = source;
        bytes[count] = null;
        describe(count, offset, length, sharedWithSender);
        count++;
    }

    void append(byte[] array, int offset, int length, boolean sharedWithSender) {
        set(count, array, offset, length, sharedWithSender);
        count++;
    }

    /** Makes the last piece longer by bytes that lie behind it in memory. */
    void extendLast(ByteSource source, long offset, int length) {
        int last = count - 1;
        if (bytes[last] == null && sources[last] == source && offsets[last] + lengths[last] == offset) {
            lengths[last] += length;
            return;
        }
        byte[] one = new byte[lengths[last] + length];
        copy(last, 0, lengths[last], one, 0);
        source.copyTo(offset, length, one, lengths[last]);
        set(last, one, 0, one.length, shared[last]);
    }

    /** Puts an array in the place of a piece. */
    void set(int at, byte[] array, int offset, int length, boolean sharedWithSender) {
        bytes[at] = array;
        sources[at] = null;
        describe(at, offset, length, sharedWithSender);
    }

    void insert(int at, byte[] array) {
        move(at, at + 1, count - at);
        count++;
        set(at, array, 0, array.length, false);
    }

    /** Makes two of a piece: what is before {@code end}, and what is from {@code begin} on. */
    void split(int at, int end, int begin) {
        move(at, at + 1, count - at);
        count++;
        describe(at + 1, offsets[at] + begin, lengths[at] - begin, shared[at]);
        lengths[at] = end;
    }

    void remove(int at) {
        move(at + 1, at, count - at - 1);
        count--;
        bytes[count] = null;
        sources[count] = null;
    }

    void dropFront(int at, int length) {
        offsets[at] += length;
        lengths[at] -= length;
    }

    void keepFront(int at, int length) {
        lengths[at] = length;
    }

    private void describe(int at, long offset, int length, boolean sharedWithSender) {
        offsets[at] = offset;
        lengths[at] = length;
        shared[at] = sharedWithSender;
    }

    private void move(int from, int to, int howMany) {
        System.arraycopy(bytes, from, bytes, to, howMany);
        System.arraycopy(sources, from, sources, to, howMany);
        System.arraycopy(offsets, from, offsets, to, howMany);
        System.arraycopy(lengths, from, lengths, to, howMany);
        System.arraycopy(shared, from, shared, to, howMany);
    }
}
