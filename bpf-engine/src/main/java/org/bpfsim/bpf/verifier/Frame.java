package org.bpfsim.bpf.verifier;

import java.util.BitSet;

/** One function's registers and stack. */
final class Frame {
    final int number;
    final int subprogram;
    /** Slot of the call; -1 in the outermost frame. */
    final int callSite;

    final Reg[] regs = new Reg[11];
    /** Index 0 is bytes -8 to -1. */
    Slot[] stack = new Slot[0];

    /** Slots that later code read although it had not written them: which of them matter when states are compared. */
    BitSet read = new BitSet();
    /** Slots written since the last checkpoint. */
    BitSet written = new BitSet();
    /** Whether the frame was entered since the last checkpoint. */
    boolean fresh;

    /** The frame runs a callback of a helper. */
    boolean callback;

    boolean asyncCallback;
    /** How many asynchronous callbacks set each other on the way to this one. */
    int asyncEntries;
    /** Bounds of what a callback may return. */
    long returnMin;

    long returnMax;
    /** Times that a callback was simulated in a row. */
    int callbackDepth;

    Frame(int number, int subprogram, int callSite) {
        this.number = number;
        this.subprogram = subprogram;
        this.callSite = callSite;
        for (int i = 0; i < 11; i++) {
            regs[i] = new Reg();
        }
        regs[10].type = RegType.STACK;
        regs[10].frame = number;
    }

    Frame copy() {
        Frame f = new Frame(number, subprogram, callSite);
        for (int i = 0; i < 11; i++) {
            f.regs[i].set(regs[i]);
        }
        f.stack = new Slot[stack.length];
        for (int i = 0; i < stack.length; i++) {
            f.stack[i] = stack[i].copy();
        }
        f.written = (BitSet) written.clone();
        f.fresh = fresh;
        f.callback = callback;
        f.asyncCallback = asyncCallback;
        f.asyncEntries = asyncEntries;
        f.returnMin = returnMin;
        f.returnMax = returnMax;
        f.callbackDepth = callbackDepth;
        return f;
    }

    /** Makes room for the stack down to so many bytes. */
    void growStack(int bytes) {
        int slots = (bytes + 7) / 8;
        if (slots > stack.length) {
            Slot[] larger = new Slot[slots];
            System.arraycopy(stack, 0, larger, 0, stack.length);
            for (int i = stack.length; i < slots; i++) {
                larger[i] = new Slot();
            }
            stack = larger;
        }
    }

    int stackBytes() {
        return 8 * stack.length;
    }
}
