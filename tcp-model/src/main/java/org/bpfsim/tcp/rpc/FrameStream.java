package org.bpfsim.tcp.rpc;

import java.util.Arrays;
import org.bpfsim.tcp.segment.Payload;

/**
 * The frames that one end of a connection sends, one behind the other: their real bytes as long as somebody may ask for them.
 * Hot path: no allocation but for growth.
 */
public final class FrameStream implements Payload {
    private static final int INITIAL_FRAMES = 4;
    /** Numbers kept per frame: where it begins, descriptor, id, wanted bytes, work. */
    private static final int NUMBERS = 5;

    private final byte[] scratch = new byte[RpcFraming.MEANING_BYTES];
    /** A ring of frames; its size is a power of two. */
    private long[] ring = new long[INITIAL_FRAMES * NUMBERS];

    private long first;
    private long next;
    private long endOffset;

    /**
     * Adds a frame behind the last.
     *
     * @param headerBytes at least {@link RpcFraming#MIN_HEADER_BYTES}
     * @return bytes of the whole frame, which the socket is to send
     */
    public long add(int headerBytes, int payloadBytes, long id, long answerBytes, long workNs) {
        if (headerBytes < RpcFraming.MIN_HEADER_BYTES || payloadBytes < 0) {
            throw new IllegalArgumentException("a frame with a header of " + headerBytes + " bytes (at least "
                    + RpcFraming.MIN_HEADER_BYTES + ") and " + payloadBytes + " of payload");
        }
        if ((next - first) * NUMBERS == ring.length) {
            grow();
        }
        int at = slot(next++);
        ring[at] = endOffset;
        ring[at + 1] = (long) headerBytes << Integer.SIZE | payloadBytes;
        ring[at + 2] = id;
        ring[at + 3] = answerBytes;
        ring[at + 4] = workNs;
        long bytes = (long) RpcFraming.DESCRIPTOR_BYTES + headerBytes + payloadBytes;
        endOffset += bytes;
        return bytes;
    }

    /** Where the next frame will begin. */
    public long endOffset() {
        return endOffset;
    }

    /** Frames that are remembered. */
    int frames() {
        return (int) (next - first);
    }

    @Override
    public void copyTo(long streamOffset, int length, byte[] target, int targetOffset) {
        Arrays.fill(target, targetOffset, targetOffset + length, (byte) 0);
        long end = streamOffset + length;
        for (long frame = holding(streamOffset); frame < next; frame++) {
            int at = slot(frame);
            long start = ring[at];
            if (start >= end) {
                return;
            }
            long from = Math.max(start, streamOffset);
            long to = Math.min(start + RpcFraming.MEANING_BYTES, end);
            if (from < to) {
                RpcFraming.putDescriptor(scratch, 0, (int) (ring[at + 1] >> Integer.SIZE), (int) ring[at + 1]);
                RpcFraming.putHeader(scratch, 0, ring[at + 2], ring[at + 3], ring[at + 4]);
                System.arraycopy(
                        scratch, (int) (from - start), target, targetOffset + (int) (from - streamOffset), (int)
                                (to - from));
            }
        }
    }

    /** Drops the frames that end before an offset. */
    @Override
    public void forget(long streamOffset) {
        while (first < next && end(first) <= streamOffset) {
            first++;
        }
    }

    /** The last frame that begins at or before an offset, or the first that is remembered. */
    private long holding(long streamOffset) {
        long low = first;
        long high = next - 1;
        while (low < high) {
            long middle = low + high + 1 >>> 1;
            if (ring[slot(middle)] <= streamOffset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private long end(long frame) {
        return frame + 1 < next ? ring[slot(frame + 1)] : endOffset;
    }

    private int slot(long frame) {
        return (int) (frame & ring.length / NUMBERS - 1) * NUMBERS;
    }

    private void grow() {
        long[] larger = new long[2 * ring.length];
        int frames = ring.length / NUMBERS;
        for (long frame = first; frame < next; frame++) {
            int to = (int) (frame & 2L * frames - 1) * NUMBERS;
            System.arraycopy(ring, slot(frame), larger, to, NUMBERS);
        }
        ring = larger;
    }
}
