package org.bpfsim.bpf.isa;

/** Writes instructions as the kernel's verifier log does ({@code r1 = *(u32 *)(r6 +8)}). */
public final class Disassembler {
    private static final String[] SIGNS = {
        "+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "neg", "%=", "^=", "=", "s>>="
    };
    private static final String[] COMPARISONS = {
        "", "==", ">", ">=", "&", "!=", "s>", "s>=", "", "", "<", "<=", "s<", "s<="
    };

    private Disassembler() {}

    public static String text(Instruction insn) {
        switch (Opcode.classOf(insn.opcode())) {
            case Opcode.CLASS_LD:
                return load(insn);
            case Opcode.CLASS_LDX:
                return register(insn.dst(), false) + " = " + memory(insn, insn.src());
            case Opcode.CLASS_ST:
                return memory(insn, insn.dst()) + " = " + insn.immediate();
            case Opcode.CLASS_STX:
                return store(insn);
            case Opcode.CLASS_JMP:
            case Opcode.CLASS_JMP32:
                return jump(insn);
            default:
                return alu(insn);
        }
    }

    private static String register(int number, boolean narrow) {
        return (narrow ? "w" : "r") + number;
    }

    private static String unknown(Instruction insn) {
        return String.format("(%02x) ???", insn.opcode());
    }

    private static String load(Instruction insn) {
        if (insn.opcode() == Opcode.LD_IMM64) {
            String value = "0x" + Long.toHexString(insn.immediate());
            switch (insn.src()) {
                case Opcode.PSEUDO_MAP_FD:
                    return register(insn.dst(), false) + " = map[" + value + "]";
                case Opcode.PSEUDO_MAP_VALUE:
                    return register(insn.dst(), false) + " = map_value[" + value + "]";
                case Opcode.PSEUDO_FUNC:
                    return register(insn.dst(), false) + " = func" + signed((int) insn.immediate());
                default:
                    return register(insn.dst(), false) + " = " + value + " ll";
            }
        }
        int mode = Opcode.modeOf(insn.opcode());
        if (mode == Opcode.MODE_ABS) {
            return "r0 = *(" + unsigned(insn) + " *)skb[" + insn.immediate() + "]";
        }
        return mode == Opcode.MODE_IND
                ? "r0 = *(" + unsigned(insn) + " *)skb[r" + insn.src() + " + " + insn.immediate() + "]"
                : unknown(insn);
    }

    private static String unsigned(Instruction insn) {
        return "u" + 8 * Opcode.bytesOf(insn.opcode());
    }

    private static String memory(Instruction insn, int base) {
        String type =
                (Opcode.modeOf(insn.opcode()) == Opcode.MODE_MEMSX ? "s" : "u") + 8 * Opcode.bytesOf(insn.opcode());
        return "*(" + type + " *)(r" + base + " " + signed(insn.offset()) + ")";
    }

    private static String signed(int offset) {
        return offset < 0 ? Integer.toString(offset) : "+" + offset;
    }

    private static String store(Instruction insn) {
        if (Opcode.modeOf(insn.opcode()) != Opcode.MODE_ATOMIC) {
            return memory(insn, insn.dst()) + " = r" + insn.src();
        }
        boolean narrow = Opcode.bytesOf(insn.opcode()) == 4;
        String where = "(" + unsigned(insn) + " *)(r" + insn.dst() + " " + signed(insn.offset()) + ")";
        String source = register(insn.src(), narrow);
        int operation = (int) insn.immediate();
        if (operation == Opcode.XCHG) {
            return source + " = atomic_xchg(" + where + ", " + source + ")";
        } else if (operation == Opcode.CMPXCHG) {
            return register(0, narrow) + " = cmpxchg(" + where + ", " + register(0, narrow) + ", " + source + ")";
        }
        String name;
        switch (operation & ~Opcode.FETCH) {
            case Opcode.ADD:
                name = "add";
                break;
            case Opcode.OR:
                name = "or";
                break;
            case Opcode.AND:
                name = "and";
                break;
            case Opcode.XOR:
                name = "xor";
                break;
            default:
                return unknown(insn);
        }
        return (operation & Opcode.FETCH) != 0
                ? source + " = atomic_fetch_" + name + "(" + where + ", " + source + ")"
                : "lock *" + where + " " + name + "= " + source;
    }

    private static String jump(Instruction insn) {
        boolean narrow = Opcode.classOf(insn.opcode()) == Opcode.CLASS_JMP32;
        int code = Opcode.codeOf(insn.opcode());
        if (code == Opcode.JA) {
            return narrow ? "gotol " + signed((int) insn.immediate()) : "goto " + signed(insn.offset());
        } else if (code == Opcode.CALL_CODE && !narrow) {
            return call(insn);
        } else if (code == Opcode.EXIT_CODE && !narrow) {
            return "exit";
        } else if (code == Opcode.JCOND && !narrow) {
            return "may_goto " + signed(insn.offset());
        } else if (code >> 4 >= COMPARISONS.length || COMPARISONS[code >> 4].isEmpty()) {
            return unknown(insn);
        }
        String right = Opcode.registerSource(insn.opcode())
                ? register(insn.src(), narrow)
                : "0x"
                        + (narrow || insn.immediate() >= 0
                                ? Integer.toHexString((int) insn.immediate())
                                : Long.toHexString(insn.immediate()));
        return "if " + register(insn.dst(), narrow) + " " + COMPARISONS[code >> 4] + " " + right + " goto "
                + signed(insn.offset());
    }

    private static String call(Instruction insn) {
        if (Opcode.registerSource(insn.opcode())) {
            return "callx r" + insn.dst();
        }
        switch (insn.src()) {
            case Opcode.HELPER_CALL:
                return "call helper#" + insn.immediate();
            case Opcode.PSEUDO_CALL:
                return "call pc" + signed((int) insn.immediate());
            default:
                return "call kernel-function#" + insn.immediate();
        }
    }

    private static String alu(Instruction insn) {
        boolean narrow = Opcode.classOf(insn.opcode()) == Opcode.CLASS_ALU;
        int code = Opcode.codeOf(insn.opcode());
        String left = register(insn.dst(), narrow);
        if (code == Opcode.END) {
            String order = narrow ? (Opcode.registerSource(insn.opcode()) ? "be" : "le") : "bswap";
            return "r" + insn.dst() + " = " + order + insn.immediate() + " r" + insn.dst();
        } else if (code == Opcode.NEG) {
            return left + " = -" + left;
        } else if (code >> 4 >= SIGNS.length) {
            return unknown(insn);
        }
        String sign = SIGNS[code >> 4];
        if ((code == Opcode.DIV || code == Opcode.MOD) && insn.offset() == 1) {
            sign = "s" + sign;
        }
        String right =
                Opcode.registerSource(insn.opcode()) ? register(insn.src(), narrow) : Long.toString(insn.immediate());
        if (code == Opcode.MOV && insn.offset() != 0) {
            right = "(s" + insn.offset() + ")" + right;
        }
        return left + " " + sign + " " + right;
    }
}
