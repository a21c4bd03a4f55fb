package org.bpfsim.bpf.map;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.object.MapDefinition;

/**
 * {@code user_ringbuf} (Linux 6.12: kernel/bpf/ringbuf.c): a host puts in samples, a program takes them out by
 * {@code bpf_user_ringbuf_drain}. Each takes 8 bytes beside its data, and a multiple of 8 bytes in all.
 */
public final class UserRingBufferMap extends KeylessMap {
    private static final int HEADER_BYTES = 8;

    private final Deque<byte[]> samples = new ArrayDeque<>();
    private long usedBytes;
    private boolean draining;

    UserRingBufferMap(MapDefinition definition, int index) {
        super(definition, index, new Region().opaque("map " + definition.name(), definition));
    }

    private static long ringBytes(byte[] sample) {
        return (sample.length + HEADER_BYTES + 7L) / 8 * 8;
    }

    /** Puts in a sample: 0; -E2BIG if the ring could never hold it, -ENOSPC if it is too full now (as libbpf answers). */
    public int submit(byte[] sample) {
        long bytes = ringBytes(sample);
        if (bytes > maxEntries()) {
            return -Errno.E2BIG;
        } else if (usedBytes + bytes > maxEntries()) {
            return -Errno.ENOSPC;
        }
        samples.addLast(sample.clone());
        usedBytes += bytes;
        return 0;
    }

    /** Begins to take samples out; false if that is going on already. */
    public boolean begin() {
        boolean free = !draining;
        draining = true;
        return free;
    }

    public void end() {
        draining = false;
    }

    /** The next sample, which stays until {@link #release}; null if there is none. */
    public byte[] peek() {
        return samples.peekFirst();
    }

    /** Takes out the sample that {@link #peek} answered. */
    public void release() {
        usedBytes -= ringBytes(samples.removeFirst());
    }

    @Override
    public int put(byte[] key, byte[] value, long flags, int cpu) {
        return -Errno.ENOTSUPP;
    }

    @Override
    public int remove(byte[] key) {
        return -Errno.ENOTSUPP;
    }
}
