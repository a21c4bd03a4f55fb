package org.bpfsim.bpf.verifier;

import java.util.Arrays;
import java.util.Optional;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.helper.HelperNames;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/**
 * The log in the kernel's form: each instruction with the registers and stack slots that it touched. At level 1 only the path that
 * fails is kept, at level 2 everything; a log that outgrows its buffer loses its beginning, as with the kernel's rolling log.
 */
final class VerifierLog {
    private static final int LIMIT = 1 << 24;
    /** States begin in the first of these columns that leaves a gap of three. */
    private static final int FIRST_COLUMN = 38;

    private static final int COLUMN_STEP = 8;
    private static final int GAP = 3;
    private static final int ALL_REGISTERS = (1 << 11) - 1;
    private static final String SLOT_KINDS = "?rm0di";

    final int level;
    private final StringBuilder text = new StringBuilder();
    private SourceLocation.SourceLine lastLine;
    /** Where a path that was put aside came from; -1 if nothing is to be said of it. */
    private int arrivedFrom = -1;
    /** Everything is new: all of the state is printed with the next instruction. */
    private boolean everything;

    private int touched;
    private final String[] slotsBefore = new String[64];
    private int touchedSlot = -1;
    private boolean compareSlots;
    /** The end of the last instruction's line if nothing came after it, and where that line begins; -1 if none. */
    private int lineEnd = -1;

    private int lineStart;

    VerifierLog(int level) {
        this.level = level;
    }

    void line(String line) {
        text.append(line).append('\n');
        if (text.length() > 2 * LIMIT) {
            text.delete(0, text.length() - LIMIT);
        }
    }

    /** A remark that belongs to no instruction. */
    void note(String note) {
        if (level > 0) {
            line(note);
        }
    }

    int mark() {
        return text.length();
    }

    /** At level 1 a finished path leaves the log. */
    void reset(int mark) {
        if (level < 2 && mark <= text.length()) {
            text.setLength(mark);
            lastLine = null;
        }
    }

    /** A function begins. */
    void begin() {
        everything = true;
        arrivedFrom = -1;
    }

    /** A path that was put aside goes on. */
    void arrive(int from) {
        everything = true;
        arrivedFrom = from;
    }

    /** A call of another function of the program was entered. */
    void entered(State state) {
        if (level > 0) {
            line("caller:");
            line(frame(state, state.frames.get(state.frames.size() - 2)));
            line("callee:");
            line(frame(state, state.current()));
            everything = true;
        }
    }

    /** It returned: {@code callee} is gone from the state. */
    void returned(State state, Frame callee, int from, int to) {
        if (level > 0) {
            line("returning from callee:");
            line(frame(state, callee));
            line("to caller at " + to + ":");
            line(frame(state, state.current()));
            if (level > 1) {
                line("\nfrom " + from + " to " + to + ":" + frame(state, state.current()));
            }
            touched = 0;
        }
    }

    /** A path is not followed further: it is known to be safe from here on. */
    void safe(int slot) {
        if (level > 0) {
            line(arrivedFrom >= 0 ? "\nfrom " + arrivedFrom + " to " + slot + ": safe" : slot + ": safe");
        }
    }

    /** An instruction is about to be looked at. */
    void instruction(Verification v, int slot) {
        if (level == 0) {
            return;
        }
        stateBefore(v.state, slot);
        Optional<SourceLocation.SourceLine> source = v.input.line().apply(slot);
        if (source.isPresent() && !same(source.get(), lastLine)) {
            lastLine = source.get();
            line("; " + lastLine.text() + " @ " + lastLine);
        }
        Instruction insn = v.code[slot];
        lineStart = text.length();
        line(slot + ": (" + String.format("%02x", insn.opcode()) + ") " + describe(v, slot));
        lineEnd = text.length();
        compareSlots =
                Opcode.classOf(insn.opcode()) != Opcode.CLASS_ALU64 && v.frame().stack.length <= slotsBefore.length;
        if (compareSlots) {
            Arrays.fill(slotsBefore, "");
            for (int i = 0; i < v.frame().stack.length; i++) {
                slotsBefore[i] = slot(v.frame().stack[i], v.frame());
            }
        }
    }

    private static boolean same(SourceLocation.SourceLine a, SourceLocation.SourceLine b) {
        return b != null
                && a.line() == b.line()
                && a.file().equals(b.file())
                && a.text().equals(b.text());
    }

    /** What the last instruction left, or all of it where a path begins. */
    private void stateBefore(State state, int slot) {
        if (arrivedFrom >= 0 && level > 1) {
            line("\nfrom " + arrivedFrom + " to " + slot + ":" + frame(state, state.current()));
        }
        arrivedFrom = -1;
        String now = everything ? frame(state, state.current()) : frame(state, state.current(), false);
        if (everything || !now.isEmpty()) {
            if (!everything && lineEnd == text.length()) {
                int width = lineEnd - 1 - lineStart;
                int column = FIRST_COLUMN;
                while (column < width + GAP) {
                    column += COLUMN_STEP;
                }
                text.setLength(lineEnd - 1);
                line(" ".repeat(column - width) + ";" + now);
            } else {
                line(slot + ":" + now);
            }
        }
        everything = false;
        touched = 0;
    }

    /** The instruction was looked at: which registers it read or wrote. */
    void touched(Verification v, Instruction insn) {
        if (level == 0) {
            return;
        }
        boolean usesSource = (insn.opcode() & Opcode.X) != 0;
        touched = 0;
        switch (Opcode.classOf(insn.opcode())) {
            case Opcode.CLASS_ALU, Opcode.CLASS_ALU64 -> touch(insn.dst(), usesSource ? insn.src() : insn.dst());
            case Opcode.CLASS_LDX, Opcode.CLASS_STX -> touch(insn.dst(), insn.src());
            case Opcode.CLASS_ST -> touch(insn.dst(), insn.dst());
            case Opcode.CLASS_LD -> {
                touch(insn.dst(), insn.dst());
                if (insn.opcode() != Opcode.LD_IMM64) {
                    touched |= 0x7f;
                }
            }
            default -> {
                if (insn.opcode() == Opcode.CALL) {
                    touched |= 0x3f;
                } else if (insn.opcode() != Opcode.EXIT
                        && insn.opcode() != Opcode.JUMP
                        && insn.opcode() != Opcode.JUMP_LONG
                        && !insn.toString().startsWith("may_goto")) {
                    touch(insn.dst(), usesSource ? insn.src() : insn.dst());
                }
            }
        }
        if (Opcode.classOf(insn.opcode()) == Opcode.CLASS_STX && Opcode.modeOf(insn.opcode()) == Opcode.MODE_ATOMIC) {
            touch(0, 0);
        }
        Trace trace = v.state.trace;
        touchedSlot = trace.stackFrame == v.frame().number ? trace.stackIndex : -1;
    }

    private void touch(int one, int other) {
        touched |= 1 << one | 1 << other;
    }

    private static String describe(Verification v, int slot) {
        Instruction insn = v.code[slot];
        if (v.input.operands().get(slot) instanceof VerifierInput.Operand.OfKfunc kfunc) {
            int id = v.input.kernel().find(BtfType.Func.class, kfunc.name()).orElse(0);
            return "call " + kfunc.name() + "#" + id;
        }
        if (insn.opcode() == Opcode.CALL && insn.src() == Opcode.HELPER_CALL) {
            int id = (int) insn.immediate();
            return "call " + HelperNames.nameOf(id) + "#" + id;
        }
        if (insn.isLocalCall()) {
            return "call pc" + (insn.immediate() < 0 ? "" : "+") + insn.immediate();
        }
        return insn.toString()
                .replaceFirst("goto ([+-])", "goto pc$1")
                .replaceFirst(" ll$", "")
                .replaceFirst("^(lock .*) add= ", "$1 += ")
                .replaceFirst("^(lock .*) and= ", "$1 &= ")
                .replaceFirst("^(lock .*) or= ", "$1 |= ")
                .replaceFirst("^(lock .*) xor= ", "$1 ^= ");
    }

    private String frame(State state, Frame f) {
        return frame(state, f, true);
    }

    /** A frame as the kernel prints it; empty if nothing of it was touched. */
    private String frame(State state, Frame f, boolean all) {
        StringBuilder t = new StringBuilder();
        for (int i = 0; i < 11; i++) {
            if ((all || (touched >> i & 1) != 0) && f.regs[i].type != RegType.NOT_INIT) {
                t.append(" R").append(i).append('=').append(register(f.regs[i], f));
            }
        }
        for (int i = 0; i < f.stack.length; i++) {
            Slot s = f.stack[i];
            if (!s.allOf(Slot.INVALID) && (all || slotTouched(f, i)) && !(s.isSpecial() && !isFirst(s))) {
                t.append(" fp-").append(8 * (i + 1)).append('=').append(slot(s, f));
            }
        }
        if (t.length() == 0) {
            return "";
        }
        if (!state.references.isEmpty()) {
            String separator = " refs=";
            for (State.Reference r : state.references) {
                t.append(separator).append(r.id());
                separator = ",";
            }
        }
        if (f.callback) {
            t.append(" cb");
        }
        return (f.number > 0 ? " frame" + f.number + ":" : "") + t;
    }

    private boolean slotTouched(Frame f, int index) {
        return index == touchedSlot
                || compareSlots
                        && index < slotsBefore.length
                        && !slot(f.stack[index], f).equals(slotsBefore[index]);
    }

    /** A pointer to the stack of another frame names that frame. */
    private static String register(Reg r, Frame f) {
        if (r.type != RegType.STACK) {
            return r.toString();
        }
        return "fp" + (r.frame == f.number ? "" : "[" + r.frame + "]") + r.stackPlace();
    }

    private static boolean isFirst(Slot s) {
        return s.iter == null ? s.first : s.iter.firstSlot();
    }

    private static String slot(Slot s, Frame f) {
        if (s.isSpecial()) {
            return s.iter == null
                    ? "dynptr_" + s.spilled.dynptr.name().toLowerCase(java.util.Locale.ROOT) + "(id=" + s.spilled.id
                            + ")"
                    : "iter_" + s.iter.kind() + "(ref_id=" + s.spilled.refId + ",state="
                            + (s.iter.drained() ? "drained" : "active") + ",depth=" + s.iter.depth() + ")";
        }
        StringBuilder t = new StringBuilder();
        for (byte kind : s.kinds) {
            if (kind != Slot.SPILL) {
                t.append(SLOT_KINDS.charAt(kind));
            }
        }
        return t.append(s.isSpill() ? register(s.spilled, f) : "").toString();
    }

    String text() {
        return text.toString();
    }
}
