package org.bpfsim.tcp.psock;

import java.util.Arrays;
import org.bpfsim.tcp.segment.Payload;

/**
 * Bytes on their way from one socket to another: a part of what somebody sends.
 *
 * @param payload where they are; null if only their number is known, in which case whoever looks sees zeros
 * @param offset of the first in the payload
 */
record ByteRange(Payload payload, long offset, int length) {
    /** Bytes of an array, which nobody changes any more. */
    static ByteRange of(byte[] array, int offset, int length) {
        return new ByteRange(new Array(array), offset, length);
    }

    ByteRange from(int skip) {
        return new ByteRange(payload, offset + skip, length - skip);
    }

    ByteRange first(int count) {
        return new ByteRange(payload, offset, count);
    }

    void copyTo(int skip, int count, byte[] target, int targetOffset) {
        if (payload == null) {
            Arrays.fill(target, targetOffset, targetOffset + count, (byte) 0);
        } else {
            payload.copyTo(offset + skip, count, target, targetOffset);
        }
    }

    /** The bytes were read at the end of their way. */
    void forget() {
        if (payload != null) {
            payload.forget(offset + length);
        }
    }

    /** Whether the other range follows this one in the same place. */
    boolean continuesWith(ByteRange next) {
        return payload == next.payload
                && (payload == null || offset + length == next.offset)
                && (long) length + next.length <= Integer.MAX_VALUE;
    }

    private record Array(byte[] bytes) implements Payload {
        @Override
        public void copyTo(long offset, int length, byte[] target, int targetOffset) {
            System.arraycopy(bytes, (int) offset, target, targetOffset, length);
        }
    }
}
