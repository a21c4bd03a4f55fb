package org.bpfsim.bpf.verifier;

/** Open-coded iterators on the stack: new, next, destroy (docs.kernel.org/bpf/bpf_iterators.html). */
final class IteratorCheck {
    private final Verification v;

    IteratorCheck(Verification v) {
        this.v = v;
    }

    private int index(Reg r, int slots) {
        if (slots < 1) {
            throw v.invalid("the kernel's types give the iterator no size");
        }
        if (r.type != RegType.STACK || !r.ranges.isConstant()) {
            throw v.invalid("iter has to be at a constant stack offset");
        }
        long at = r.off + r.ranges.value();
        if (at % 8 != 0 || at > -8L * slots || at < -Verification.MAX_STACK) {
            throw v.invalid("cannot pass in iter at an offset=" + at);
        }
        return (int) (-at / 8) - 1;
    }

    void begin(int number, String kind, int slots, boolean rcu) {
        Reg r = v.reg(number);
        int i = index(r, slots);
        Frame f = v.stack.frameOf(r);
        v.facts.object(number, f, -8 * (i + 1), 8 * slots);
        f.growStack(8 * (i + 1));
        v.fastcalls.reached(f.subprogram, -8 * (i + 1));
        for (int s = i; s > i - slots; s--) {
            if (f.stack[s].kinds[7] == Slot.ITER) {
                throw v.invalid("expected uninitialized iter_" + kind + " as arg #" + number);
            }
        }
        int id = v.acquireReference();
        for (int s = i; s > i - slots; s--) {
            f.stack[s].fill(Slot.ITER);
            f.stack[s].iter = new IterState(kind, false, 0, s == i, slots, rcu);
            f.stack[s].spilled = Reg.pointer(RegType.MEM, 0);
            f.stack[s].spilled.refId = s == i ? id : 0;
            f.written.set(s);
        }
    }

    private Slot[] existing(int number, String kind, int slots) {
        Reg r = v.reg(number);
        int i = index(r, slots);
        Frame f = v.stack.frameOf(r);
        v.facts.object(number, f, -8 * (i + 1), 8 * slots);
        Slot[] found = new Slot[slots];
        for (int s = 0; s < slots; s++) {
            Slot slot = i - s < f.stack.length ? f.stack[i - s] : null;
            boolean good = slot != null
                    && slot.kinds[7] == Slot.ITER
                    && slot.iter != null
                    && slot.iter.kind().equals(kind)
                    && slot.iter.firstSlot() == (s == 0);
            if (!good) {
                throw v.invalid("expected an initialized iter_" + kind + " as arg #" + number);
            }
            v.stack.markRead(f, i - s);
            found[s] = slot;
        }
        return found;
    }

    void end(int number, String kind, int slots) {
        Slot[] found = existing(number, kind, slots);
        int ref = found[0].spilled.refId;
        for (Slot s : found) {
            s.fill(Slot.INVALID);
        }
        if (!v.releaseReference(ref)) {
            throw v.invalid("reference has not been acquired before");
        }
    }

    /** Puts aside the way on which there is one more element; here it is drained. */
    void next(int number, String kind, int slots, java.util.function.Consumer<State> element) {
        Slot[] found = existing(number, kind, slots);
        Reg pointer = v.reg(number).copy();
        if (!found[0].iter.drained()) {
            State aside = v.exploration.putAside(v.slot + 1);
            Frame f = aside.frame(pointer.frame);
            int i = index(pointer, slots);
            Slot first = f.stack[i];
            first.iter = first.iter.with(false, first.iter.depth() + 1);
            v.exploration.widenAfterIteration(aside, v.slot);
            element.accept(aside);
        }
        found[0].iter = found[0].iter.with(true, found[0].iter.depth());
    }
}
