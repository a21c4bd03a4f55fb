package org.bpfsim.bpf.program;

import java.util.Locale;

/** How programs are run. Both ways give the same results; that is what the second is for. */
public enum Execution {
    /** As Java bytecode that HotSpot compiles. */
    COMPILER,
    /** Instruction by instruction. */
    INTERPRETER;

    /** The system property that chooses where a caller does not: {@code compiler} or {@code interpreter}. */
    public static final String PROPERTY = "bpfsim.bpf.execution";

    /**
     * What the system property says; the compiler if it says nothing.
     *
     * @throws IllegalArgumentException if it says something else
     */
    public static Execution byDefault() {
        String value = System.getProperty(PROPERTY, "compiler");
        for (Execution execution : values()) {
            if (execution.name().toLowerCase(Locale.ROOT).equals(value)) {
                return execution;
            }
        }
        throw new IllegalArgumentException(
                "system property " + PROPERTY + " is \"" + value + "\". Write compiler or interpreter");
    }
}
