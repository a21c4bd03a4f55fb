package org.bpfsim.bpf.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bpfsim.bpf.SourceLocation.SourceLine;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.helper.HelperNames;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.isa.Disassembler;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.verifier.VerifierInput;

/**
 * A program's instructions after relocation, with its C lines, as {@code bpftool prog dump xlated} shows them (bpftool-prog(8)). What
 * Linux's verifier rewrites (context fields, inlined helpers) or takes out (code that no path comes to, registers saved around fast calls) is
 * shown as the program has it; maps have names, not ids.
 */
public final class Xlated {
    /**
     * One instruction.
     *
     * @param function the declaration of the function that begins here; empty if none does
     * @param source the C line that begins here; empty if it goes on
     */
    public record Line(
            int slot, Optional<String> function, Optional<SourceLine> source, Instruction insn, String text) {}

    private final VerifierInput program;
    private final Map<Integer, String> functions = new TreeMap<>();

    private Xlated(VerifierInput program) {
        this.program = program;
        program.subprograms().forEach(s -> functions.put(s.start(), s.name()));
    }

    /** The instructions of a program and of the functions that it calls. */
    public static List<Line> of(VerifierInput program) {
        return new Xlated(program).lines();
    }

    /**
     * The text.
     *
     * @param lineNumbers adds file, line and column to C lines ({@code linum})
     * @param opcodes adds the bytes of each instruction ({@code opcodes})
     */
    public static String text(VerifierInput program, boolean lineNumbers, boolean opcodes) {
        StringBuilder out = new StringBuilder();
        for (Line line : of(program)) {
            line.function().ifPresent(f -> out.append(f).append(":\n"));
            line.source().ifPresent(s -> {
                out.append("; ").append(s.text().strip());
                if (lineNumbers) {
                    out.append(String.format(
                            Locale.ROOT, " [file:%s line_num:%d line_col:%d]", s.file(), s.line(), s.column()));
                }
                out.append('\n');
            });
            out.append(String.format(
                    Locale.ROOT, "%4d: (%02x) %s\n", line.slot(), line.insn().opcode(), line.text()));
            if (opcodes) {
                out.append("       ").append(bytes(line.insn())).append('\n');
            }
        }
        return out.toString();
    }

    /** The same as one line of JSON, in the words of {@code bpftool --json}. */
    public static String json(VerifierInput program, boolean lineNumbers, boolean opcodes) {
        List<String> elements = new ArrayList<>();
        for (Line line : of(program)) {
            List<String> fields = new ArrayList<>();
            line.function().ifPresent(f -> fields.add("\"proto\":" + quoted(f)));
            line.source().ifPresent(s -> {
                fields.add("\"src\":" + quoted(s.text().strip()));
                if (lineNumbers) {
                    fields.add("\"file\":" + quoted(s.file()));
                    fields.add("\"line_num\":" + s.line());
                    fields.add("\"line_col\":" + s.column());
                }
            });
            fields.add("\"disasm\":"
                    + quoted(String.format(Locale.ROOT, "(%02x) %s", line.insn().opcode(), line.text())));
            if (opcodes) {
                fields.add("\"opcodes\":" + quoted(bytes(line.insn())));
            }
            elements.add("{" + String.join(",", fields) + "}");
        }
        return "[" + String.join(",", elements) + "]";
    }

    private static String quoted(String text) {
        return new PrettyJson(true).string(text).toString();
    }

    private List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        Optional<SourceLine> last = Optional.empty();
        int slot = 0;
        for (Instruction insn : program.code()) {
            Optional<SourceLine> source = program.line().apply(slot);
            boolean begins = functions.containsKey(slot);
            boolean same = !begins && source.equals(last);
            lines.add(new Line(
                    slot,
                    begins ? Optional.of(declaration(slot)) : Optional.empty(),
                    same ? Optional.empty() : source.filter(s -> !s.text().isBlank()),
                    insn,
                    text(slot, insn)));
            last = source;
            slot += insn.slots();
        }
        return lines;
    }

    private String declaration(int slot) {
        String name = functions.get(slot);
        int id = program.subprograms().stream()
                .filter(s -> s.start() == slot)
                .findFirst()
                .orElseThrow()
                .btfId();
        return id != 0 && program.types().type(id) instanceof BtfType.Func f
                ? CTypes.prototype(program.types(), f)
                : name;
    }

    private String text(int slot, Instruction insn) {
        VerifierInput.Operand operand = program.operands().get(slot);
        String register = "r" + insn.dst() + " = ";
        if (operand instanceof VerifierInput.Operand.OfMap to) {
            return register + "map[" + to.map().name() + "]";
        } else if (operand instanceof VerifierInput.Operand.OfMapValue to) {
            return register + "map[" + to.map().name() + "][0]+" + to.offset();
        } else if (operand instanceof VerifierInput.Operand.OfKfunc to) {
            return "call " + to.name() + (to.present() ? "" : " (missing)");
        } else if (operand instanceof VerifierInput.Operand.OfKernelSymbol to) {
            return register + (to.present() ? "&" + to.name() : "0x0");
        } else if (operand instanceof VerifierInput.Operand.Unresolved to) {
            return "<invalid CO-RE relocation> " + to.reason();
        }
        if (insn.opcode() == Opcode.CALL && insn.src() == Opcode.HELPER_CALL) {
            return "call " + HelperNames.nameOf((int) insn.immediate()) + "#" + insn.immediate();
        } else if (insn.isLocalCall()) {
            int target = slot + 1 + (int) insn.immediate();
            return String.format(Locale.ROOT, "call pc%+d#%s", insn.immediate(), functions.getOrDefault(target, "?"));
        } else if (insn.isFunctionAddress()) {
            return String.format(Locale.ROOT, "%ssubprog[%+d]", register, insn.immediate());
        } else if (insn.opcode() == Opcode.LD_IMM64) {
            return register + "0x" + Long.toHexString(insn.immediate());
        }
        return kernelText(insn);
    }

    /** The kernel's words where they differ from the assembler's. */
    static String kernelText(Instruction insn) {
        int kind = Opcode.classOf(insn.opcode());
        if (kind == Opcode.CLASS_STX && Opcode.modeOf(insn.opcode()) == Opcode.MODE_ATOMIC) {
            return atomic(insn);
        }
        String text = Disassembler.text(insn);
        if (kind == Opcode.CLASS_JMP || kind == Opcode.CLASS_JMP32) {
            boolean wide = kind == Opcode.CLASS_JMP && !Opcode.registerSource(insn.opcode()) && insn.immediate() < 0;
            String right = wide
                    ? text.replace(
                            "0x" + Long.toHexString(insn.immediate()),
                            "0x" + Integer.toHexString((int) insn.immediate()))
                    : text;
            return right.replaceFirst("goto(l?) ([+-])", "goto$1 pc$2");
        }
        return text;
    }

    private static String atomic(Instruction insn) {
        boolean wide = Opcode.bytesOf(insn.opcode()) == 8;
        String size = wide ? "64" : "";
        String place = String.format(Locale.ROOT, "(u%d *)(r%d %+d)", wide ? 64 : 32, insn.dst(), insn.offset());
        int operation = (int) insn.immediate();
        if (operation == Opcode.XCHG) {
            return "r" + insn.src() + " = atomic" + size + "_xchg(" + place + ", r" + insn.src() + ")";
        } else if (operation == Opcode.CMPXCHG) {
            return "r0 = atomic" + size + "_cmpxchg(" + place + ", r0, r" + insn.src() + ")";
        }
        String name;
        String sign;
        switch (operation & ~Opcode.FETCH) {
            case Opcode.ADD -> {
                name = "add";
                sign = "+=";
            }
            case Opcode.OR -> {
                name = "or";
                sign = "|=";
            }
            case Opcode.AND -> {
                name = "and";
                sign = "&=";
            }
            default -> {
                name = "xor";
                sign = "^=";
            }
        }
        return (operation & Opcode.FETCH) == 0
                ? "lock *" + place + " " + sign + " r" + insn.src()
                : "r" + insn.src() + " = atomic" + size + "_fetch_" + name + "(" + place + ", r" + insn.src() + ")";
    }

    private static String bytes(Instruction insn) {
        StringBuilder text = new StringBuilder();
        byte[] code = Code.encode(List.of(insn));
        for (int i = 0; i < code.length; i++) {
            text.append(i == 0 ? "" : " ").append(String.format(Locale.ROOT, "%02x", code[i]));
        }
        return text.toString();
    }
}
