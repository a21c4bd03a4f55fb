package org.bpfsim.bpf.verifier;

/** The instructions of a path, from the latest back to the first: what {@link Precision} walks. */
final class Trace {
    final Trace previous;
    final int slot;
    final int frame;
    /** The stack slot that a load or store at a fixed offset touched, and in which frame; -1 if none. */
    int stackFrame = -1;

    int stackIndex = -1;
    /** A state that was kept just before the instruction. */
    State checkpoint;
    /** Registers and slots (packed as frame, is-slot, index) that a comparison made equal in bounds. */
    int[] linked;

    boolean entersFrame;
    /** Whether the history of the path counts the instruction. */
    boolean noted;

    Trace(Trace previous, int slot, int frame) {
        this.previous = previous;
        this.slot = slot;
        this.frame = frame;
    }

    /** The same step as the beginning of another way. */
    Trace copy() {
        Trace t = new Trace(previous, slot, frame);
        t.stackFrame = stackFrame;
        t.stackIndex = stackIndex;
        t.checkpoint = checkpoint;
        t.linked = linked;
        t.entersFrame = entersFrame;
        t.noted = noted;
        return t;
    }

    static int pack(int frame, boolean stack, int index) {
        return frame << 16 | (stack ? 0x8000 : 0) | index;
    }
}
