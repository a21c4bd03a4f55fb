package org.bpfsim.bpf.verifier;

import java.util.Set;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.helper.HelperNames;

/** Calls of the program's own functions, and of its callbacks by helpers. */
final class CallCheck {
    private static final Set<String> SYNCHRONOUS =
            Set.of("bpf_for_each_map_elem", "bpf_loop", "bpf_find_vma", "bpf_user_ringbuf_drain");
    private static final Set<String> ASYNCHRONOUS = Set.of("bpf_timer_set_callback");

    private final Verification v;

    CallCheck(Verification v) {
        this.v = v;
    }

    static boolean callsSynchronousCallback(int helper) {
        return SYNCHRONOUS.contains(HelperNames.nameOf(helper));
    }

    static boolean callsAsynchronousCallback(int helper) {
        return ASYNCHRONOUS.contains(HelperNames.nameOf(helper));
    }

    int target(int slot) {
        return v.subprograms.target(slot);
    }

    /** A {@code call} of a function of the program. Answers the slot to go on with. */
    int local() {
        int subprogram = v.subprograms.at(target(v.slot));
        if (v.subprograms.global(subprogram)) {
            checkArguments(subprogram);
            v.calledGlobals.set(subprogram);
            if (v.state.lockId != 0) {
                throw v.invalid(
                        "global function calls are not allowed while holding a lock," + " use static function instead");
            }
            if (v.state.preemptDepth > 0) {
                throw v.invalid("global function calls are not allowed with preemption disabled,"
                        + " use static function instead");
            }
            v.log.note(
                    "Func#" + subprogram + " ('" + v.subprograms.name(subprogram) + "') is global and assumed valid.");
            v.clobberCallerSaved();
            v.reg(0).setUnknown();
            if (v.context.changesPackets(subprogram)) {
                v.clearPacketPointers();
            }
            return v.slot + 1;
        }
        Frame caller = v.frame();
        Frame callee = push(subprogram, v.slot);
        for (int i = 1; i <= 5; i++) {
            callee.regs[i].set(caller.regs[i]);
        }
        for (int i = 0; i <= 5; i++) {
            caller.regs[i].setNotInit();
        }
        v.log.entered(v.state);
        return v.subprograms.start(subprogram);
    }

    Frame push(int subprogram, int callSite) {
        int depth = v.state.frames.size();
        if (depth >= Verification.MAX_FRAMES) {
            throw new Refused(Errno.E2BIG, v.slot, "the call stack of " + (depth + 1) + " frames is too deep");
        }
        Frame callee = new Frame(depth, subprogram, callSite);
        callee.fresh = true;
        v.state.frames.add(callee);
        v.exploration.noteFrameEntered();
        return callee;
    }

    /** What a global function's BTF says it takes, its callers must give. */
    private void checkArguments(int subprogram) {
        BtfType.Prototype prototype = v.subprograms.prototype(subprogram);
        if (prototype == null) {
            return;
        }
        Btf btf = v.input.types();
        for (int i = 0; i < prototype.parameters().size(); i++) {
            int number = i + 1;
            Reg r = v.readable(number);
            GlobalArgument a = GlobalArgument.of(v, btf, v.subprograms.btfId(subprogram), i, prototype);
            switch (a.kind()) {
                case SCALAR -> {
                    if (!r.isScalar()) {
                        throw v.invalid("R" + number + " is not a scalar");
                    }
                }
                case CTX -> {
                    if (r.type != RegType.CTX || r.off != 0) {
                        throw v.invalid("arg#" + i + " expected pointer to ctx, but got " + r.typeName());
                    }
                }
                case MEM -> {
                    if (r.isNull() && a.nullable()) {
                        break;
                    }
                    if (r.maybeNull() && !a.nullable()) {
                        throw v.invalid("arg#" + i + " is expected to be non-NULL");
                    }
                    Reg kept = r.copy();
                    r.flags &= ~Reg.MAYBE_NULL;
                    try {
                        v.memory.helperAccess(number, a.bytes(), true, false, null);
                    } finally {
                        r.flags = kept.flags;
                    }
                }
                case DYNPTR -> v.dynptrs.checkArgument(number, null, false);
                case ARENA -> {
                    if (r.type != RegType.ARENA && !r.isScalar()) {
                        throw v.invalid("R" + number + " is not a pointer to arena or scalar.");
                    }
                }
                case BTF -> {
                    if (r.isNull() && a.nullable()) {
                        break;
                    }
                    if (!r.isBtf()
                            || !a.untrusted() && !(r.has(Reg.TRUSTED) || r.refId != 0)
                            || r.maybeNull() && !a.nullable()
                            || !KernelTypesView.embeds(r.btf, r.off, a.type())) {
                        throw v.invalid(
                                "R" + number + " type=" + r.typeName() + " expected=ptr_, trusted_ptr_, rcu_ptr_");
                    }
                }
                default ->
                    throw v.invalid(
                            "Arg#" + i + " type in " + v.subprograms.name(subprogram) + "() is not supported yet.");
            }
        }
    }

    /** Puts aside one run of a callback: the helper may call it any number of times. */
    void synchronousCallback(int helper, Reg function) {
        String name = HelperNames.nameOf(helper);
        State aside = v.exploration.putAside(v.subprograms.start(function.subprogram));
        State kept = v.state;
        v.state = aside;
        Frame caller = v.frame();
        Frame callee = push(function.subprogram, v.slot);
        callee.callback = true;
        aside.callbackUnroll++;
        callee.returnMin = 0;
        callee.returnMax = 1;
        switch (name) {
            case "bpf_loop" -> {
                callee.regs[1].setUnknown();
                callee.regs[2].set(caller.regs[3]);
            }
            case "bpf_for_each_map_elem" -> {
                callee.regs[1].set(caller.regs[1]);
                Reg key = callee.regs[2];
                key.set(Reg.pointer(RegType.MAP_KEY, 0));
                key.map = caller.regs[1].map;
                Reg value = callee.regs[3];
                value.set(Reg.pointer(RegType.MAP_VALUE, 0));
                value.map = caller.regs[1].map;
                value.id = v.mapFields.find(value.map, "spin_lock") != null ? v.newId() : 0;
                callee.regs[4].set(caller.regs[3]);
            }
            case "bpf_find_vma" -> {
                callee.regs[1].set(caller.regs[1]);
                v.kernel.struct("vm_area_struct").ifPresent(t -> callee.regs[2].set(Reg.btf(t, 0)));
                callee.regs[3].set(caller.regs[4]);
            }
            default -> {
                callee.regs[1].set(Reg.pointer(RegType.DYNPTR, 0));
                callee.regs[1].dynptr = DynptrKind.LOCAL;
                callee.regs[2].set(caller.regs[3]);
            }
        }
        // The caller keeps its arguments: after the callback the path is at the call again.
        caller.callbackDepth++;
        v.state = kept;
        v.frame().callbackDepth = 0;
    }

    /** Verifies the callback of a timer as an entry of its own. */
    void asynchronousCallback(Reg function, MapSpec map, int mapUid) {
        int entries = v.frame().asyncEntries + 1;
        State aside = v.exploration.putAsideFresh(function.subprogram, v.subprograms.start(function.subprogram));
        Frame callee = aside.frame(0);
        callee.asyncCallback = true;
        callee.asyncEntries = entries;
        callee.returnMin = 0;
        callee.returnMax = 0;
        callee.regs[1].set(Reg.pointer(RegType.CONST_MAP, 0));
        callee.regs[2].set(Reg.pointer(RegType.MAP_KEY, 0));
        callee.regs[3].set(Reg.pointer(RegType.MAP_VALUE, 0));
        for (int i = 1; i <= 3; i++) {
            callee.regs[i].map = map;
            callee.regs[i].mapUid = mapUid;
        }
    }

    /** A packet load beyond the packet's end returns from the function at once, with 0. */
    void earlyReturn() {
        Frame callee = v.frame();
        if (callee.callback) {
            return;
        }
        State aside = v.exploration.putAside(callee.callSite + 1);
        aside.frame(callee.number - 1).regs[0].setUnknown();
        aside.frames.remove(callee.number);
    }

    /** At {@code exit} of a function of the program. Answers the slot to go on with. */
    int exit() {
        Frame callee = v.frame();
        Frame caller = v.state.frame(callee.number - 1);
        Reg r0 = callee.regs[0];
        if (r0.type == RegType.STACK) {
            throw v.invalid("cannot return stack pointer to the caller");
        }
        if (callee.callback) {
            if (!r0.isScalar()) {
                throw v.access("R0 not a scalar value");
            }
            v.precision.mark(0);
            if (r0.ranges.smin < callee.returnMin || r0.ranges.smax > callee.returnMax) {
                throw v.invalid(ReturnCheck.range("At callback return", r0, callee.returnMin, callee.returnMax));
            }
            v.checkNoReferencesOfCallback();
            v.state.frames.remove(callee.number);
            v.log.returned(v.state, callee, v.slot, callee.callSite);
            // Back to the call: the helper may go on or call again.
            v.exploration.widenAfterCallback(callee.callSite);
            return callee.callSite;
        }
        caller.regs[0].set(r0);
        v.state.frames.remove(callee.number);
        v.log.returned(v.state, callee, v.slot, callee.callSite + 1);
        return callee.callSite + 1;
    }
}
