package org.bpfsim.bpf.verifier;

import java.util.Optional;
import org.bpfsim.bpf.SourceLocation;

/**
 * The log in the kernel's form. At level 1 only the path that fails is kept, at level 2 everything; a log that outgrows its
 * buffer loses its beginning, as with the kernel's rolling log.
 */
final class VerifierLog {
    private static final int LIMIT = 1 << 24;

    final int level;
    private final StringBuilder text = new StringBuilder();
    private SourceLocation.SourceLine lastLine;

    VerifierLog(int level) {
        this.level = level;
    }

    void line(String line) {
        text.append(line).append('\n');
        if (text.length() > 2 * LIMIT) {
            text.delete(0, text.length() - LIMIT);
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

    /** One instruction, with its C line where that changes. */
    void instruction(Verification v, int slot) {
        if (level == 0) {
            return;
        }
        Optional<SourceLocation.SourceLine> source = v.input.line().apply(slot);
        if (source.isPresent() && !source.get().equals(lastLine)) {
            lastLine = source.get();
            line("; " + lastLine.text() + " @ " + lastLine);
        }
        text.append(slot)
                .append(": (")
                .append(String.format("%02x", v.code[slot].opcode()))
                .append(") ")
                .append(describe(v, slot));
    }

    private static String describe(Verification v, int slot) {
        String text = v.code[slot].toString();
        if (v.code[slot].opcode() == org.bpfsim.bpf.isa.Opcode.CALL && v.code[slot].src() == 0) {
            int id = (int) v.code[slot].immediate();
            return "call " + org.bpfsim.bpf.helper.HelperNames.nameOf(id) + "#" + id;
        }
        return text;
    }

    /** The registers after an instruction. */
    void state(State state, boolean all) {
        if (level == 0) {
            return;
        }
        text.append(all ? "" : "    ;");
        Frame f = state.current();
        if (f.number > 0) {
            text.append(" frame").append(f.number).append(':');
        }
        for (int i = 0; i < 11; i++) {
            if (f.regs[i].type != RegType.NOT_INIT) {
                text.append(" R").append(i).append('=').append(f.regs[i]);
            }
        }
        for (int i = 0; i < f.stack.length; i++) {
            Slot s = f.stack[i];
            if (!s.allOf(Slot.INVALID)) {
                text.append(" fp-").append(8 * (i + 1)).append('=');
                if (s.isFullSpill()) {
                    text.append(s.spilled);
                } else {
                    for (int b = 7; b >= 0; b--) {
                        text.append("?rm0di".charAt(s.kinds[b]));
                    }
                }
            }
        }
        text.append('\n');
    }

    void endOfInstruction() {
        if (level > 0) {
            text.append('\n');
        }
    }

    String text() {
        return text.toString();
    }
}
