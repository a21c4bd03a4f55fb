package org.bpfsim.bpf.verifier;

import java.util.ArrayList;
import java.util.List;

/** What is known at one point of one path. */
final class State {
    /** A reference that was acquired and must be released. */
    record Reference(int id, int slot, int callbackFrame) {}

    List<Frame> frames = new ArrayList<>();
    List<Reference> references = new ArrayList<>();
    /** The spin lock that is held: what its holder points to; 0 if none. */
    int lockId;

    Object lockHolder;
    int rcuDepth;
    int preemptDepth;

    /** The last checkpoint on the path. */
    State parent;
    /** Paths from here that are not finished. */
    int branches = 1;

    int firstSlot;
    Trace trace;
    int dfsDepth;
    int callbackUnroll;
    int mayGotoDepth;
    boolean usedAsLoopEntry;
    State loopEntry;
    int hits;
    int misses;
    /** Jumps and stack accesses since the last checkpoint. */
    int history;

    /** For a checkpoint: where it was taken. */
    int slot;

    Frame current() {
        return frames.get(frames.size() - 1);
    }

    Reg reg(int number) {
        return current().regs[number];
    }

    Frame frame(int number) {
        return frames.get(number);
    }

    /** Whether a helper has called any of the functions. */
    boolean inCallback() {
        return frames.stream().anyMatch(f -> f.callback);
    }

    State copy() {
        State s = new State();
        for (Frame f : frames) {
            s.frames.add(f.copy());
        }
        s.references = new ArrayList<>(references);
        s.lockId = lockId;
        s.lockHolder = lockHolder;
        s.rcuDepth = rcuDepth;
        s.preemptDepth = preemptDepth;
        s.parent = parent;
        s.branches = branches;
        s.firstSlot = firstSlot;
        s.trace = trace;
        s.dfsDepth = dfsDepth;
        s.callbackUnroll = callbackUnroll;
        s.mayGotoDepth = mayGotoDepth;
        s.usedAsLoopEntry = usedAsLoopEntry;
        s.loopEntry = loopEntry;
        s.slot = slot;
        s.history = history;
        return s;
    }

    boolean holdsReference(int id) {
        return references.stream().anyMatch(r -> r.id == id);
    }

    /** Applies to every register and spilled register of every frame. */
    void forEachReg(java.util.function.Consumer<Reg> action) {
        for (Frame f : frames) {
            for (Reg r : f.regs) {
                action.accept(r);
            }
            for (Slot s : f.stack) {
                if (s.isSpill()) {
                    action.accept(s.spilled);
                }
            }
        }
    }

    /**
     * Slot {@code index} of a frame was read: earlier checkpoints must not be taken for equal if they differ in it. Answers whether
     * that was new to any.
     */
    static boolean markRead(State state, int frame, int index) {
        boolean fresh = false;
        State s = state;
        while (true) {
            Frame f = s.frames.get(frame);
            if (f.fresh || f.written.get(index)) {
                return fresh;
            }
            State p = s.parent;
            if (p == null
                    || frame >= p.frames.size()
                    || p.frames.get(frame).read.get(index)) {
                return fresh;
            }
            p.frames.get(frame).read.set(index);
            fresh = true;
            s = p;
        }
    }
}
