package org.bpfsim.bpf.isa;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.LittleEndian;

/** Turns bytes into instructions and back (RFC 9669, section 3). */
public final class Code {
    private Code() {}

    /**
     * Decodes a sequence of 8-byte slots. Whether the instructions mean anything is for others to judge.
     *
     * @throws IllegalArgumentException if the bytes end within an instruction, or the second slot of a wide one is not
     *     empty
     */
    public static List<Instruction> decode(byte[] bytes) {
        if (bytes.length % 8 != 0) {
            throw new IllegalArgumentException(bytes.length + " bytes are not a whole number of instructions");
        }
        List<Instruction> code = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += 8) {
            int opcode = LittleEndian.u8(bytes, at);
            int registers = LittleEndian.u8(bytes, at + 1);
            short offset = (short) LittleEndian.u16(bytes, at + 2);
            long immediate = LittleEndian.s32(bytes, at + 4);
            if (opcode == Opcode.LD_IMM64) {
                if (at + 16 > bytes.length) {
                    throw new IllegalArgumentException("the code ends within ld_imm64 at slot " + at / 8);
                }
                if (LittleEndian.s32(bytes, at + 8) != 0) {
                    throw new IllegalArgumentException(
                            "the second half of ld_imm64 at slot " + at / 8 + " is not empty");
                }
                immediate = immediate & 0xffff_ffffL | (long) LittleEndian.s32(bytes, at + 12) << 32;
            }
            code.add(new Instruction(opcode, registers & 15, registers >>> 4, offset, immediate));
            if (opcode == Opcode.LD_IMM64) {
                at += 8;
            }
        }
        return code;
    }

    /** Encodes instructions as 8-byte slots. */
    public static byte[] encode(List<Instruction> code) {
        byte[] bytes = new byte[8 * slots(code)];
        int at = 0;
        for (Instruction insn : code) {
            bytes[at] = (byte) insn.opcode();
            bytes[at + 1] = (byte) (insn.dst() | insn.src() << 4);
            LittleEndian.put(bytes, at + 2, 2, insn.offset());
            LittleEndian.put(bytes, at + 4, 4, insn.immediate());
            if (insn.slots() == 2) {
                LittleEndian.put(bytes, at + 12, 4, insn.immediate() >>> 32);
            }
            at += 8 * insn.slots();
        }
        return bytes;
    }

    /** The instructions by the slot that they begin in; null in the second slot of a wide one. */
    public static Instruction[] bySlot(List<Instruction> code) {
        Instruction[] slots = new Instruction[slots(code)];
        int slot = 0;
        for (Instruction insn : code) {
            slots[slot] = insn;
            slot += insn.slots();
        }
        return slots;
    }

    /** Length in 8-byte slots. */
    public static int slots(List<Instruction> code) {
        return code.stream().mapToInt(Instruction::slots).sum();
    }
}
