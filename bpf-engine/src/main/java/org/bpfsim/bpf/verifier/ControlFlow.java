package org.bpfsim.bpf.verifier;

import java.util.BitSet;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/**
 * The control flow graph: all code is reachable, jumps stay within their function, functions do not fall into each other,
 * and where states are worth keeping (Linux 6.12: {@code check_cfg()}, {@code check_subprogs()}).
 */
final class ControlFlow {
    private final Verification v;
    /** Where paths may meet. */
    final BitSet prunePoints = new BitSet();
    /** Where jumps lead, and where functions begin that are called. */
    final BitSet jumpTargets = new BitSet();
    /** Instructions that a path notes having come to: what follows calls, and where jumps lead (Linux: mark_jmp_point()). */
    final BitSet noted = new BitSet();
    /** Where a state must be kept: loops of iterators and callbacks turn here. */
    final BitSet forced = new BitSet();

    final BitSet callsCallback = new BitSet();
    final BitSet iteratorNext = new BitSet();

    ControlFlow(Verification v) {
        this.v = v;
    }

    void check() {
        boundaries();
        BitSet seen = new BitSet();
        int[] work = new int[2 * v.code.length + v.subprograms.count() + 2];
        int top = 0;
        work[top++] = 0;
        seen.set(0);
        prunePoints.set(0);
        for (int i = 1; i < v.subprograms.count(); i++) {
            // Global functions are verified on their own, callbacks from a helper: each is an entry.
            if (v.subprograms.isCallback(i) || v.subprograms.global(i) && v.subprograms.reachable(i)) {
                int start = v.subprograms.start(i);
                if (!seen.get(start)) {
                    seen.set(start);
                    work[top++] = start;
                }
            }
        }
        while (top > 0) {
            int at = work[--top];
            for (int next : successors(at, true)) {
                if (!seen.get(next)) {
                    seen.set(next);
                    work[top++] = next;
                }
            }
            mark(at);
        }
        for (int i = 0; i < v.code.length; i++) {
            if (v.code[i] != null && !seen.get(i)) {
                throw new Refused(Errno.EINVAL, i, "unreachable insn " + i);
            }
        }
    }

    /** Jumps stay within their function, and the last instruction of each does not fall through. */
    private void boundaries() {
        for (int s = 0; s < v.subprograms.count(); s++) {
            int start = v.subprograms.start(s);
            int end = v.subprograms.end(s);
            int last = -1;
            for (int i = start; i < end; i++) {
                if (v.code[i] == null) {
                    continue;
                }
                last = i;
                if (Opcode.isJump(v.code[i].opcode()) && !isCallOrExit(v.code[i])) {
                    int target = target(i);
                    if (target < start || target >= end) {
                        throw new Refused(Errno.EINVAL, i, "jump out of range from insn " + i + " to " + target);
                    }
                    if (v.code[target] == null) {
                        throw new Refused(Errno.EINVAL, i, "jump into the middle of ldimm64 insn " + target);
                    }
                }
            }
            Instruction insn = v.code[last];
            boolean stops =
                    insn.opcode() == Opcode.EXIT || insn.opcode() == Opcode.JUMP || insn.opcode() == Opcode.JUMP_LONG;
            if (!stops) {
                throw new Refused(Errno.EINVAL, last, "last insn is not an exit or jmp");
            }
        }
    }

    private static boolean isCallOrExit(Instruction insn) {
        int code = Opcode.codeOf(insn.opcode());
        return Opcode.classOf(insn.opcode()) == Opcode.CLASS_JMP
                && (code == Opcode.CALL_CODE || code == Opcode.EXIT_CODE);
    }

    /** Where a jump leads if it is taken. */
    int target(int slot) {
        Instruction insn = v.code[slot];
        return slot + 1 + (insn.opcode() == Opcode.JUMP_LONG ? (int) insn.immediate() : insn.offset());
    }

    /** The instructions that may come next; a local call also leads into its function if asked for. */
    int[] successors(int slot, boolean intoCalls) {
        Instruction insn = v.code[slot];
        int next = slot + insn.slots();
        if (Opcode.isJump(insn.opcode())) {
            int code = Opcode.codeOf(insn.opcode());
            if (insn.opcode() == Opcode.EXIT) {
                return new int[0];
            } else if (code == Opcode.JA) {
                return new int[] {target(slot)};
            } else if (code == Opcode.CALL_CODE) {
                return intoCalls && insn.isLocalCall()
                        ? new int[] {next, v.subprograms.target(slot)}
                        : new int[] {next};
            }
            return new int[] {next, target(slot)};
        }
        return new int[] {next};
    }

    private void mark(int slot) {
        Instruction insn = v.code[slot];
        if (insn.isFunctionAddress()) {
            prunePoints.set(slot);
            prunePoints.set(slot + insn.slots());
            noted.set(slot + insn.slots());
        }
        if (!Opcode.isJump(insn.opcode())) {
            return;
        }
        int code = Opcode.codeOf(insn.opcode());
        if (code == Opcode.EXIT_CODE) {
            return;
        }
        if (code == Opcode.JA) {
            leadsTo(target(slot));
        } else if (code == Opcode.CALL_CODE) {
            prunePoints.set(slot + 1);
            noted.set(slot + 1);
            call(slot, insn);
        } else {
            prunePoints.set(slot);
            leadsTo(target(slot));
            if (code == Opcode.JCOND) {
                forced.set(slot);
            }
        }
    }

    private void leadsTo(int target) {
        prunePoints.set(target);
        jumpTargets.set(target);
        noted.set(target);
    }

    private void call(int slot, Instruction insn) {
        if (insn.isLocalCall()) {
            prunePoints.set(slot);
            leadsTo(v.subprograms.target(slot));
        } else if (insn.src() == Opcode.HELPER_CALL) {
            if (CallCheck.callsSynchronousCallback((int) insn.immediate())) {
                callsCallback.set(slot);
                prunePoints.set(slot);
                noted.set(slot);
                forced.set(slot);
            } else if (CallCheck.callsAsynchronousCallback((int) insn.immediate())) {
                prunePoints.set(slot);
            }
        } else if (v.input.operands().get(slot) instanceof VerifierInput.Operand.OfKfunc kfunc
                && KfuncContract.isIteratorNext(kfunc.name())) {
            iteratorNext.set(slot);
            prunePoints.set(slot);
            forced.set(slot);
        }
    }
}
