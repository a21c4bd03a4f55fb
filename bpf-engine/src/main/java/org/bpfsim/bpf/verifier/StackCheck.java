package org.bpfsim.bpf.verifier;

import org.bpfsim.bpf.Errno;

/** Reads and writes of the stack, byte by byte where need be. */
final class StackCheck {
    private final Verification v;

    StackCheck(Verification v) {
        this.v = v;
    }

    /** The frame that a stack pointer points into. */
    Frame frameOf(Reg pointer) {
        return v.state.frame(pointer.frame);
    }

    /**
     * Whether all of an access lies within the stack.
     *
     * @param off fixed offset, the pointer's own included
     */
    void checkBounds(int number, Reg pointer, int off, int size, boolean write) {
        withinStack(number, pointer, off, size, write);
        v.facts.stack(number, pointer, off, size);
    }

    private void withinStack(int number, Reg pointer, int off, int size, boolean write) {
        Ranges r = pointer.ranges;
        String kind = write ? " write to" : " read from";
        if (r.isConstant()) {
            long at = off + r.value();
            if (at < -Verification.MAX_STACK || at + size > 0 || at + size < at) {
                throw v.access("invalid" + kind + " stack R" + number + " off=" + at + " size=" + size);
            }
            return;
        }
        if (r.smax >= Verification.MAX_VAR_OFFSET || r.smin <= -Verification.MAX_VAR_OFFSET) {
            throw v.access("invalid unbounded variable-offset" + kind + " stack R" + number);
        }
        if (r.smin + off < -Verification.MAX_STACK || r.smax + off + size > 0) {
            throw v.access("invalid variable-offset" + kind + " stack R" + number + " var_off=" + r.bits + " off=" + off
                    + " size=" + size);
        }
    }

    void read(int number, Reg pointer, int off, int size, int dst, boolean signExtend) {
        if (dst < 0 && !pointer.ranges.isConstant()) {
            throw v.access("variable offset stack pointer cannot be passed into helper function; var_off="
                    + pointer.ranges.bits + " off=" + off + " size=" + size);
        }
        checkBounds(number, pointer, off, size, false);
        Frame f = frameOf(pointer);
        if (!pointer.ranges.isConstant()) {
            f.growStack((int) -(pointer.ranges.smin + off));
            checkInitialized(number, pointer, off, size, false, null);
            int from = (int) (pointer.ranges.smin + off);
            v.fastcalls.reached(f.subprogram, from);
            loadBytes(f, from, (int) (pointer.ranges.smax + off) + size, dst);
            return;
        }
        int at = (int) (off + pointer.ranges.value());
        f.growStack(-at);
        // Linux takes the place for one on the stack of the function that reads.
        v.fastcalls.reached(v.frame().subprogram, at);
        readFixed(f, at, size, dst);
    }

    private void readFixed(Frame f, int at, int size, int dst) {
        int index = (-at - 1) / 8;
        Slot s = f.stack[index];
        v.exploration.noteStackAccess(f.number, index);
        if (s.isSpill()) {
            int spilled = spillBytes(s);
            boolean whole = size == 8 && spilled == 8;
            if (!whole && !s.spilled.isScalar()) {
                throw v.access("invalid size of register fill");
            }
            markRead(f, index);
            if (dst >= 0 && at % 8 == 0 && size <= spilled) {
                Reg value = s.spilled.copy();
                boolean wider = size < 8 && value.ranges.umax >>> 8 * size != 0;
                if (wider) {
                    value.forgetId();
                }
                v.reg(dst).set(value);
                return;
            }
            if (dst >= 0) {
                bytes(f, s, index, at, size, dst);
            }
            return;
        }
        // The access lies within one slot: it is aligned to its size.
        bytes(f, s, index, at, size, dst);
    }

    /** Bytes of a slot that still are its spilled value's, from the lowest address on. */
    private static int spillBytes(Slot s) {
        int n = 0;
        while (n < 8 && s.kinds[7 - n] == Slot.SPILL) {
            n++;
        }
        return n;
    }

    private void bytes(Frame f, Slot s, int index, int at, int size, int dst) {
        int zeros = 0;
        int spilled = 0;
        for (int i = 0; i < size; i++) {
            byte kind = s.kinds[(-at - 1 - i) % 8];
            switch (kind) {
                case Slot.ZERO -> zeros++;
                case Slot.SPILL -> spilled++;
                case Slot.MISC, Slot.INVALID -> {
                    // Unknown; reading what was never written is allowed to the privileged.
                }
                default -> throw v.access("invalid read from stack off " + at + "+" + i + " size " + size);
            }
        }
        markRead(f, index);
        if (dst < 0) {
            return;
        }
        if (size == spilled && s.spilled.isScalar() && s.spilled.ranges.isConstant(0)) {
            s.spilled.precise = true;
            v.reg(dst).setConstant(0);
            v.exploration.forgetStackAccess();
        } else if (zeros == size) {
            v.reg(dst).setConstant(0);
        } else {
            v.reg(dst).setUnknown();
            v.exploration.forgetStackAccess();
        }
    }

    private void loadBytes(Frame f, int from, int to, int dst) {
        int zeros = 0;
        for (int at = from; at < to; at++) {
            int index = (-at - 1) / 8;
            if (f.stack[index].kinds[(-at - 1) % 8] == Slot.ZERO) {
                zeros++;
            }
            markRead(f, index);
        }
        if (dst >= 0) {
            if (zeros == to - from) {
                v.reg(dst).setConstant(0);
            } else {
                v.reg(dst).setUnknown();
            }
        }
    }

    void markRead(Frame f, int index) {
        State.markRead(v.state, f.number, index);
    }

    /**
     * Stores.
     *
     * @param value the register stored, or null for an immediate
     * @param immediate the number stored if {@code value} is null
     * @param valueNumber number of the register, -1 if unknown data is stored
     */
    void write(int number, Reg pointer, int off, int size, Reg value, int valueNumber, Long immediate) {
        checkBounds(number, pointer, off, size, true);
        Frame f = frameOf(pointer);
        if (!pointer.ranges.isConstant()) {
            writeVariable(f, pointer, off, size, value, valueNumber, immediate);
            return;
        }
        int at = (int) (off + pointer.ranges.value());
        f.growStack(-at);
        int index = (-at - 1) / 8;
        v.dynptrs.destroyOverwritten(f, index);
        v.fastcalls.reached(f.subprogram, at);
        Slot s = f.stack[index];
        v.exploration.noteStackAccess(f.number, index);
        if (value != null && value.isScalar() && at % 8 == 0) {
            boolean fits = size == 8 || value.ranges.umax >>> 8 * size == 0;
            if (fits && valueNumber >= 0) {
                v.alu.giveId(value);
            }
            spill(f, s, index, value, size);
            if (!fits) {
                s.spilled.forgetId();
            }
        } else if (immediate != null && at % 8 == 0) {
            spill(f, s, index, Reg.constant(immediate), size);
        } else if (value != null && value.isPointer()) {
            if (size != 8) {
                throw v.access("invalid size of register spill");
            }
            if (f != v.frame() && value.type == RegType.STACK) {
                throw v.invalid("cannot spill pointers to stack into stack frame of the caller");
            }
            spill(f, s, index, value, 8);
        } else {
            boolean zero = value != null && value.isNull() || immediate != null && immediate == 0;
            if (zero && valueNumber >= 0) {
                v.precision.mark(valueNumber);
            }
            s.scrubSpill();
            if (size == 8) {
                f.written.set(index);
            }
            for (int i = 0; i < size; i++) {
                s.kinds[(-at - 1 - i) % 8] = zero ? Slot.ZERO : Slot.MISC;
            }
            s.iter = null;
            v.exploration.forgetStackAccess();
        }
    }

    private void spill(Frame f, Slot s, int index, Reg value, int size) {
        if (size == 8) {
            f.written.set(index);
        }
        s.spilled = value.copy();
        s.spilled.precise = false;
        if (value.precise) {
            s.spilled.precise = true;
        }
        s.iter = null;
        for (int i = 0; i < 8; i++) {
            if (i < size) {
                s.kinds[7 - i] = Slot.SPILL;
            } else if (s.kinds[7 - i] != Slot.ZERO && s.kinds[7 - i] != Slot.INVALID) {
                s.kinds[7 - i] = Slot.MISC;
            }
        }
        if (s.spilled.isScalar() && size < 8) {
            s.spilled.ranges = s.spilled.ranges.truncate(size);
        }
    }

    private void writeVariable(Frame f, Reg pointer, int off, int size, Reg value, int valueNumber, Long immediate) {
        int from = (int) (pointer.ranges.smin + off);
        int to = (int) (pointer.ranges.smax + off) + size;
        f.growStack(-from);
        v.fastcalls.reached(f.subprogram, from);
        boolean zero = value != null && value.isNull() || immediate != null && immediate == 0;
        boolean zeroUsed = false;
        for (int at = from; at < to; at++) {
            int index = (-at - 1) / 8;
            v.dynptrs.destroyOverwritten(f, index);
            Slot s = f.stack[index];
            int b = (-at - 1) % 8;
            if (zero && s.isSpillOfScalar() && s.spilled.ranges.isConstant(0)) {
                s.spilled.precise = true;
                zeroUsed = true;
                continue;
            }
            boolean staysZero = zero && s.kinds[b] == Slot.ZERO;
            zeroUsed |= staysZero;
            s.scrubSpill();
            s.kinds[b] = staysZero ? Slot.ZERO : Slot.MISC;
            s.iter = null;
        }
        if (zeroUsed && valueNumber >= 0) {
            v.precision.mark(valueNumber);
        }
        v.exploration.forgetStackAccess();
    }

    /** What a helper will have written: found out while its arguments are checked. */
    static final class RawWrite {
        int number = -1;
        int size;
    }

    /**
     * A helper reads (and perhaps writes) stack memory: all of it must be initialised, unless the helper fills it.
     *
     * @param raw where to note memory that the helper fills; null if it reads
     */
    void checkInitialized(int number, Reg pointer, int off, int size, boolean helper, RawWrite raw) {
        Frame f = frameOf(pointer);
        boolean fixed = pointer.ranges.isConstant();
        int from = (int) (off + pointer.ranges.smin);
        int to = (int) (off + pointer.ranges.smax) + size;
        f.growStack(-from);
        if (raw != null && fixed) {
            for (int at = from; at < to; at++) {
                if (f.stack[(-at - 1) / 8].kinds[(-at - 1) % 8] == Slot.DYNPTR) {
                    throw v.access("potential write to dynptr at off=" + at + " disallowed");
                }
            }
            raw.number = number;
            raw.size = size;
            return;
        }
        for (int at = from; at < to; at++) {
            int index = (-at - 1) / 8;
            Slot s = f.stack[index];
            int b = (-at - 1) % 8;
            byte kind = s.kinds[b];
            if (kind == Slot.DYNPTR || kind == Slot.ITER) {
                throw v.access(
                        "invalid read from stack R" + number + " off " + from + "+" + (at - from) + " size " + size);
            }
            if (helper && (kind == Slot.ZERO || kind == Slot.INVALID || s.isSpill())) {
                if (s.isSpill()) {
                    // The helper may also write: the value is not known afterwards.
                    markRead(f, index);
                    s.scrubSpill();
                }
                s.kinds[b] = Slot.MISC;
            }
            markRead(f, index);
        }
    }

    /** Linux reads stack arguments as memory; a zero-sized one needs a helper that allows it. */
    void checkHelperAccess(int number, Reg pointer, int size, boolean zeroAllowed, boolean write, RawWrite raw) {
        if (size == 0 && !zeroAllowed) {
            throw v.access("invalid zero-sized read");
        }
        if (size < 0) {
            throw new Refused(Errno.EACCES, v.slot, "invalid negative access size");
        }
        checkBounds(number, pointer, pointer.off, size, true);
        checkInitialized(number, pointer, pointer.off, size, true, raw);
    }
}
