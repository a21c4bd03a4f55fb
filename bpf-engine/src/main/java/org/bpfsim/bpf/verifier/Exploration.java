package org.bpfsim.bpf.verifier;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/**
 * Walks the paths of a program, one after the other, and leaves those whose end is known. Long because the walk, its
 * stack of branches and the pruning share one state.
 */
final class Exploration {
    private static final int MAX_ASIDE = 8192;
    /** A longer way back to the last checkpoint makes looking for precision slow. */
    private static final int MAX_HISTORY = 40;

    private record Aside(State state, int slot, int logMark) {}

    /** A path that was left because what follows was being explored: what would come to matter there was not known yet. */
    private record BackEdge(State state, State explored) {}

    /** States of a function that was called from elsewhere are never alike, and do not make one of here look useless. */
    private record Place(int slot, int callSite) {}

    private final Verification v;
    private final Deque<Aside> asides = new ArrayDeque<>();
    private final List<BackEdge> backEdges = new ArrayList<>();
    private Map<Place, List<State>> explored = new HashMap<>();
    private final StaticCheck staticCheck;
    private State upcomingCheckpoint;
    private int lastJumps;
    private int lastProcessed;

    final int[] stackBytes;
    final BitSet asynchronous = new BitSet();
    int totalStates;
    int peakStates;
    int maxStatesPerInsn;

    Exploration(Verification v) {
        this.v = v;
        this.staticCheck = new StaticCheck(v);
        this.stackBytes = new int[v.subprograms.count()];
    }

    /** Walks all paths from the start of a function that is an entry of its own. */
    void explore(int subprogram) {
        explored = new HashMap<>();
        State state = new State();
        Frame f = new Frame(0, subprogram, -1);
        f.fresh = true;
        state.frames.add(f);
        v.state = state;
        v.slot = v.subprograms.start(subprogram);
        if (subprogram == 0) {
            v.context.initial(f);
            checkMain();
        } else {
            v.log.note("Validating " + v.subprograms.name(subprogram) + "() func#" + subprogram + "...");
            arguments(subprogram, f);
        }
        lastJumps = v.jumps;
        lastProcessed = v.processed;
        int mark = v.log.mark();
        v.log.begin();
        while (true) {
            path();
            finishPath();
            Aside next = asides.pollLast();
            if (next == null) {
                if (subprogram > 0) {
                    v.log.note("Func#" + subprogram + " ('" + v.subprograms.name(subprogram)
                            + "') is safe for any args that match its prototype");
                }
                return;
            }
            v.log.reset(Math.max(mark, 0));
            v.state = next.state;
            v.slot = next.slot;
            v.log.arrive(next.state.trace == null ? 0 : next.state.trace.slot);
        }
    }

    private void checkMain() {
        // Callbacks and static functions have no BTF to check; nothing more to ask of the program itself.
    }

    private void arguments(int subprogram, Frame f) {
        BtfType.Prototype prototype = v.subprograms.prototype(subprogram);
        if (prototype == null) {
            return;
        }
        BtfType result = v.input.types().resolve(prototype.returnType());
        if (!(result instanceof BtfType.Int) && !(result instanceof BtfType.Enum)) {
            throw v.invalid("Global function " + v.subprograms.name(subprogram)
                    + "() doesn't return scalar. Only those are supported.");
        }
        if (prototype.parameters().size() > 5) {
            throw v.invalid("Global function " + v.subprograms.name(subprogram) + "() with "
                    + prototype.parameters().size() + " > 5 args. Buggy compiler.");
        }
        for (int i = 0; i < prototype.parameters().size(); i++) {
            GlobalArgument a = GlobalArgument.of(v, v.input.types(), v.subprograms.btfId(subprogram), i, prototype);
            Reg r = f.regs[i + 1];
            switch (a.kind()) {
                case SCALAR -> r.setUnknown();
                case CTX -> r.set(Reg.pointer(RegType.CTX, 0));
                case MEM -> {
                    r.set(Reg.mem(a.bytes(), a.nullable() ? Reg.MAYBE_NULL : 0));
                    r.id = a.nullable() ? v.newId() : 0;
                }
                case DYNPTR -> {
                    r.set(Reg.pointer(RegType.DYNPTR, 0));
                    r.dynptr = DynptrKind.LOCAL;
                    r.id = v.newId();
                }
                case ARENA -> r.set(Reg.pointer(RegType.ARENA, 0));
                case BTF -> {
                    r.set(Reg.btf(
                            a.type(),
                            (a.untrusted() ? Reg.UNTRUSTED : Reg.TRUSTED) | (a.nullable() ? Reg.MAYBE_NULL : 0)));
                    r.id = a.nullable() ? v.newId() : 0;
                }
                default ->
                    throw v.invalid(
                            "Arg#" + i + " type in " + v.subprograms.name(subprogram) + "() is not supported yet.");
            }
        }
    }

    /** Walks until the path ends. */
    private void path() {
        while (true) {
            if (v.slot >= v.code.length) {
                throw v.access("invalid insn idx " + v.slot + " insn_cnt " + v.code.length);
            }
            if (++v.processed > v.insnLimit) {
                throw new Refused(Errno.E2BIG, v.slot, "BPF program is too large. Processed " + v.processed + " insn");
            }
            upcomingCheckpoint = null;
            if (v.flow.prunePoints.get(v.slot) && known()) {
                v.log.safe(v.slot);
                return;
            }
            Trace node = new Trace(v.state.trace, v.slot, v.frame().number);
            node.checkpoint = upcomingCheckpoint;
            v.state.trace = node;
            if (v.flow.noted.get(v.slot)) {
                note();
            }
            v.walk.step(v.state);
            Instruction insn = v.code[v.slot];
            if (insn == null) {
                throw v.invalid("invalid insn idx " + v.slot);
            }
            v.log.instruction(v, v.slot);
            staticCheck.walked(v.slot, insn);
            v.reached.set(v.slot);
            if (v.operands[v.slot] instanceof VerifierInput.Operand.Unresolved unresolved) {
                throw v.missing(Errno.EINVAL, "failed to resolve CO-RE relocation: " + unresolved.reason());
            }
            int next = instruction(insn);
            if (next < 0) {
                return;
            }
            v.log.touched(v, insn);
            v.slot = next;
        }
    }

    /** Answers the next slot; -1 if the path ends. */
    private int instruction(Instruction insn) {
        int next = v.slot + insn.slots();
        switch (Opcode.classOf(insn.opcode())) {
            case Opcode.CLASS_ALU:
            case Opcode.CLASS_ALU64:
                v.alu.check(insn);
                return next;
            case Opcode.CLASS_LDX:
                v.memory.load(insn);
                return next;
            case Opcode.CLASS_ST:
                v.memory.storeImmediate(insn);
                return next;
            case Opcode.CLASS_STX:
                v.memory.storeRegister(insn);
                return next;
            case Opcode.CLASS_LD:
                if (insn.opcode() == Opcode.LD_IMM64) {
                    loadImmediate(insn);
                } else {
                    v.memory.loadPacket(insn);
                }
                return next;
            default:
                v.jumps++;
                return jump(insn);
        }
    }

    private int jump(Instruction insn) {
        int code = Opcode.codeOf(insn.opcode());
        if (insn.opcode() == Opcode.EXIT) {
            return exit();
        } else if (insn.opcode() == Opcode.CALL) {
            if (insn.isLocalCall()) {
                return v.calls.local();
            }
            VerifierInput.Operand operand = v.operands[v.slot];
            if (operand instanceof VerifierInput.Operand.OfKfunc k) {
                return v.kfuncs.call(k.name(), k.present());
            } else if (insn.src() == Opcode.PSEUDO_KFUNC_CALL) {
                throw v.invalid("kernel function btf_id " + insn.immediate() + " is not known");
            }
            return v.helpers.call((int) insn.immediate());
        } else if (code == Opcode.JA) {
            return v.flow.target(v.slot);
        }
        return v.branches.check(insn);
    }

    private int exit() {
        Frame f = v.frame();
        if (f.number > 0) {
            if (!f.callback) {
                v.state.trace.entersFrame = true;
            }
            noteStack(f);
            return v.calls.exit();
        }
        if (v.state.lockId != 0) {
            throw v.invalid("BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region");
        }
        for (State.Reference r : v.state.references) {
            throw v.invalid("Unreleased reference id=" + r.id() + " alloc_insn=" + r.slot());
        }
        if (v.state.rcuDepth > 0) {
            throw v.invalid("bpf_rcu_read_unlock is missing");
        }
        if (v.state.preemptDepth > 0) {
            throw v.invalid(v.state.preemptDepth + " bpf_preempt_enable"
                    + (v.state.preemptDepth == 1 ? " is" : "(s) are") + " missing");
        }
        v.returns.check();
        return -1;
    }

    private void loadImmediate(Instruction insn) {
        v.writable(insn.dst());
        Reg dst = v.reg(insn.dst());
        VerifierInput.Operand operand = v.operands[v.slot];
        if (insn.isFunctionAddress()) {
            Reg r = Reg.pointer(RegType.FUNC, 0);
            r.subprogram = v.subprograms.at(v.subprograms.target(v.slot));
            if (v.subprograms.btfId(r.subprogram) == 0) {
                throw v.invalid("missing btf func_info");
            }
            if (v.subprograms.global(r.subprogram)) {
                throw v.invalid("callback function not static");
            }
            dst.set(r);
        } else if (operand instanceof VerifierInput.Operand.OfMap m) {
            v.context.checkMap(m.map());
            Reg r = Reg.pointer(RegType.CONST_MAP, 0);
            r.map = m.map();
            dst.set(r);
        } else if (operand instanceof VerifierInput.Operand.OfMapValue m) {
            v.context.checkMap(m.map());
            Reg r = Reg.pointer(RegType.MAP_VALUE, 0);
            r.map = m.map();
            r.off = m.offset();
            dst.set(r);
        } else if (operand instanceof VerifierInput.Operand.OfKernelSymbol k) {
            kernelSymbol(dst, k);
        } else if (insn.src() == 0) {
            dst.setConstant(insn.immediate());
        } else {
            throw v.invalid("fd " + (int) insn.immediate() + " is not pointing to valid bpf_map");
        }
    }

    private void kernelSymbol(Reg dst, VerifierInput.Operand.OfKernelSymbol k) {
        if (!k.present()) {
            dst.setConstant(0);
            return;
        }
        if (k.type() == 0) {
            dst.setUnknown();
            return;
        }
        var btf = v.kernel.btf();
        int id = btf.skipModifiers(k.type());
        if (btf.type(id) instanceof BtfType.Struct) {
            dst.set(Reg.btf(new BtfRef(btf, id), 0));
        } else {
            dst.set(Reg.mem(btf.bytes(id).orElse(0L), Reg.RDONLY));
        }
    }

    // Paths.

    /** Keeps a copy of the state to go on with later from another slot. */
    State putAside(int slot) {
        State copy = v.state.copy();
        copy.branches = 1;
        copy.trace = v.state.trace == null ? null : v.state.trace.copy();
        v.walk.aside(v.state.trace, copy.trace);
        asides.addLast(new Aside(copy, slot, v.log.mark()));
        if (copy.parent != null) {
            copy.parent.branches++;
        }
        if (asides.size() > MAX_ASIDE) {
            throw new Refused(Errno.E2BIG, v.slot, "The sequence of " + asides.size() + " jumps is too complex.");
        }
        return copy;
    }

    /** A function that something outside calls later. */
    State putAsideFresh(int subprogram, int slot) {
        State fresh = new State();
        Frame f = new Frame(0, subprogram, v.slot);
        f.fresh = true;
        fresh.frames.add(f);
        asynchronous.set(subprogram);
        asides.addLast(new Aside(fresh, slot, v.log.mark()));
        return fresh;
    }

    private void noteStack(Frame f) {
        stackBytes[f.subprogram] = Math.max(stackBytes[f.subprogram], f.stackBytes());
    }

    private void finishPath() {
        v.state.frames.forEach(this::noteStack);
        State s = v.state;
        s.branches = 0;
        if (s.parent != null && s.loopEntry != null) {
            updateLoopEntry(s.parent, s.loopEntry);
        }
        State p = s.parent;
        while (p != null) {
            p.branches--;
            if (p.branches > 0) {
                break;
            }
            if (p.parent != null && p.loopEntry != null) {
                updateLoopEntry(p.parent, p.loopEntry);
            }
            if (p.usedAsLoopEntry) {
                finishLoop();
            }
            p = p.parent;
        }
    }

    // Notes on the current instruction for Precision.

    void noteStackAccess(int frame, int index) {
        if (v.state.trace != null && v.state.trace.stackFrame < 0) {
            note();
            v.state.trace.stackFrame = frame;
            v.state.trace.stackIndex = index;
        }
    }

    void forgetStackAccess() {
        if (v.state.trace != null) {
            v.state.trace.stackFrame = -1;
        }
    }

    /** Makes the history of the path longer, once for each instruction (Linux 6.12: push_jmp_history()). */
    private void note() {
        if (!v.state.trace.noted) {
            v.state.trace.noted = true;
            v.state.history++;
        }
    }

    void noteLinked(int[] linked) {
        note();
        v.state.trace.linked = linked;
    }

    void noteFrameEntered() {
        v.state.trace.entersFrame = true;
    }

    // Checkpoints.

    /** Whether all that can follow is known; otherwise perhaps keeps the state. */
    private boolean known() {
        v.state.frames.forEach(this::noteStack);
        boolean force = v.input.flags().contains(VerifierInput.Flag.TEST_STATE_FREQ)
                || v.flow.forced.get(v.slot)
                || v.state.history > MAX_HISTORY;
        boolean add = force || v.jumps - lastJumps >= 2 && v.processed - lastProcessed >= 8;
        List<State> states = explored.computeIfAbsent(new Place(v.slot, v.frame().callSite), p -> new ArrayList<>());
        for (Iterator<State> it = states.iterator(); it.hasNext(); ) {
            State old = it.next();
            if (old.branches > 0) {
                if (turnsHere(old)) {
                    hit(old, StateComparison.Mode.WITHIN);
                    return true;
                }
                if (!v.flow.callsCallback.get(v.slot)
                        && !entersCallbackAgain(old)
                        && sameRegisters(old)
                        && old.mayGotoDepth == v.state.mayGotoDepth
                        && old.callbackUnroll == v.state.callbackUnroll
                        && sameIterators(old, v.state)
                        && new StateComparison(v, StateComparison.Mode.SAME).covers(old, v.state)) {
                    throw v.invalid("infinite loop detected at insn " + v.slot);
                }
                if (!force && v.jumps - lastJumps < 20 && v.processed - lastProcessed < 100) {
                    add = false;
                }
            } else {
                State entry = loopEntry(old);
                boolean within = entry != null && entry.branches > 0;
                StateComparison.Mode mode = within ? StateComparison.Mode.WITHIN : StateComparison.Mode.RELEVANT;
                if (new StateComparison(v, mode).covers(old, v.state)) {
                    if (within) {
                        updateLoopEntry(v.state, entry);
                    }
                    hit(old, mode);
                    return true;
                }
            }
            if (add) {
                old.misses++;
            }
            int patience = v.flow.forced.get(v.slot) && old.branches > 0 ? 64 : 3;
            if (old.misses > old.hits * patience + patience) {
                it.remove();
                peakStates--;
            }
        }
        maxStatesPerInsn = Math.max(maxStatesPerInsn, states.size());
        if (add) {
            keep(states);
        }
        return false;
    }

    /** Whether all registers hold the very same: something like a loop (Linux 6.12: states_maybe_looping()). */
    private boolean sameRegisters(State old) {
        Frame before = old.frame(old.frames.size() - 1);
        Frame now = v.frame();
        for (int i = 0; i < 10; i++) {
            Reg a = before.regs[i];
            Reg b = now.regs[i];
            boolean same = a.sameKind(b)
                    && a.ranges.same(b.ranges)
                    && a.plusConstant == b.plusConstant
                    && a.id == b.id
                    && a.refId == b.refId
                    && a.mapUid == b.mapUid;
            if (!same) {
                return false;
            }
        }
        return old.frames.size() == v.state.frames.size();
    }

    /** Whether a callback that sets itself again is verified once more, beneath the first time: that is no loop. */
    private boolean entersCallbackAgain(State old) {
        Frame frame = old.frame(old.frames.size() - 1);
        return frame.asyncCallback && frame.asyncEntries != v.frame().asyncEntries;
    }

    private void hit(State old, StateComparison.Mode mode) {
        old.hits++;
        v.walk.known(v.state, v.slot, old, mode);
        pass(old, v.state);
        if (mode == StateComparison.Mode.WITHIN) {
            backEdges.add(new BackEdge(v.state, old));
        }
    }

    /** What mattered after the explored state matters on the path to the other. Answers whether that was new. */
    private boolean pass(State old, State state) {
        boolean fresh = false;
        for (Frame f : old.frames) {
            for (int i = f.read.nextSetBit(0); i >= 0; i = f.read.nextSetBit(i + 1)) {
                fresh |= State.markRead(state, f.number, i);
            }
        }
        return v.precision.propagate(state, old) | fresh;
    }

    /** All paths of a loop have ended: what mattered on any of them matters on those that were left for it before that was known. */
    private void finishLoop() {
        List<BackEdge> finished = new ArrayList<>();
        backEdges.removeIf(edge -> {
            State entry = loopEntry(edge.explored);
            boolean done = edge.explored.branches == 0 && (entry == null || entry.branches == 0);
            return done && finished.add(edge);
        });
        boolean fresh = true;
        while (fresh) {
            fresh = false;
            for (BackEdge edge : finished) {
                fresh |= pass(edge.explored, edge.state);
            }
        }
    }

    /** Loops of iterators, callbacks and may_goto end once a turn tells nothing new. */
    private boolean turnsHere(State old) {
        if (v.flow.iteratorNext.get(v.slot)) {
            if (new StateComparison(v, StateComparison.Mode.WITHIN).covers(old, v.state) && iteratorTurned(old)) {
                updateLoopEntry(v.state, old);
                return true;
            }
            return false;
        }
        boolean mayGoto = Opcode.codeOf(v.code[v.slot].opcode()) == Opcode.JCOND
                && Opcode.classOf(v.code[v.slot].opcode()) == Opcode.CLASS_JMP;
        if (mayGoto && old.mayGotoDepth != v.state.mayGotoDepth || v.flow.callsCallback.get(v.slot)) {
            if (new StateComparison(v, StateComparison.Mode.WITHIN).covers(old, v.state)) {
                updateLoopEntry(v.state, old);
                return true;
            }
        }
        return false;
    }

    /** The iterator of this call has not ended: what follows was seen with one element before. */
    private boolean iteratorTurned(State old) {
        Reg pointer = v.reg(1);
        if (pointer.type != RegType.STACK || !pointer.ranges.isConstant()) {
            return false;
        }
        Frame f = v.state.frame(pointer.frame);
        int i = (int) (-(pointer.off + pointer.ranges.value()) / 8) - 1;
        return i >= 0 && i < f.stack.length && f.stack[i].iter != null && !f.stack[i].iter.drained();
    }

    private static boolean sameIterators(State a, State b) {
        for (int f = 0; f < a.frames.size() && f < b.frames.size(); f++) {
            Slot[] x = a.frames.get(f).stack;
            Slot[] y = b.frames.get(f).stack;
            for (int i = 0; i < x.length && i < y.length; i++) {
                if (x[i].iter != null && y[i].iter != null && x[i].iter.depth() != y[i].iter.depth()) {
                    return false;
                }
            }
        }
        return true;
    }

    private void keep(List<State> states) {
        State kept = v.state.copy();
        kept.branches = 1;
        kept.slot = v.slot;
        kept.loopEntry = null;
        kept.usedAsLoopEntry = false;
        states.add(kept);
        totalStates++;
        peakStates++;
        lastJumps = v.jumps;
        lastProcessed = v.processed;
        upcomingCheckpoint = kept;
        v.state.parent = kept;
        v.state.history = 0;
        v.state.firstSlot = v.slot;
        v.state.dfsDepth = kept.dfsDepth + 1;
        v.state.loopEntry = null;
        for (Frame f : v.state.frames) {
            f.written.clear();
            f.fresh = false;
            // Precision is asked for anew from here on.
            for (Reg r : f.regs) {
                r.precise = false;
            }
            for (Slot s : f.stack) {
                if (s.isSpillOfScalar()) {
                    s.spilled.precise = false;
                }
            }
        }
        for (Frame f : kept.frames) {
            for (Reg r : f.regs) {
                r.precise = false;
            }
            for (Slot s : f.stack) {
                if (s.isSpillOfScalar()) {
                    s.spilled.precise = false;
                }
            }
        }
    }

    // Loops.

    private static State loopEntry(State s) {
        State top = s.loopEntry;
        int guard = 0;
        while (top != null && top.loopEntry != null && top.loopEntry != top && guard++ < 100_000) {
            top = top.loopEntry;
        }
        return top;
    }

    private static void updateLoopEntry(State cur, State head) {
        State a = loopEntry(cur);
        State b = loopEntry(head);
        State curTop = a == null ? cur : a;
        State headTop = b == null ? head : b;
        if (headTop.branches > 0 && headTop.dfsDepth <= curTop.dfsDepth) {
            cur.loopEntry = head;
            head.usedAsLoopEntry = true;
        }
    }

    /** In a state for another turn, numbers that changed since the last and decided nothing become unknown. */
    void widenAfterIteration(State next, int slot) {
        // The nearest checkpoint here is that of this very turn: the one before it is meant.
        for (State s = v.state.parent == null ? null : v.state.parent.parent; s != null; s = s.parent) {
            if (s.slot == slot && sameFrames(s, next)) {
                widen(s, next);
                return;
            }
        }
    }

    void widenAfterCallback(int callSite) {
        for (State s = v.state.parent; s != null; s = s.parent) {
            if (s.slot == callSite && sameFrames(s, v.state)) {
                widen(s, v.state);
                return;
            }
        }
    }

    private static boolean sameFrames(State a, State b) {
        if (a.frames.size() != b.frames.size()) {
            return false;
        }
        for (int i = 0; i < a.frames.size(); i++) {
            if (a.frames.get(i).callSite != b.frames.get(i).callSite) {
                return false;
            }
        }
        return true;
    }

    private static void widen(State previous, State next) {
        for (int f = 0; f < next.frames.size(); f++) {
            Frame a = previous.frames.get(f);
            Frame b = next.frames.get(f);
            for (int i = 0; i < 10; i++) {
                widen(a.regs[i], b.regs[i]);
            }
            for (int i = 0; i < a.stack.length && i < b.stack.length; i++) {
                if (a.stack[i].isSpillOfScalar() && b.stack[i].isSpillOfScalar()) {
                    widen(a.stack[i].spilled, b.stack[i].spilled);
                }
            }
        }
    }

    private static void widen(Reg previous, Reg next) {
        if (previous.isScalar()
                && next.isScalar()
                && !previous.precise
                && !next.precise
                && !(previous.ranges.same(next.ranges) && previous.id == next.id)) {
            next.setUnknown();
        }
    }
}
