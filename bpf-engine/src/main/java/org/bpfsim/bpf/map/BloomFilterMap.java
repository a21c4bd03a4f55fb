package org.bpfsim.bpf.map;

import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.object.MapDefinition;

/**
 * {@code bloom_filter}: values are pushed, and a peek says whether one was perhaps pushed before
 * (docs.kernel.org/bpf/map_bloom_filter.html; Linux 6.12: kernel/bpf/bloom_filter.c). As many bits and hash functions as in
 * Linux; the hash is another, so other values are mistaken for known ones, about as many.
 */
final class BloomFilterMap extends KeylessMap {
    private static final int DEFAULT_HASHES = 5;

    private final int hashes;
    private final long[] bits;

    BloomFilterMap(MapDefinition definition, int index) {
        super(definition, index, new Region().opaque("map " + definition.name(), definition));
        int asked = (int) definition.extras().mapExtra() & 15;
        hashes = asked == 0 ? DEFAULT_HASHES : asked;
        bits = new long[(int) (bits(definition) / 64)];
    }

    /** A power of two at or above entries * hashes / ln 2, as Linux reckons it with 7/5 for 1/ln 2. */
    static long bits(MapDefinition definition) {
        int asked = (int) definition.extras().mapExtra() & 15;
        long wanted = (long) definition.maxEntries() * (asked == 0 ? DEFAULT_HASHES : asked) / 5 * 7;
        long power = Long.highestOneBit(Math.max(1, wanted));
        return Math.max(64, power == wanted ? power : 2 * power);
    }

    private long bit(byte[] value, int function) {
        long hash = 0xcbf29ce484222325L ^ (long) function * 0x9e3779b97f4a7c15L;
        for (byte b : value) {
            hash = (hash ^ b & 0xff) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 32) * 0xd6e8feb86659fd93L;
        hash ^= hash >>> 32;
        return hash & 64L * bits.length - 1;
    }

    @Override
    public int push(byte[] value, long flags) {
        if (flags != BPF_ANY) {
            return -Errno.EINVAL;
        }
        for (int i = 0; i < hashes; i++) {
            long bit = bit(value, i);
            bits[(int) (bit >>> 6)] |= 1L << bit;
        }
        return 0;
    }

    @Override
    public int peek(byte[] value) {
        for (int i = 0; i < hashes; i++) {
            long bit = bit(value, i);
            if ((bits[(int) (bit >>> 6)] & 1L << bit) == 0) {
                return missing();
            }
        }
        return 0;
    }

    @Override
    public int put(byte[] key, byte[] value, long flags, int cpu) {
        return cpu == ALL_CPUS ? push(value, flags) : -Errno.EINVAL;
    }

    @Override
    public int remove(byte[] key) {
        return -Errno.EOPNOTSUPP;
    }
}
