package org.bpfsim.bpf.isa;

/**
 * One BPF instruction (RFC 9669, section 3). The wide form ({@code ld_imm64}) is one instruction that takes two slots.
 *
 * <pre>
 *   opcode:8  dst:4 src:4  offset:16  imm:32   [ reserved:32  next_imm:32 ]
 * </pre>
 *
 * @param immediate the 32-bit immediate, sign-extended; for {@code ld_imm64} all 64 bits
 */
public record Instruction(int opcode, int dst, int src, short offset, long immediate) {
    /** Length in 8-byte slots: jumps count in slots. */
    public int slots() {
        return opcode == Opcode.LD_IMM64 ? 2 : 1;
    }

    public Instruction withImmediate(long value) {
        return new Instruction(opcode, dst, src, offset, value);
    }

    public Instruction withOffset(int value) {
        return new Instruction(opcode, dst, src, (short) value, immediate);
    }

    public Instruction withSource(int register) {
        return new Instruction(opcode, dst, register, offset, immediate);
    }

    public Instruction withOpcode(int code) {
        return new Instruction(code, dst, src, offset, immediate);
    }

    /** Whether it is a {@code call} of another function of the program. */
    public boolean isLocalCall() {
        return opcode == Opcode.CALL && src == Opcode.PSEUDO_CALL;
    }

    /** Whether it loads the address of a function of the program (a callback). */
    public boolean isFunctionAddress() {
        return opcode == Opcode.LD_IMM64 && src == Opcode.PSEUDO_FUNC;
    }

    @Override
    public String toString() {
        return Disassembler.text(this);
    }
}
