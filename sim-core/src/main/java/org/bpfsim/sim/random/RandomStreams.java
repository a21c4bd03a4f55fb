package org.bpfsim.sim.random;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import umontreal.ssj.rng.MRG32k3a;

/**
 * Gives out random streams by name. The same (seed, replication, name) always gives the same numbers, whatever other
 * streams exist and in whatever order or thread they were made.
 *
 * <p>A stream is SSJ's MRG32k3a (L'Ecuyer, Operations Research 47(1), 1999; period 2^191), started at a point hashed
 * from its identity by SHA-256. Streams could overlap only by chance: for a thousand streams of 2^40 numbers each, with
 * a probability below 2^-130. Two runs that differ in one thing only and share seed and replication see the same
 * randomness elsewhere (common random numbers).
 *
 * <p>Immutable and safe for use by several threads. A stream itself belongs to one thread.
 */
public final class RandomStreams {
    // The moduli of the two components: three values below each, not all zero, make a seed.
    private static final long M1 = 4294967087L;
    private static final long M2 = 4294944443L;
    private static final int COMPONENT_VALUES = 3;
    private static final long UNSIGNED_INT_MASK = 0xffffffffL;

    private final long seed;

    public RandomStreams(long seed) {
        this.seed = seed;
    }

    /** The seed that all streams derive from. */
    public long seed() {
        return seed;
    }

    /**
     * A stream at its beginning.
     *
     * @param name what the stream drives, such as {@code arrivals/host-17}
     * @param replication number of the replication within the experiment
     */
    public MRG32k3a stream(String name, int replication) {
        MRG32k3a stream = Prototype.STREAM.clone();
        stream.setSeed(startOf(name, replication));
        return stream;
    }

    /** Where a stream starts: six values, valid as a seed of MRG32k3a. */
    long[] startOf(String name, int replication) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer identity = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + text.length);
        identity.putLong(seed).putInt(replication).put(text);
        return validSeed(sha256(identity.array()));
    }

    static long[] validSeed(byte[] hash) {
        ByteBuffer words = ByteBuffer.wrap(hash);
        long[] start = new long[2 * COMPONENT_VALUES];
        for (int i = 0; i < start.length; i++) {
            start[i] = (words.getInt() & UNSIGNED_INT_MASK) % (i < COMPONENT_VALUES ? M1 : M2);
        }
        for (int first = 0; first < start.length; first += COMPONENT_VALUES) {
            if ((start[first] | start[first + 1] | start[first + 2]) == 0) {
                start[first] = 1;
            }
        }
        return start;
    }

    private static byte[] sha256(byte[] input) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(input);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /**
     * The stream that all others are cloned from. SSJ's constructor advances a static seed without a lock, so two
     * threads may get the same stream from it; cloning reads the prototype only. The static seed is put back where it
     * was, for programs that use SSJ on their own.
     */
    private static final class Prototype {
        static final MRG32k3a STREAM = create();

        private static MRG32k3a create() {
            MRG32k3a stream = new MRG32k3a();
            MRG32k3a.setPackageSeed(stream.getState());
            return stream;
        }
    }
}
