package org.bpfsim.bpf.interpreter;

/** A program that was turned into Java bytecode: what a compiler makes. Immutable and shared by all machines. */
public abstract class CompiledCode {
    /**
     * Runs the program from its first instruction.
     *
     * @param frame of the stack that it gets: 0 unless a tail call of a function deeper down made it run
     */
    public abstract long run(CompiledRun run, int frame, long r1, long r2);

    /**
     * Runs a function of the program that a helper calls back.
     *
     * @param slot the function's first
     */
    public abstract long callback(CompiledRun run, int frame, int slot, long r1, long r2, long r3, long r4);
}
