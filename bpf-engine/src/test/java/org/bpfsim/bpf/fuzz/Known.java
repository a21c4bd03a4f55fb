package org.bpfsim.bpf.fuzz;

import java.util.Arrays;

/** What the generator takes for granted at one point: the kinds of registers and stack bytes. */
final class Known {
    /** What a register holds. */
    enum Kind {
        NOTHING,
        NUMBER,
        CONTEXT,
        /** Bytes that may be read, and written if {@link Value#writable}. */
        MEMORY,
        PACKET,
        STACK
    }

    /**
     * A register.
     *
     * @param offset of the pointer in its memory
     * @param bytes of the memory (for packets: that were tested to be there)
     * @param max for numbers: none is larger; -1 if unknown
     */
    record Value(Kind kind, int offset, int bytes, boolean writable, long max) {
        static final Value NOTHING = new Value(Kind.NOTHING, 0, 0, false, -1);
        static final Value NUMBER = new Value(Kind.NUMBER, 0, 0, false, -1);
        static final Value CONTEXT = new Value(Kind.CONTEXT, 0, 0, false, -1);

        static Value memory(int bytes, boolean writable) {
            return new Value(Kind.MEMORY, 0, bytes, writable, -1);
        }

        static Value packet(int bytes) {
            return new Value(Kind.PACKET, 0, bytes, true, -1);
        }

        static Value upTo(long max) {
            return new Value(Kind.NUMBER, 0, 0, false, max);
        }

        Value moved(int by) {
            return new Value(kind, offset + by, bytes, writable, max);
        }
    }

    final Value[] registers = new Value[11];
    /** By byte, from the stack's lower end: whether it was written with a number. */
    final boolean[] stack = new boolean[512];
    /** Pointers kept on the stack, by slot of eight bytes from the top. */
    final Value[] spills = new Value[64];

    Known() {
        Arrays.fill(registers, Value.NOTHING);
        registers[10] = new Value(Kind.STACK, 0, 512, true, -1);
    }

    Known copy() {
        Known copy = new Known();
        System.arraycopy(registers, 0, copy.registers, 0, 11);
        System.arraycopy(stack, 0, copy.stack, 0, 512);
        System.arraycopy(spills, 0, copy.spills, 0, 64);
        return copy;
    }

    /** Keeps what is true of both. */
    void merge(Known other) {
        for (int r = 0; r < 10; r++) {
            Value a = registers[r];
            Value b = other.registers[r];
            if (!a.equals(b)) {
                registers[r] = a.kind() == Kind.NUMBER && b.kind() == Kind.NUMBER ? Value.NUMBER : Value.NOTHING;
            }
        }
        for (int i = 0; i < 512; i++) {
            stack[i] &= other.stack[i];
        }
        for (int i = 0; i < 64; i++) {
            if (spills[i] == null || !spills[i].equals(other.spills[i])) {
                spills[i] = null;
            }
        }
    }

    void set(Known other) {
        System.arraycopy(other.registers, 0, registers, 0, 11);
        System.arraycopy(other.stack, 0, stack, 0, 512);
        System.arraycopy(other.spills, 0, spills, 0, 64);
    }

    boolean number(int register) {
        return registers[register].kind() == Kind.NUMBER;
    }

    /** Whether all bytes from fp + offset on were written with numbers. */
    boolean written(int offset, int bytes) {
        for (int i = 0; i < bytes; i++) {
            if (!stack[512 + offset + i]) {
                return false;
            }
        }
        return true;
    }

    void write(int offset, int bytes) {
        for (int i = 0; i < bytes; i++) {
            stack[512 + offset + i] = true;
        }
        for (int i = (-offset - bytes) / 8; i <= (-offset - 1) / 8; i++) {
            spills[i] = null;
        }
    }

    /** A pointer is put into the slot that begins at fp + offset. */
    void spill(int offset, Value value) {
        for (int i = 0; i < 8; i++) {
            stack[512 + offset + i] = false;
        }
        spills[-offset / 8 - 1] = value;
    }

    /** A call clobbers r1 to r5. */
    void afterCall(Value result) {
        for (int r = 1; r <= 5; r++) {
            registers[r] = Value.NOTHING;
        }
        registers[0] = result;
    }

    /** The packet may have moved. */
    void forgetPackets() {
        for (int r = 0; r < 10; r++) {
            if (registers[r].kind() == Kind.PACKET) {
                registers[r] = Value.NOTHING;
            }
        }
        for (int i = 0; i < 64; i++) {
            if (spills[i] != null && spills[i].kind() == Kind.PACKET) {
                spills[i] = null;
            }
        }
    }
}
