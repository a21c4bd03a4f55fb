package org.bpfsim.sim.packet;

/** The codepoints of the ECN field in the IP header: RFC 3168, section 5. */
public final class Ecn {
    /** The sender does not take part in ECN. */
    public static final int NOT_ECT = 0b00;
    /** ECN-capable transport, codepoint 1. */
    public static final int ECT_1 = 0b01;
    /** ECN-capable transport, codepoint 0: what Linux sends. */
    public static final int ECT_0 = 0b10;
    /** Congestion experienced: set by a queue in place of ECT(0) or ECT(1). */
    public static final int CE = 0b11;

    private Ecn() {}
}
