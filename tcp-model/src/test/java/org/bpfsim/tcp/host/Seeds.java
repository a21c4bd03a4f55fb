package org.bpfsim.tcp.host;

import java.util.stream.IntStream;

/** Seeds of random cases. */
public final class Seeds {
    private Seeds() {}

    /** Those of a test, or from A up to B with {@code -Dbpfsim.seeds=A,B}. */
    public static IntStream askedForOr(IntStream seeds) {
        String range = System.getProperty("bpfsim.seeds");
        if (range == null) {
            return seeds;
        }
        String[] bounds = range.split(",", 2);
        return IntStream.range(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[1]));
    }
}
