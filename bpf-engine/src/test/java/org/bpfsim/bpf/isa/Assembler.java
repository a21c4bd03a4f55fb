package org.bpfsim.bpf.isa;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads instructions in the form that {@link Disassembler} writes them, with labels as an addition ({@code goto end}, {@code end:}). */
public final class Assembler {
    private static final String NUMBER = "(-?(?:0x[0-9a-f]+|\\d+))";
    private static final Pattern MEMORY = Pattern.compile("\\*\\((u|s)(8|16|32|64) \\*\\)\\(r(\\d+) ([+-]\\d+)\\)");
    private static final Pattern ATOMIC = Pattern.compile("\\(u(32|64) \\*\\)\\(r(\\d+) ([+-]\\d+)\\)");
    private static final Map<String, Integer> ALU = Map.ofEntries(
            Map.entry("+=", Opcode.ADD),
            Map.entry("-=", Opcode.SUB),
            Map.entry("*=", Opcode.MUL),
            Map.entry("/=", Opcode.DIV),
            Map.entry("s/=", Opcode.DIV),
            Map.entry("|=", Opcode.OR),
            Map.entry("&=", Opcode.AND),
            Map.entry("<<=", Opcode.LSH),
            Map.entry(">>=", Opcode.RSH),
            Map.entry("%=", Opcode.MOD),
            Map.entry("s%=", Opcode.MOD),
            Map.entry("^=", Opcode.XOR),
            Map.entry("=", Opcode.MOV),
            Map.entry("s>>=", Opcode.ARSH));
    private static final Map<String, Integer> COMPARE = Map.ofEntries(
            Map.entry("==", Opcode.JEQ),
            Map.entry("!=", Opcode.JNE),
            Map.entry("&", Opcode.JSET),
            Map.entry(">", Opcode.JGT),
            Map.entry(">=", Opcode.JGE),
            Map.entry("<", Opcode.JLT),
            Map.entry("<=", Opcode.JLE),
            Map.entry("s>", Opcode.JSGT),
            Map.entry("s>=", Opcode.JSGE),
            Map.entry("s<", Opcode.JSLT),
            Map.entry("s<=", Opcode.JSLE));

    private final List<Instruction> code = new ArrayList<>();
    private final Map<String, Integer> labels = new LinkedHashMap<>();
    private final Map<Integer, String> open = new LinkedHashMap<>();
    private int slot;
    private final List<Integer> slots = new ArrayList<>();

    private Assembler() {}

    /** Instructions of a text, one a line. */
    public static List<Instruction> assemble(String text) {
        Assembler assembler = new Assembler();
        for (String line : text.split("\n", -1)) {
            String clean = line.replaceFirst(";.*", "").strip();
            if (clean.endsWith(":")) {
                assembler.labels.put(clean.substring(0, clean.length() - 1), assembler.slot);
            } else if (!clean.isEmpty()) {
                assembler.line(clean);
            }
        }
        return assembler.resolved();
    }

    /** The same by slot, as programs are run. */
    public static Instruction[] slots(String text) {
        return Code.bySlot(assemble(text));
    }

    private List<Instruction> resolved() {
        List<Instruction> result = new ArrayList<>();
        for (int i = 0; i < code.size(); i++) {
            Instruction insn = code.get(i);
            String label = open.get(i);
            if (label != null) {
                Integer target = labels.get(label);
                int distance = target != null ? target - slots.get(i) - 1 : Integer.parseInt(label);
                insn = insn.opcode() == Opcode.JUMP_LONG || insn.opcode() == Opcode.CALL
                        ? insn.withImmediate(distance)
                        : insn.withOffset(distance);
            }
            result.add(insn);
        }
        return result;
    }

    private void add(int opcode, int dst, int src, int offset, long immediate) {
        Instruction insn = new Instruction(opcode, dst, src, (short) offset, immediate);
        slots.add(slot);
        code.add(insn);
        slot += insn.slots();
    }

    private void jump(String target, int opcode, int dst, int src, long immediate) {
        open.put(code.size(), target);
        add(opcode, dst, src, 0, immediate);
    }

    private void line(String text) {
        if (text.equals("exit")) {
            add(Opcode.EXIT, 0, 0, 0, 0);
        } else if (text.startsWith("goto ")) {
            jump(text.substring(5), Opcode.JUMP, 0, 0, 0);
        } else if (text.startsWith("gotol ")) {
            jump(text.substring(6), Opcode.JUMP_LONG, 0, 0, 0);
        } else if (text.startsWith("may_goto ")) {
            jump(text.substring(9), Opcode.CLASS_JMP | Opcode.JCOND, 0, 0, 0);
        } else if (text.startsWith("call pc")) {
            jump(text.substring(7), Opcode.CALL, 0, Opcode.PSEUDO_CALL, 0);
        } else if (text.startsWith("call ")) {
            jump(text.substring(5), Opcode.CALL, 0, Opcode.PSEUDO_CALL, 0);
        } else if (text.startsWith(".raw ")) {
            Matcher m = match(text, ".raw " + NUMBER + " r(\\d+) r(\\d+) " + NUMBER + " " + NUMBER);
            add((int) number(m.group(1)), reg(m, 2), reg(m, 3), (int) number(m.group(4)), number(m.group(5)));
        } else if (text.startsWith("if ")) {
            conditional(text);
        } else if (text.startsWith("lock ")) {
            atomic(text);
        } else if (text.contains("atomic_") || text.contains("cmpxchg")) {
            fetching(text);
        } else if (text.startsWith("*(")) {
            store(text);
        } else {
            alu(text);
        }
    }

    private void conditional(String text) {
        Matcher m = match(text, "if (r|w)(\\d+) (\\S+) (?:(r|w)(\\d+)|" + NUMBER + ") goto (\\S+)");
        int cls = m.group(1).equals("w") ? Opcode.CLASS_JMP32 : Opcode.CLASS_JMP;
        int code = COMPARE.get(m.group(3));
        if (m.group(5) != null) {
            jump(m.group(7), cls | code | Opcode.X, reg(m, 2), reg(m, 5), 0);
        } else {
            jump(m.group(7), cls | code, reg(m, 2), 0, (int) number(m.group(6)));
        }
    }

    private void store(String text) {
        Matcher m = match(text, MEMORY.pattern() + " = (?:r(\\d+)|" + NUMBER + ")");
        int size = Opcode.sizeBits(Integer.parseInt(m.group(2)) / 8);
        if (m.group(5) != null) {
            add(Opcode.CLASS_STX | Opcode.MODE_MEM | size, reg(m, 3), reg(m, 5), Integer.parseInt(m.group(4)), 0);
        } else {
            add(Opcode.CLASS_ST | Opcode.MODE_MEM | size, reg(m, 3), 0, Integer.parseInt(m.group(4)), (int)
                    number(m.group(6)));
        }
    }

    private static int atomicOpcode(String bits) {
        return Opcode.CLASS_STX | Opcode.MODE_ATOMIC | Opcode.sizeBits(Integer.parseInt(bits) / 8);
    }

    private static int operation(String name) {
        switch (name) {
            case "add":
                return Opcode.ADD;
            case "or":
                return Opcode.OR;
            case "and":
                return Opcode.AND;
            case "xor":
                return Opcode.XOR;
            default:
                throw new IllegalArgumentException(name);
        }
    }

    private void atomic(String text) {
        Matcher m = match(text, "lock \\*" + ATOMIC.pattern() + " (\\w+)= [rw](\\d+)");
        add(atomicOpcode(m.group(1)), reg(m, 2), reg(m, 5), Integer.parseInt(m.group(3)), operation(m.group(4)));
    }

    private void fetching(String text) {
        if (text.contains("cmpxchg")) {
            Matcher m = match(text, "[rw]0 = cmpxchg\\(" + ATOMIC.pattern() + ", [rw]0, [rw](\\d+)\\)");
            add(atomicOpcode(m.group(1)), reg(m, 2), reg(m, 4), Integer.parseInt(m.group(3)), Opcode.CMPXCHG);
            return;
        }
        Matcher m = match(text, "[rw](\\d+) = atomic_(fetch_)?(\\w+)\\(" + ATOMIC.pattern() + ", [rw](\\d+)\\)");
        int operation = m.group(3).equals("xchg") ? Opcode.XCHG : operation(m.group(3)) | Opcode.FETCH;
        add(atomicOpcode(m.group(4)), reg(m, 5), reg(m, 7), Integer.parseInt(m.group(6)), operation);
    }

    private void alu(String text) {
        Matcher wide = Pattern.compile("r(\\d+) = " + NUMBER + " ll").matcher(text);
        Matcher load = Pattern.compile("r(\\d+) = " + MEMORY.pattern()).matcher(text);
        Matcher end = Pattern.compile("r(\\d+) = (le|be|bswap)(16|32|64) r\\d+").matcher(text);
        Matcher neg = Pattern.compile("(r|w)(\\d+) = -[rw]\\d+").matcher(text);
        if (wide.matches()) {
            add(Opcode.LD_IMM64, reg(wide, 1), 0, 0, number(wide.group(2)));
        } else if (load.matches()) {
            int mode = load.group(2).equals("s") ? Opcode.MODE_MEMSX : Opcode.MODE_MEM;
            int size = Opcode.sizeBits(Integer.parseInt(load.group(3)) / 8);
            add(Opcode.CLASS_LDX | mode | size, reg(load, 1), reg(load, 4), Integer.parseInt(load.group(5)), 0);
        } else if (end.matches()) {
            int opcode = end.group(2).equals("bswap")
                    ? Opcode.CLASS_ALU64
                    : Opcode.CLASS_ALU | (end.group(2).equals("be") ? Opcode.X : 0);
            add(opcode | Opcode.END, reg(end, 1), 0, 0, Integer.parseInt(end.group(3)));
        } else if (neg.matches()) {
            add((neg.group(1).equals("w") ? Opcode.CLASS_ALU : Opcode.CLASS_ALU64) | Opcode.NEG, reg(neg, 2), 0, 0, 0);
        } else {
            Matcher m = match(text, "(r|w)(\\d+) (\\S+) (?:(?:\\(s(8|16|32)\\))?[rw](\\d+)|" + NUMBER + ")");
            int cls = m.group(1).equals("w") ? Opcode.CLASS_ALU : Opcode.CLASS_ALU64;
            int code = ALU.get(m.group(3));
            boolean signed = m.group(3).equals("s/=") || m.group(3).equals("s%=");
            int offset = signed ? 1 : m.group(4) != null ? Integer.parseInt(m.group(4)) : 0;
            if (m.group(5) != null) {
                add(cls | code | Opcode.X, reg(m, 2), reg(m, 5), offset, 0);
            } else {
                add(cls | code, reg(m, 2), 0, offset, (int) number(m.group(6)));
            }
        }
    }

    private static Matcher match(String text, String pattern) {
        Matcher m = Pattern.compile(pattern).matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("not an instruction: " + text);
        }
        return m;
    }

    private static int reg(Matcher m, int group) {
        return Integer.parseInt(m.group(group));
    }

    private static long number(String text) {
        boolean negative = text.startsWith("-");
        String digits = negative ? text.substring(1) : text;
        long value = digits.startsWith("0x")
                ? Long.parseUnsignedLong(digits.substring(2), 16)
                : Long.parseUnsignedLong(digits);
        return negative ? -value : value;
    }
}
