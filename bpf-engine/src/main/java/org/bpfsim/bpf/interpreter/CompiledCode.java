package org.bpfsim.bpf.interpreter;

import org.bpfsim.bpf.types.StructType;

/**
 * A program that was turned into Java bytecode: what a compiler makes. Immutable and shared by all machines.
 *
 * <p>A program that reaches nothing through addresses but its stack and maps stands alone: it is {@code call}ed with what it works
 * on as Java parameters, and no address space has to be prepared for it.
 */
public abstract class CompiledCode {
    /**
     * Runs the program from its first instruction, in an address space that was prepared.
     */
    public abstract long run(CompiledRun run, long r1, long r2);

    /**
     * Runs a function of the program that a helper calls back.
     *
     * @param slot the function's first
     */
    public abstract long callback(CompiledRun run, int frame, int slot, long r1, long r2, long r3, long r4);

    /** Whether one of the two methods called {@code call} can be used although no address space was prepared. */
    public boolean standsAlone() {
        return false;
    }

    /** For struct_ops: the struct that an argument of the program points to, as the program sees it; null if it takes none there. */
    public StructType<?> object(int argument) {
        return null;
    }

    /** For struct_ops: a bit for each argument that the program takes as a number. */
    public int numbers() {
        return 0;
    }

    /**
     * Runs a program of struct_ops that stands alone.
     *
     * @param first argument 0, not null
     * @param other the other argument that is a pointer, if the program has one: not null then
     */
    public long call(CompiledRun run, Object first, Object other, long second, long third) {
        throw new UnsupportedOperationException();
    }

    /** Runs a program on plain memory that stands alone. */
    public long call(CompiledRun run, byte[] memory, long r1, long r2) {
        throw new UnsupportedOperationException();
    }
}
