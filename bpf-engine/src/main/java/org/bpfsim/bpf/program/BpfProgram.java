package org.bpfsim.bpf.program;

import org.bpfsim.bpf.types.StructType;

/**
 * A program of an instance, ready to run. Not for use by several threads; may be run again from within a helper that it
 * calls.
 *
 * <p>Hot path: no allocation.
 */
public interface BpfProgram {
    String name();

    ProgramFamily family();

    /** Runs with one context object, laid out as the family's context struct. Answers R0. */
    long run(Object context);

    /** Sets an argument of the next {@link #run()} (struct_ops): a pointer to a kernel object, NULL for null. */
    <T> void argument(int index, T object, StructType<T> type);

    /** Sets an argument of the next {@link #run()} (struct_ops) to a number. */
    void argument(int index, long value);

    /** Runs with the arguments that were set. Answers R0. */
    long run();

    /** BPF instructions that the last run of the instance executed: what a CPU cost model charges for. */
    long lastRunInstructions();
}
