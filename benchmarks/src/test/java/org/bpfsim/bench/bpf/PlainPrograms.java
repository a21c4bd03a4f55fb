package org.bpfsim.bench.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/**
 * Programs that any eBPF runtime can run: R1 is the address of a piece of memory, R2 its length. {@link #main} writes them as
 * files, so that another runtime runs the very same bytes.
 */
final class PlainPrograms {
    /** Turns of the loops. */
    static final int TURNS = 100_000;

    /** Instructions of one turn. */
    static final int ALU_TURN = 9;

    static final int STACK_TURN = 12;

    /** Frames that the filter looks at in turn; a power of two. */
    static final int FRAMES = 16;

    private static final int ALU = Opcode.CLASS_ALU64;
    private static final int K = 0;

    private final List<Instruction> code = new ArrayList<>();

    private PlainPrograms() {}

    private PlainPrograms add(int opcode, int dst, int src, int offset, long immediate) {
        code.add(new Instruction(opcode, dst, src, (short) offset, immediate));
        return this;
    }

    private PlainPrograms alu(int operation, int dst, long immediate) {
        return add(ALU | operation | K, dst, 0, 0, immediate);
    }

    private PlainPrograms alu(int operation, int dst, String register) {
        return add(ALU | operation | Opcode.X, dst, Integer.parseInt(register.substring(1)), 0, 0);
    }

    private PlainPrograms load(int size, int dst, int src, int offset) {
        return add(Opcode.CLASS_LDX | Opcode.MODE_MEM | size, dst, src, offset, 0);
    }

    private PlainPrograms store(int dst, int src, int offset) {
        return add(Opcode.CLASS_STX | Opcode.MODE_MEM | Opcode.SIZE_DW, dst, src, offset, 0);
    }

    private PlainPrograms jump(int comparison, int dst, long immediate, int distance) {
        return add(Opcode.CLASS_JMP | comparison, dst, 0, distance, immediate);
    }

    private byte[] exit() {
        add(Opcode.EXIT, 0, 0, 0, 0);
        return Code.encode(code);
    }

    /** A loop of 8 arithmetic instructions and a jump. */
    static byte[] arithmetic() {
        return new PlainPrograms()
                .alu(Opcode.MOV, 0, 1)
                .alu(Opcode.MOV, 3, 7)
                .alu(Opcode.MOV, 4, TURNS)
                // The turn.
                .alu(Opcode.ADD, 0, "r3")
                .alu(Opcode.XOR, 3, "r0")
                .alu(Opcode.MOV, 5, "r0")
                .alu(Opcode.LSH, 5, 3)
                .alu(Opcode.RSH, 3, 1)
                .alu(Opcode.OR, 3, "r5")
                .alu(Opcode.SUB, 0, "r5")
                .alu(Opcode.SUB, 4, 1)
                .jump(Opcode.JNE, 4, 0, -ALU_TURN)
                .exit();
    }

    /**
     * A loop in which 8 of 12 instructions load from or store to the stack. Each turn depends on the one before in a way that no
     * formula sums up, so that a runtime cannot leave turns out.
     */
    static byte[] stack() {
        return new PlainPrograms()
                .alu(Opcode.MOV, 0, 1)
                .alu(Opcode.MOV, 4, TURNS)
                .store(10, 0, -8)
                .store(10, 4, -16)
                // The turn.
                .load(Opcode.SIZE_DW, 0, 10, -8)
                .load(Opcode.SIZE_DW, 3, 10, -16)
                .alu(Opcode.ADD, 0, "r3")
                .store(10, 0, -8)
                .alu(Opcode.XOR, 3, "r0")
                .store(10, 3, -24)
                .load(Opcode.SIZE_DW, 5, 10, -24)
                .store(10, 5, -16)
                .load(Opcode.SIZE_DW, 3, 10, -16)
                .store(10, 3, -32)
                .alu(Opcode.SUB, 4, 1)
                .jump(Opcode.JNE, 4, 0, -STACK_TURN)
                .exit();
    }

    /** Whether an Ethernet frame carries TCP over IPv4 to port 80. */
    static byte[] filter() {
        return new PlainPrograms()
                .alu(Opcode.MOV, 0, 0)
                .jump(Opcode.JLT, 2, 38, 11)
                .load(Opcode.SIZE_H, 3, 1, 12)
                .jump(Opcode.JNE, 3, 0x0008, 9)
                .load(Opcode.SIZE_B, 3, 1, 23)
                .jump(Opcode.JNE, 3, 6, 7)
                .load(Opcode.SIZE_B, 3, 1, 14)
                .alu(Opcode.AND, 3, 15)
                .alu(Opcode.LSH, 3, 2)
                .alu(Opcode.ADD, 1, "r3")
                .load(Opcode.SIZE_H, 3, 1, 16)
                .jump(Opcode.JNE, 3, 0x5000, 1)
                .alu(Opcode.MOV, 0, 1)
                .exit();
    }

    /** Ethernet frames of many lengths: most are accepted by the filter, some are of another port, protocol or kind. */
    static List<byte[]> frames() {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            byte[] frame = new byte[54 + 97 * i];
            frame[12] = (byte) (i == 5 ? 0x86 : 8);
            frame[14] = 0x45;
            frame[23] = (byte) (i == 9 || i == 13 ? 17 : 6);
            frame[37] = (byte) (i == 2 || i == 7 ? 81 : 80);
            frames.add(frame);
        }
        return frames;
    }

    /** Writes the programs and the frames into a folder. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Files.write(folder.resolve("arithmetic.bin"), arithmetic());
        Files.write(folder.resolve("stack.bin"), stack());
        Files.write(folder.resolve("filter.bin"), filter());
        for (int i = 0; i < FRAMES; i++) {
            Files.write(folder.resolve("frame" + i + ".bin"), frames().get(i));
        }
    }
}
