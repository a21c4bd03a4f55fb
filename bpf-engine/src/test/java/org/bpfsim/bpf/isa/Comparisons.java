package org.bpfsim.bpf.isa;

/** The conditional jumps, for tests that go through all of them. */
public final class Comparisons {
    private static final int[] ALL = {
        Opcode.JEQ,
        Opcode.JGT,
        Opcode.JGE,
        Opcode.JSET,
        Opcode.JNE,
        Opcode.JSGT,
        Opcode.JSGE,
        Opcode.JLT,
        Opcode.JLE,
        Opcode.JSLT,
        Opcode.JSLE
    };

    private Comparisons() {}

    /** {@link Opcode}'s codes of RFC 9669, section 4.3, by number. */
    public static int[] all() {
        return ALL.clone();
    }
}
