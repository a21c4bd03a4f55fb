package org.bpfsim.bpf.verifier;

/** Dynptrs on the stack: two slots that only their helpers may touch (docs.kernel.org/bpf: dynptrs). */
final class DynptrCheck {
    private final Verification v;

    DynptrCheck(Verification v) {
        this.v = v;
    }

    /** Index of the slot at the address, which must be where a dynptr can be. */
    private int index(Reg r, int number) {
        if (!r.ranges.isConstant()) {
            throw v.invalid("dynptr has to be at a constant offset");
        }
        long at = r.off + r.ranges.value();
        if (at % 8 != 0 || at > -16 || at < -Verification.MAX_STACK) {
            throw v.invalid("cannot pass in dynptr at an offset=" + at);
        }
        v.facts.object(number, v.stack.frameOf(r), (int) at, 16);
        return (int) (-at / 8) - 1;
    }

    void helperArgument(HelperCheck.Call call, HelperContract.Argument a, int number) {
        DynptrKind kind = a.has("local") ? DynptrKind.LOCAL : a.has("ringbuf") ? DynptrKind.RINGBUF : null;
        boolean uninit = a.uninit();
        if (uninit) {
            checkUninit(number);
            int id = 0;
            if (kind == DynptrKind.RINGBUF) {
                id = v.acquireReference();
            }
            make(number, kind, id);
            return;
        }
        Reg r = v.reg(number);
        checkArgument(number, kind, a.has("release"));
        call.dynptrKind = kindOf(number);
        // Slices die with their dynptr: they carry its id as their reference.
        if (r.type == RegType.STACK) {
            call.dynptrId = slotOf(r, number).spilled.id;
        } else {
            call.dynptrId = r.id;
        }
    }

    void checkUninit(int number) {
        Reg r = v.reg(number);
        if (r.type != RegType.STACK) {
            throw v.invalid("arg#" + (number - 1) + " expected pointer to stack or const struct bpf_dynptr");
        }
        int i = index(r, number);
        Frame f = v.stack.frameOf(r);
        f.growStack(8 * (i + 1));
        v.fastcalls.reached(f.subprogram, -8 * (i + 1));
        for (int s = i; s >= i - 1; s--) {
            if (f.stack[s].kinds[7] == Slot.DYNPTR) {
                int ref = f.stack[s].spilled.refId;
                if (ref != 0) {
                    throw v.invalid("cannot overwrite referenced dynptr");
                }
                destroy(f, s);
            }
        }
    }

    /** Puts a new dynptr where the register points to. */
    void make(int number, DynptrKind kind, int refId) {
        Reg r = v.reg(number);
        Frame f = v.stack.frameOf(r);
        int i = index(r, number);
        int id = refId != 0 ? refId : v.newId();
        for (int s = i; s >= i - 1; s--) {
            Slot slot = f.stack[s];
            slot.fill(Slot.DYNPTR);
            slot.first = s == i;
            slot.spilled = Reg.pointer(RegType.DYNPTR, 0);
            slot.spilled.dynptr = kind;
            slot.spilled.id = id;
            slot.spilled.refId = refId;
            f.written.set(s);
        }
    }

    Slot slotOf(Reg r, int number) {
        Frame f = v.stack.frameOf(r);
        int i = index(r, number);
        return i < f.stack.length ? f.stack[i] : new Slot();
    }

    DynptrKind kindOf(int number) {
        Reg r = v.reg(number);
        return r.type == RegType.DYNPTR ? r.dynptr : slotOf(r, number).spilled.dynptr;
    }

    /** An initialised dynptr of a kind (null: any). */
    void checkArgument(int number, DynptrKind kind, boolean release) {
        Reg r = v.reg(number);
        if (r.type == RegType.DYNPTR) {
            v.memory.checkFixedOffset(r, number, false);
            if (release) {
                throw v.invalid("CONST_PTR_TO_DYNPTR cannot be released");
            }
            return;
        }
        if (r.type != RegType.STACK) {
            throw v.invalid("arg#" + (number - 1) + " expected pointer to stack or const struct bpf_dynptr");
        }
        Frame f = v.stack.frameOf(r);
        int i = index(r, number);
        boolean good = i < f.stack.length
                && i >= 1
                && f.stack[i].kinds[7] == Slot.DYNPTR
                && f.stack[i].first
                && f.stack[i - 1].kinds[7] == Slot.DYNPTR;
        if (!good) {
            throw v.invalid("Expected an initialized dynptr as arg #" + number);
        }
        v.stack.markRead(f, i);
        v.stack.markRead(f, i - 1);
        if (kind != null && f.stack[i].spilled.dynptr != kind) {
            throw v.invalid("Expected a dynptr of type " + kind.name().toLowerCase(java.util.Locale.ROOT) + " as arg #"
                    + number);
        }
        if (release && f.stack[i].spilled.refId == 0) {
            throw v.invalid("arg " + number + " is an unacquired reference");
        }
    }

    /** Submit or discard. */
    void release(int number) {
        Reg r = v.reg(number);
        Frame f = v.stack.frameOf(r);
        int i = index(r, number);
        int ref = f.stack[i].spilled.refId;
        for (int s = i; s >= i - 1; s--) {
            f.stack[s].fill(Slot.INVALID);
        }
        // Clones of it go with it.
        for (Frame frame : v.state.frames) {
            for (Slot slot : frame.stack) {
                if (slot.kinds[7] == Slot.DYNPTR && slot.spilled.refId == ref) {
                    slot.fill(Slot.INVALID);
                }
            }
        }
        if (!v.releaseReference(ref)) {
            throw v.invalid("reference has not been acquired before");
        }
    }

    /** A store into a dynptr ends it. */
    void destroyOverwritten(Frame f, int index) {
        if (f.stack[index].kinds[7] != Slot.DYNPTR) {
            return;
        }
        if (f.stack[index].spilled.refId != 0) {
            int id = f.stack[index].spilled.id;
            throw v.invalid("cannot overwrite referenced dynptr" + (id == 0 ? "" : ""));
        }
        destroy(f, index);
    }

    private void destroy(Frame f, int index) {
        int other = f.stack[index].first ? index - 1 : index + 1;
        int id = f.stack[index].spilled.id;
        f.stack[index].fill(Slot.INVALID);
        if (other >= 0 && other < f.stack.length && f.stack[other].kinds[7] == Slot.DYNPTR) {
            f.stack[other].fill(Slot.INVALID);
        }
        // Slices of it are void.
        v.state.forEachReg(r -> {
            if (r.type == RegType.MEM && r.refId == id && id != 0) {
                r.setUnknown();
            }
        });
    }
}
