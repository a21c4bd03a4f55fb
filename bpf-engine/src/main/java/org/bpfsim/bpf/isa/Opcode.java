package org.bpfsim.bpf.isa;

/**
 * The bits of an opcode (RFC 9669, section 3).
 *
 * <pre>
 *   ALU and jumps:   code:4 source:1 class:3
 *   loads, stores:   mode:3 size:2   class:3
 * </pre>
 */
public final class Opcode {
    public static final int CLASS_LD = 0;
    public static final int CLASS_LDX = 1;
    public static final int CLASS_ST = 2;
    public static final int CLASS_STX = 3;
    public static final int CLASS_ALU = 4;
    public static final int CLASS_JMP = 5;
    public static final int CLASS_JMP32 = 6;
    public static final int CLASS_ALU64 = 7;

    public static final int ADD = 0x00;
    public static final int SUB = 0x10;
    public static final int MUL = 0x20;
    public static final int DIV = 0x30;
    public static final int OR = 0x40;
    public static final int AND = 0x50;
    public static final int LSH = 0x60;
    public static final int RSH = 0x70;
    public static final int NEG = 0x80;
    public static final int MOD = 0x90;
    public static final int XOR = 0xa0;
    public static final int MOV = 0xb0;
    public static final int ARSH = 0xc0;
    public static final int END = 0xd0;

    public static final int JA = 0x00;
    public static final int JEQ = 0x10;
    public static final int JGT = 0x20;
    public static final int JGE = 0x30;
    public static final int JSET = 0x40;
    public static final int JNE = 0x50;
    public static final int JSGT = 0x60;
    public static final int JSGE = 0x70;
    public static final int CALL_CODE = 0x80;
    public static final int EXIT_CODE = 0x90;
    public static final int JLT = 0xa0;
    public static final int JLE = 0xb0;
    public static final int JSLT = 0xc0;
    public static final int JSLE = 0xd0;
    public static final int JCOND = 0xe0;

    /** Source bit: the second operand is a register. */
    public static final int X = 0x08;

    public static final int SIZE_W = 0x00;
    public static final int SIZE_H = 0x08;
    public static final int SIZE_B = 0x10;
    public static final int SIZE_DW = 0x18;

    public static final int MODE_IMM = 0x00;
    public static final int MODE_ABS = 0x20;
    public static final int MODE_IND = 0x40;
    public static final int MODE_MEM = 0x60;
    public static final int MODE_MEMSX = 0x80;
    public static final int MODE_ATOMIC = 0xc0;

    public static final int LD_IMM64 = CLASS_LD | SIZE_DW | MODE_IMM;
    public static final int CALL = CLASS_JMP | CALL_CODE;
    public static final int CALL_REGISTER = CLASS_JMP | CALL_CODE | X;
    public static final int EXIT = CLASS_JMP | EXIT_CODE;
    public static final int JUMP = CLASS_JMP | JA;
    public static final int JUMP_LONG = CLASS_JMP32 | JA;

    /** Jumps when a loop has run for long enough; falls through before that (Linux 6.12: BPF_MAY_GOTO). */
    public static final int MAY_GOTO = CLASS_JMP | JCOND;

    /** Source register of {@code ld_imm64}: the immediate is a map (RFC 9669, section 5.4). */
    public static final int PSEUDO_MAP_FD = 1;

    /** The lower half is a map, the upper an offset into its first value. */
    public static final int PSEUDO_MAP_VALUE = 2;

    /** The immediate is a kernel variable's BTF id. */
    public static final int PSEUDO_BTF_ID = 3;

    /** The immediate is a function of the program, relative to the next instruction. */
    public static final int PSEUDO_FUNC = 4;

    /** Source register of {@code call}: a helper by number. */
    public static final int HELPER_CALL = 0;

    /** A function of the program, relative to the next instruction. */
    public static final int PSEUDO_CALL = 1;

    /** A kfunc by BTF id. */
    public static final int PSEUDO_KFUNC_CALL = 2;

    /** Atomic operations add this to return the old value (RFC 9669, section 5.3). */
    public static final int FETCH = 0x01;

    public static final int XCHG = 0xe0 | FETCH;
    public static final int CMPXCHG = 0xf0 | FETCH;

    private Opcode() {}

    public static int classOf(int opcode) {
        return opcode & 7;
    }

    /** The operation of an ALU or jump opcode. */
    public static int codeOf(int opcode) {
        return opcode & 0xf0;
    }

    public static boolean registerSource(int opcode) {
        return (opcode & X) != 0;
    }

    public static int modeOf(int opcode) {
        return opcode & 0xe0;
    }

    /** Bytes that a load or store moves. */
    public static int bytesOf(int opcode) {
        switch (opcode & 0x18) {
            case SIZE_W:
                return 4;
            case SIZE_H:
                return 2;
            case SIZE_B:
                return 1;
            default:
                return 8;
        }
    }

    /** The size bits for 1, 2, 4 or 8 bytes. */
    public static int sizeBits(int bytes) {
        switch (bytes) {
            case 1:
                return SIZE_B;
            case 2:
                return SIZE_H;
            case 4:
                return SIZE_W;
            default:
                return SIZE_DW;
        }
    }

    public static boolean isJump(int opcode) {
        int cls = classOf(opcode);
        return cls == CLASS_JMP || cls == CLASS_JMP32;
    }

    /** A jump that may fall through. */
    public static boolean isConditional(int opcode) {
        int code = codeOf(opcode);
        return isJump(opcode) && code != JA && code != CALL_CODE && code != EXIT_CODE;
    }

    public static boolean isLoadOrStore(int opcode) {
        return classOf(opcode) <= CLASS_STX;
    }
}
