package org.bpfsim.bpf.interpreter;

/** Looks at a run, step by step, while it is interpreted. */
public interface Watch {
    /**
     * Before an instruction. What it is given it must leave as it is; what it throws ends the run.
     *
     * @param slot of the instruction, from the program's start
     * @param frame that executes it
     * @param registers by frame and number
     * @param stack of all frames, that of frame 0 first
     * @return the number of instructions after which it is called again: 0 for the next one
     */
    long before(int slot, int frame, long[][] registers, byte[] stack);
}
