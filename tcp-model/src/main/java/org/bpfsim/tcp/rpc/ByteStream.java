package org.bpfsim.tcp.rpc;

import java.util.Arrays;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.segment.Payload;

/** Bytes that were read from one connection to be sent over another, as long as somebody may ask for them. */
final class ByteStream implements Payload {
    private static final int INITIAL_BYTES = 1024;

    /** A ring; its size is a power of two. */
    private byte[] ring = new byte[INITIAL_BYTES];

    private long begin;
    private long end;

    /** Adds the next bytes that can be read from a socket, which are not read by this. */
    void append(Socket from, int bytes) {
        while (end + bytes - begin > ring.length) {
            grow();
        }
        int at = (int) (end & ring.length - 1);
        int part = Math.min(bytes, ring.length - at);
        from.peek(0, ring, at, part);
        if (part < bytes) {
            from.peek(part, ring, 0, bytes - part);
        }
        end += bytes;
    }

    @Override
    public void copyTo(long streamOffset, int length, byte[] target, int targetOffset) {
        Arrays.fill(target, targetOffset, targetOffset + length, (byte) 0);
        long to = Math.min(streamOffset + length, end);
        for (long from = Math.max(streamOffset, begin); from < to; ) {
            int at = (int) (from & ring.length - 1);
            int part = (int) Math.min(to - from, ring.length - at);
            System.arraycopy(ring, at, target, targetOffset + (int) (from - streamOffset), part);
            from += part;
        }
    }

    @Override
    public void forget(long streamOffset) {
        begin = Math.max(begin, Math.min(streamOffset, end));
    }

    private void grow() {
        byte[] larger = new byte[2 * ring.length];
        for (long from = begin; from < end; from++) {
            larger[(int) (from & larger.length - 1)] = ring[(int) (from & ring.length - 1)];
        }
        ring = larger;
    }
}
