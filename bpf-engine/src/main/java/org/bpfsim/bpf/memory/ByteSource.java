package org.bpfsim.bpf.memory;

import java.util.Arrays;

/** Bytes that are made when somebody looks at them. */
@FunctionalInterface
public interface ByteSource {
    /** Nothing but zeros. */
    ByteSource ZEROS = (offset, length, target, targetOffset) ->
            Arrays.fill(target, targetOffset, targetOffset + length, (byte) 0);

    /** Copies {@code length} bytes from {@code offset} on. */
    void copyTo(long offset, int length, byte[] target, int targetOffset);
}
