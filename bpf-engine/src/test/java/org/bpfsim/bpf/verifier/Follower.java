package org.bpfsim.bpf.verifier;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.interpreter.Watch;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.AddressLayout;

/**
 * Follows a run over the verifier's {@link Trail}: at every instruction, what registers and stack hold must be what the verifier
 * said of some of its ways there.
 *
 * <p>Where a path was left for an explored state, numbers on which nothing rests may differ from that state's. Such a number is
 * distrusted, and so is what is computed from it; if the verifier ever used it, that is a finding, too.
 */
public final class Follower implements Watch {
    private static final int FRAMES = AddressLayout.FRAMES;
    private static final int SLOTS = AddressLayout.FRAME_BYTES / 8;
    private static final int MAX_WAYS = 64;

    /** The run is where the verifier has never been, or holds what the verifier excluded. */
    public static final class Unforeseen extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unforeseen(String message) {
            super(message);
        }
    }

    /** The run was followed for as many steps as was asked for. */
    public static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** One way of the verifier that the run may be on. */
    private static final class Way {
        final Trail.Node node;
        final boolean[][] registers = new boolean[FRAMES][11];
        final boolean[][] slots = new boolean[FRAMES][SLOTS];

        /** All is trusted. */
        Way(Trail.Node node) {
            this.node = node;
            for (int f = 0; f < FRAMES; f++) {
                fresh(f);
            }
        }

        Way(Trail.Node node, Way from) {
            this.node = node;
            for (int f = 0; f < FRAMES; f++) {
                System.arraycopy(from.registers[f], 0, registers[f], 0, 11);
                System.arraycopy(from.slots[f], 0, slots[f], 0, SLOTS);
            }
        }

        void fresh(int frame) {
            java.util.Arrays.fill(registers[frame], true);
            java.util.Arrays.fill(slots[frame], true);
        }
    }

    private final Trail trail;
    private final Verification verification;
    private final long maxSteps;
    private List<Way> ways = List.of();
    private long steps;
    private long checked;
    private final List<String> misses = new ArrayList<>();
    private long[][] registers;
    private byte[] stack;

    private Follower(Trail trail, long maxSteps) {
        this.trail = trail;
        this.verification = trail.verification();
        this.maxSteps = maxSteps;
    }

    /**
     * For runs of a program, one after the other; null if the verifier needs more than so many instructions, or refuses it.
     *
     * @param maxSteps after which {@link Enough} ends a run
     */
    public static Follower of(VerifierInput input, int instructions, long maxSteps) {
        Trail trail = Trail.of(input, instructions);
        return trail == null ? null : new Follower(trail, maxSteps);
    }

    /** Forgets the run that was followed. */
    public void restart() {
        ways = List.of();
        steps = 0;
    }

    /** Registers and stack slots that were compared with what was known of them. */
    public long checked() {
        return checked;
    }

    @Override
    public long before(int slot, int frame, long[][] concrete, byte[] bytes) {
        registers = concrete;
        stack = bytes;
        misses.clear();
        List<Way> found = new ArrayList<>();
        if (steps++ == 0) {
            arrive(new Way(trail.first()), slot, frame, found);
        } else {
            for (Way way : ways) {
                advance(way, slot, frame, found);
            }
        }
        if (found.isEmpty()) {
            throw new Unforeseen("the run comes to slot " + slot + " of frame " + frame + " in step " + steps
                    + " as the verifier never did:" + String.join("", misses) + "\n  it comes from"
                    + before());
        }
        ways = found;
        if (steps >= maxSteps) {
            throw new Enough();
        }
        return 0;
    }

    private String before() {
        StringBuilder text = new StringBuilder();
        for (Way way : ways) {
            text.append("\n  ").append(way.node);
        }
        return text.toString();
    }

    /** Over the instruction of a way's node. */
    private void advance(Way way, int slot, int frame, List<Way> found) {
        for (Trail.Node next : way.node.next) {
            Way over = new Way(next, way);
            execute(over, way);
            boolean here = next.slot == slot && next.frame() == frame;
            if (here) {
                arrive(over, slot, frame, found);
            } else if (next.frame() < way.node.frame() && callsBack(next.slot)) {
                // A callback has returned: the helper's call is looked at again, without a step of the run. The helper
                // may have
                // returned since, too.
                over.registers[next.frame()][0] = false;
                Way call = settle(over);
                if (call != null) {
                    advance(call, slot, frame, found);
                }
            }
        }
    }

    private void arrive(Way way, int slot, int frame, List<Way> found) {
        Way settled = settle(way);
        if (settled == null || found.stream().anyMatch(w -> w.node == settled.node)) {
            return;
        }
        if (found.size() < MAX_WAYS) {
            found.add(settled);
        }
        int cls = Opcode.classOf(verification.code[slot].opcode());
        if (cls == Opcode.CLASS_ALU || cls == Opcode.CLASS_ALU64) {
            // A number that was split into two cases: the same instruction again, without a step.
            for (Trail.Node next : settled.node.next) {
                if (next.slot == slot && next.frame() == frame) {
                    arrive(new Way(next, settled), slot, frame, found);
                }
            }
        }
    }

    /** The way itself, or the one that covers it; null if the run is not on it. */
    private Way settle(Way way) {
        String miss = miss(way);
        if (miss != null) {
            misses.add("\n  not " + way.node + "\n    as " + miss);
            return null;
        }
        return way.node.coveredHow == null ? way : covered(way);
    }

    private Way covered(Way way) {
        Trail.Node by = way.node.coveredBy;
        Way result = new Way(by, way);
        boolean within = way.node.coveredHow == StateComparison.Mode.WITHIN;
        for (Frame f : by.explored.frames) {
            int live = live(by, f.number);
            for (int i = 0; i < 10; i++) {
                Reg r = f.regs[i];
                boolean compared =
                        (live >> i & 1) != 0 && r.type != RegType.NOT_INIT && (!r.isScalar() || within || r.precise);
                result.registers[f.number][i] &= compared;
            }
            for (int i = 0; i < f.stack.length; i++) {
                Slot s = f.stack[i];
                boolean compared = (within || f.read.get(i)) && (!s.isSpillOfScalar() || within || s.spilled.precise);
                result.slots[f.number][i] &= compared;
            }
        }
        String miss = miss(result);
        if (miss != null) {
            misses.add("\n  left " + way.node + "\n  for " + by + "\n    but " + miss);
            return null;
        }
        return result;
    }

    // What is known against what is.

    /** What the run holds otherwise than the way says; null if nothing. */
    private String miss(Way way) {
        for (Frame f : way.node.state.frames) {
            for (int i = 0; i < 11; i++) {
                // A number that nobody will read may have been asked for all the same: because it is linked to one that
                // was.
                boolean wanted = ((way.node.wanted[f.number] & live(way.node, f.number)) >> i & 1) != 0;
                boolean claimed = way.registers[f.number][i] || wanted;
                if (claimed && f.regs[i].type != RegType.NOT_INIT) {
                    checked++;
                    long value = registers[f.number][i];
                    if (!allows(f.regs[i], value)) {
                        return String.format(
                                "R%d of frame %d is 0x%x, not %s%s",
                                i, f.number, value, f.regs[i], way.registers[f.number][i] ? "" : " (distrusted)");
                    }
                }
            }
            for (int i = 0; i < f.stack.length; i++) {
                // What is loaded from a distrusted slot is a distrusted register: if it was ever used, that one tells.
                if (way.slots[f.number][i]) {
                    checked++;
                    String miss = miss(f, i);
                    if (miss != null) {
                        return miss;
                    }
                }
            }
        }
        return null;
    }

    private int live(Trail.Node node, int frame) {
        return StateComparison.live(verification, node.state, frame, node.slot);
    }

    private String miss(Frame f, int index) {
        Slot s = f.stack[index];
        int at = (f.number + 1) * AddressLayout.FRAME_BYTES - 8 * (index + 1);
        int spilled = 0;
        while (spilled < 8 && s.kinds[7 - spilled] == Slot.SPILL) {
            spilled++;
        }
        for (int i = 0; i < 8; i++) {
            if (s.kinds[7 - i] == Slot.ZERO && stack[at + i] != 0) {
                return "byte " + i + " of fp-" + 8 * (index + 1) + " of frame " + f.number + " is " + stack[at + i]
                        + ", not 0";
            }
        }
        if (spilled == 0) {
            return null;
        }
        long value = 0;
        for (int i = spilled - 1; i >= 0; i--) {
            value = value << 8 | LittleEndian.u8(stack, at + i);
        }
        boolean good = spilled == 8
                ? allows(s.spilled, value)
                : !s.spilled.isScalar() || s.spilled.ranges.truncate(spilled).contains(value);
        return good
                ? null
                : String.format(
                        "fp-%d of frame %d holds 0x%x (%d bytes), not %s",
                        8 * (index + 1), f.number, value, spilled, s.spilled);
    }

    private static boolean allows(Reg r, long value) {
        if (r.isScalar()) {
            return r.ranges.contains(value);
        }
        if (value == 0) {
            return r.maybeNull() || r.type == RegType.BTF;
        }
        return r.type != RegType.STACK || r.ranges.contains(value - AddressLayout.framePointer(r.frame) - r.off);
    }

    // What becomes of trust over an instruction.

    private boolean callsBack(int slot) {
        return verification.flow.callsCallback.get(slot);
    }

    private void execute(Way w, Way from) {
        Trail.Node node = from.node;
        Instruction insn = verification.code[node.slot];
        int f = node.frame();
        boolean[] r = w.registers[f];
        int dst = insn.dst();
        int src = insn.src();
        boolean register = Opcode.registerSource(insn.opcode());
        int code = Opcode.codeOf(insn.opcode());
        switch (Opcode.classOf(insn.opcode())) {
            case Opcode.CLASS_ALU, Opcode.CLASS_ALU64 -> {
                if (code == Opcode.MOV) {
                    r[dst] = !register || r[src];
                } else if (code != Opcode.NEG && code != Opcode.END && register) {
                    r[dst] &= r[src];
                }
            }
            case Opcode.CLASS_LDX -> r[dst] = r[src] & memory(w, node, src, insn, true, true);
            case Opcode.CLASS_ST -> memory(w, node, dst, insn, true, false);
            case Opcode.CLASS_STX -> store(w, node, insn, r, dst, src);
            case Opcode.CLASS_LD -> {
                if (insn.opcode() == Opcode.LD_IMM64) {
                    r[dst] = true;
                } else {
                    java.util.Arrays.fill(r, 0, 6, true);
                    leave(w, f);
                }
            }
            default -> {
                if (insn.opcode() == Opcode.CALL) {
                    call(w, node, insn, r);
                } else if (insn.opcode() == Opcode.EXIT) {
                    if (f > 0 && !node.state.current().callback) {
                        java.util.Arrays.fill(w.registers[f - 1], 1, 6, true);
                        w.registers[f - 1][0] = r[0];
                    }
                    leave(w, f);
                } else if (Opcode.isConditional(insn.opcode())) {
                    branch(w, node, r, dst, register ? src : -1);
                }
            }
        }
    }

    /** The function returned, if it did. */
    private static void leave(Way w, int frame) {
        if (w.node.frame() < frame) {
            w.fresh(frame);
        }
    }

    private static void store(Way w, Trail.Node node, Instruction insn, boolean[] r, int dst, int src) {
        if (Opcode.modeOf(insn.opcode()) != Opcode.MODE_ATOMIC) {
            memory(w, node, dst, insn, r[src], false);
            return;
        }
        boolean before = r[dst] & memory(w, node, dst, insn, true, true);
        memory(w, node, dst, insn, r[src] & before, false);
        if (insn.immediate() == Opcode.CMPXCHG) {
            r[0] = before;
        } else if ((insn.immediate() & Opcode.FETCH) != 0) {
            r[src] = before;
        }
    }

    private void call(Way w, Trail.Node node, Instruction insn, boolean[] r) {
        int f = node.frame();
        if (insn.isLocalCall()) {
            w.fresh(f + 1);
            System.arraycopy(r, 1, w.registers[f + 1], 1, 5);
            java.util.Arrays.fill(r, 0, 6, true);
            return;
        }
        boolean all = true;
        for (int i = 1; i <= 5; i++) {
            all &= r[i] || node.state.current().regs[i].type == RegType.NOT_INIT;
        }
        if (w.node.frame() > f) {
            w.fresh(f + 1);
            java.util.Arrays.fill(w.registers[f + 1], 1, 6, all);
        } else {
            java.util.Arrays.fill(r, 1, 6, true);
            r[0] = all;
        }
    }

    /** A test tells of both its numbers, and of all that are linked to them. */
    private static void branch(Way w, Trail.Node node, boolean[] r, int dst, int src) {
        Reg a = node.state.current().regs[dst];
        Reg b = src < 0 ? null : node.state.current().regs[src];
        boolean trusted = r[dst] && (src < 0 || r[src]);
        List<Runnable> distrust = new ArrayList<>();
        for (Frame f : node.state.frames) {
            for (int i = 0; i < 10; i++) {
                if (linked(f.regs[i], a, b)) {
                    boolean[] of = w.registers[f.number];
                    int index = i;
                    trusted &= of[i];
                    distrust.add(() -> of[index] = false);
                }
            }
            for (int i = 0; i < f.stack.length; i++) {
                if (f.stack[i].isSpillOfScalar() && linked(f.stack[i].spilled, a, b)) {
                    boolean[] of = w.slots[f.number];
                    int index = i;
                    trusted &= of[i];
                    distrust.add(() -> of[index] = false);
                }
            }
        }
        if (!trusted) {
            distrust.forEach(Runnable::run);
            if (src >= 0) {
                r[dst] = false;
                r[src] = false;
            }
        }
    }

    private static boolean linked(Reg r, Reg a, Reg b) {
        return r.isScalar() && r.id != 0 && (a.isScalar() && a.id == r.id || b != null && b.isScalar() && b.id == r.id);
    }

    /** Reads (true) or sets the trust in the stack slots that an access may reach; answers it. */
    private static boolean memory(
            Way w, Trail.Node node, int pointer, Instruction insn, boolean trusted, boolean read) {
        Reg p = node.state.current().regs[pointer];
        if (p.type != RegType.STACK) {
            return trusted;
        }
        int size = Opcode.bytesOf(insn.opcode());
        boolean fixed = p.ranges.isConstant();
        int from = (int) (p.off + insn.offset() + p.ranges.smin);
        int to = (int) (p.off + insn.offset() + p.ranges.smax) + size;
        boolean all = trusted;
        for (int i = (-to) / 8; i <= (-from - 1) / 8; i++) {
            if (read) {
                all &= w.slots[p.frame][i];
            } else {
                boolean whole = fixed && size == 8;
                w.slots[p.frame][i] = trusted && (whole || w.slots[p.frame][i]);
            }
        }
        return all;
    }
}
