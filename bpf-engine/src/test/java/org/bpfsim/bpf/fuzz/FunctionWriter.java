package org.bpfsim.bpf.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bpfsim.bpf.fuzz.Known.Kind;
import org.bpfsim.bpf.fuzz.Known.Value;
import org.bpfsim.bpf.isa.Comparisons;
import org.bpfsim.bpf.isa.Opcode;

/** One function being written: where it stands, what is known there, and how to come by numbers, places and memory. */
class FunctionWriter {
    private static final long[] NUMBERS = {
        0,
        1,
        2,
        3,
        4,
        7,
        8,
        15,
        16,
        31,
        32,
        63,
        64,
        127,
        128,
        255,
        256,
        511,
        4095,
        0xffff,
        0x7fff_ffff,
        0x8000_0000L,
        0xffff_ffffL,
        0x1_0000_0000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        -2,
        -8,
        -128,
        -129,
        -4096,
        Integer.MIN_VALUE
    };
    private static final int[] ALU = {
        Opcode.ADD,
        Opcode.SUB,
        Opcode.MUL,
        Opcode.DIV,
        Opcode.OR,
        Opcode.AND,
        Opcode.LSH,
        Opcode.RSH,
        Opcode.MOD,
        Opcode.XOR,
        Opcode.MOV,
        Opcode.ARSH,
        Opcode.ADD,
        Opcode.AND,
        Opcode.SUB
    };
    static final int[] COMPARISONS = Comparisons.all();

    final SplittableRandom random;
    final Emitter e;
    final String family;
    /** Lowest byte of the stack that the function uses, counted from fp. */
    final int lowest;

    Known k = new Known();
    /** Registers that others rely on. */
    final int[] pinned = new int[11];
    /** Slots of the stack that hold what must not be overwritten. */
    final boolean[] reserved = new boolean[64];

    int loops;
    /** References held: no way out of the function meanwhile. */
    int held;

    FunctionWriter(SplittableRandom random, Emitter e, String family, int stackBytes) {
        this.random = random;
        this.e = e;
        this.family = family;
        this.lowest = -stackBytes;
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    int pick(int... of) {
        return of[random.nextInt(of.length)];
    }

    long anyNumber() {
        return switch (random.nextInt(4)) {
            case 0 -> NUMBERS[random.nextInt(NUMBERS.length)] + random.nextInt(3) - 1;
            case 1 -> random.nextInt(64);
            case 2 -> random.nextInt();
            default -> NUMBERS[random.nextInt(NUMBERS.length)];
        };
    }

    int anyImmediate() {
        return (int) anyNumber();
    }

    List<Integer> having(Kind kind) {
        List<Integer> found = new ArrayList<>();
        for (int r = 0; r < 10; r++) {
            if (k.registers[r].kind() == kind) {
                found.add(r);
            }
        }
        return found;
    }

    private int oneOf(List<Integer> registers) {
        return registers.get(random.nextInt(registers.size()));
    }

    /** A register that may be overwritten; in loops pointers go to r0 to r5 only. */
    int free(boolean forPointer) {
        for (int tries = 0; tries < 40; tries++) {
            int r = random.nextInt(10);
            boolean pointerNow = k.registers[r].kind() != Kind.NUMBER && k.registers[r].kind() != Kind.NOTHING;
            if (pinned[r] == 0 && (loops == 0 || r < 6 || !forPointer && !pointerNow) && (!pointerNow || chance(40))) {
                return r;
            }
        }
        for (int r = 5; r >= 0; r--) {
            if (pinned[r] == 0) {
                return r;
            }
        }
        throw new Exhausted();
    }

    /** Too many registers are in use: the program is given up. */
    static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Exhausted() {
            super("no register is free", null, false, false);
        }
    }

    /** A register with a number; made if there is none. */
    int number() {
        List<Integer> numbers = having(Kind.NUMBER);
        if (!numbers.isEmpty() && chance(85)) {
            return oneOf(numbers);
        }
        return newNumber();
    }

    int newNumber() {
        int r = free(false);
        List<Integer> contexts = having(Kind.CONTEXT);
        int slot = slot(8);
        if (chance(45) && !contexts.isEmpty()) {
            contextLoad(r, oneOf(contexts));
        } else if (chance(50) && k.written(slot, 8)) {
            e.load(pick(1, 2, 4, 8), r, 10, slot);
            k.registers[r] = Value.NUMBER;
        } else {
            e.moveImmediate(r, anyNumber());
            k.registers[r] = Value.NUMBER;
        }
        return r;
    }

    /** A number register that may be changed. */
    int ownNumber() {
        for (int tries = 0; tries < 8; tries++) {
            int r = number();
            if (pinned[r] == 0) {
                return r;
            }
        }
        int r = free(false);
        e.moveImmediate(r, anyNumber());
        k.registers[r] = Value.NUMBER;
        return r;
    }

    private void contextLoad(int dst, int context) {
        // Fields that a test run of Linux leaves as they are here.
        int offset = family.equals("xdp") ? 12 : pick(0, 8, 12, 20, 24, 32, 40, 48, 52, 56, 60, 64);
        int bytes = family.equals("xdp") || chance(60) ? 4 : pick(1, 2);
        e.load(bytes, dst, context, offset + (bytes == 4 ? 0 : bytes * random.nextInt(4 / bytes)));
        k.registers[dst] = Value.NUMBER;
    }

    /** The context in a register: one that has it, or loaded from the stack. */
    int context() {
        List<Integer> contexts = having(Kind.CONTEXT);
        if (!contexts.isEmpty()) {
            return oneOf(contexts);
        }
        for (int i = 0; i < 64; i++) {
            if (k.spills[i] != null && k.spills[i].kind() == Kind.CONTEXT) {
                int r = free(true);
                e.load(8, r, 10, -8 * (i + 1));
                k.registers[r] = k.spills[i];
                return r;
            }
        }
        return -1;
    }

    /** A place on the stack of so many bytes, aligned to 8, that nobody reserved. */
    int slot(int bytes) {
        int places = -lowest / 8;
        int slots = (bytes + 7) / 8;
        for (int tries = 0; tries < 30; tries++) {
            int top = random.nextInt(places - slots + 1);
            boolean ok = true;
            for (int i = top; i < top + slots; i++) {
                ok &= !reserved[i] && k.spills[i] == null;
            }
            if (ok) {
                return -8 * (top + slots);
            }
        }
        throw new Exhausted();
    }

    void reserve(int offset, int bytes, boolean on) {
        for (int i = -offset / 8 - 1; i > -offset / 8 - 1 - (bytes + 7) / 8; i--) {
            reserved[i] = on;
        }
    }

    /** Fills a piece of the stack with numbers, as far as it is not. */
    void fill(int offset, int bytes) {
        int at = offset;
        while (at < offset + bytes) {
            int left = offset + bytes - at;
            int size = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
            if (!k.written(at, size) || chance(20)) {
                if (chance(50)) {
                    e.store(size, 10, at, number());
                } else {
                    e.storeImmediate(size, 10, at, anyImmediate());
                }
                k.write(at, size);
            }
            at += size;
        }
    }

    /** A register that points to memory of at least so many bytes behind it, which may be written; -1 if there is none. */
    int memory(int bytes, boolean packets) {
        List<Integer> found = new ArrayList<>();
        for (int r = 0; r < 10; r++) {
            Value v = k.registers[r];
            if ((v.kind() == Kind.MEMORY || packets && v.kind() == Kind.PACKET)
                    && v.writable()
                    && v.bytes() - v.offset() >= bytes
                    && v.offset() >= 0) {
                found.add(r);
            }
        }
        return found.isEmpty() ? -1 : oneOf(found);
    }

    /** Any memory that may be accessed, -1 if there is none. */
    int region() {
        List<Integer> found = having(Kind.MEMORY);
        found.addAll(having(Kind.PACKET));
        return found.isEmpty() ? -1 : oneOf(found);
    }

    // Arithmetic.

    void arithmetic() {
        int dst = ownNumber();
        arithmetic(dst);
        k.registers[dst] = Value.NUMBER;
    }

    void arithmetic(int dst) {
        boolean wide = chance(65);
        int cls = wide ? Opcode.CLASS_ALU64 : Opcode.CLASS_ALU;
        int op = ALU[random.nextInt(ALU.length)];
        boolean shift = op == Opcode.LSH || op == Opcode.RSH || op == Opcode.ARSH;
        boolean division = op == Opcode.DIV || op == Opcode.MOD;
        int kind = random.nextInt(20);
        if (kind == 0) {
            e.add(cls | Opcode.NEG, dst, 0, 0, 0);
        } else if (kind == 1) {
            int swap = chance(40) ? Opcode.CLASS_ALU64 : Opcode.CLASS_ALU | pick(0, Opcode.X);
            e.add(swap | Opcode.END, dst, 0, 0, pick(16, 32, 64));
        } else if (kind == 2) {
            e.add(cls | Opcode.MOV | Opcode.X, dst, number(), wide ? pick(8, 16, 32) : pick(8, 16), 0);
        } else if (kind < 8) {
            e.add(cls | op | Opcode.X, dst, number(), division && chance(40) ? 1 : 0, 0);
        } else if (shift) {
            e.add(cls | op, dst, 0, 0, random.nextInt(wide ? 64 : 32));
        } else {
            long immediate = anyImmediate();
            e.add(cls | op, dst, 0, division && chance(40) ? 1 : 0, division && immediate == 0 ? 1 : immediate);
        }
    }

    void setNumber() {
        int r = free(false);
        e.moveImmediate(r, anyNumber());
        k.registers[r] = Value.NUMBER;
    }

    void moveAnything() {
        int from = random.nextInt(11);
        if (k.registers[from].kind() == Kind.NOTHING || k.registers[from].kind() == Kind.STACK && chance(70)) {
            return;
        }
        int to = free(k.registers[from].kind() != Kind.NUMBER);
        e.move(to, from);
        k.registers[to] = k.registers[from];
    }

    // Memory.

    int size() {
        return pick(1, 2, 4, 8);
    }

    void stackAccess() {
        int bytes = size();
        int slot = slot(8) + (chance(70) ? 0 : bytes * random.nextInt(8 / bytes));
        if (chance(50)) {
            if (chance(70)) {
                e.store(bytes, 10, slot, number());
            } else {
                e.storeImmediate(bytes, 10, slot, anyImmediate());
            }
            k.write(slot, bytes);
        } else if (k.written(slot, bytes)) {
            int to = free(false);
            load(bytes, to, 10, slot);
        }
    }

    private void load(int bytes, int dst, int src, int offset) {
        if (bytes < 8 && chance(25)) {
            e.add(Opcode.CLASS_LDX | Opcode.MODE_MEMSX | Opcode.sizeBits(bytes), dst, src, offset, 0);
        } else {
            e.load(bytes, dst, src, offset);
        }
        k.registers[dst] = Value.NUMBER;
    }

    void spillOrFill() {
        int r = random.nextInt(10);
        Value v = k.registers[r];
        if (chance(50) && loops == 0 && v.kind() != Kind.NOTHING) {
            int slot = slot(8);
            e.store(8, 10, slot, r);
            if (v.kind() == Kind.NUMBER) {
                k.write(slot, 8);
            } else {
                k.spill(slot, v);
            }
            return;
        }
        int i = random.nextInt(64);
        if (k.spills[i] != null) {
            int to = free(true);
            e.load(8, to, 10, -8 * (i + 1));
            k.registers[to] = k.spills[i];
        }
    }

    void memoryAccess() {
        int r = region();
        if (r < 0) {
            stackAccess();
            return;
        }
        Value v = k.registers[r];
        int bytes = size();
        int room = v.bytes() - bytes;
        if (room < 0) {
            return;
        }
        int at = (chance(25) ? room : random.nextInt(room + 1)) - v.offset();
        at += chance(2) ? pick(-1, 1) * random.nextInt(9) : 0;
        access(r, at, bytes, v.writable());
    }

    /** Reads or writes through a register. */
    void access(int r, int offset, int bytes, boolean writable) {
        boolean atomic = writable && bytes >= 4 && k.registers[r].kind() != Kind.PACKET && chance(20);
        if (atomic && Math.floorMod(offset + k.registers[r].offset(), bytes) == 0) {
            atomic(r, offset, bytes);
        } else if (writable && chance(50)) {
            if (chance(70)) {
                e.store(bytes, r, offset, number());
            } else {
                e.storeImmediate(bytes, r, offset, anyImmediate());
            }
        } else {
            pinned[r]++;
            load(bytes, free(false), r, offset);
            pinned[r]--;
        }
    }

    void atomic(int r, int offset, int bytes) {
        int src = ownNumber();
        if (src == r) {
            return;
        }
        int operation = pick(
                Opcode.ADD,
                Opcode.OR,
                Opcode.AND,
                Opcode.XOR,
                Opcode.ADD | Opcode.FETCH,
                Opcode.OR | Opcode.FETCH,
                Opcode.AND | Opcode.FETCH,
                Opcode.XOR | Opcode.FETCH,
                Opcode.XCHG,
                Opcode.CMPXCHG);
        if (operation == Opcode.CMPXCHG && !(k.number(0) && pinned[0] == 0)) {
            operation = Opcode.XCHG;
        }
        e.add(Opcode.CLASS_STX | Opcode.MODE_ATOMIC | Opcode.sizeBits(bytes), r, src, offset, operation);
        if (operation == Opcode.CMPXCHG) {
            k.registers[0] = Value.NUMBER;
        } else if ((operation & Opcode.FETCH) != 0) {
            k.registers[src] = Value.NUMBER;
        }
    }

    void atomicOnStack() {
        int bytes = pick(4, 8);
        int slot = slot(8);
        fill(slot, 8);
        atomic(10, slot, bytes);
    }

    void movePointer() {
        int r = region();
        if (r < 0 || pinned[r] > 0 || loops > 0 && r >= 6) {
            return;
        }
        int by = chance(70) ? random.nextInt(8) : -random.nextInt(8);
        if (chance(50)) {
            e.addImmediate(r, by);
        } else {
            e.add(Opcode.CLASS_ALU64 | Opcode.SUB, r, 0, 0, -by);
        }
        k.registers[r] = k.registers[r].moved(by);
    }

    /** An access at a distance that only ranges tell: often right at the edge of what is allowed. */
    void variableAccess() {
        int r = chance(25) ? 10 : region();
        if (r < 0) {
            return;
        }
        Value v = k.registers[r];
        // Accesses of the stack must be aligned wherever they may be.
        int bytes = r == 10 && chance(80) ? 1 : size();
        int available;
        int base;
        if (r == 10) {
            available = 8 * (1 + random.nextInt(4));
            base = slot(available);
            fill(base, available);
        } else {
            available = v.bytes();
            base = -v.offset();
        }
        int room = available - bytes;
        if (room < 0) {
            return;
        }
        pinned[r]++;
        int n = ownNumber();
        pinned[n]++;
        int out = e.label();
        Known before = k.copy();
        int max = bound(n, room, out);
        if (r != 10 && chance(15)) {
            // Not on the stack, where what was never written would be read.
            arithmetic(n);
        }
        pinned[n]--;
        pinned[r]--;
        int pointer = freeBut(r, n);
        e.move(pointer, r);
        e.add(Opcode.CLASS_ALU64 | Opcode.ADD | Opcode.X, pointer, n, 0, 0);
        int slack = Math.max(0, room - max);
        int at = base + (chance(60) ? slack : random.nextInt(slack + 1)) + (chance(12) ? pick(-1, 1, 2) : 0);
        Value of = r == 10 ? Value.memory(512, true) : v;
        k.registers[n] = Value.NUMBER;
        k.registers[pointer] = Value.NOTHING;
        if (r == 10 && chance(40)) {
            // What a write at an unknown place leaves behind is a number.
            e.storeImmediate(bytes, pointer, at, anyImmediate());
        } else {
            k.registers[pointer] = of;
            pinned[pointer]++;
            if (chance(50) && of.writable() && r != 10) {
                e.store(bytes, pointer, at, number());
            } else {
                load(bytes, free(false), pointer, at);
            }
            pinned[pointer]--;
            if (k.registers[pointer] == of) {
                k.registers[pointer] = Value.NOTHING;
            }
        }
        e.place(out);
        k.merge(before);
        if (pinned[pointer] == 0 && k.registers[pointer].kind() != Kind.NUMBER) {
            k.registers[pointer] = Value.NOTHING;
        }
    }

    private int freeBut(int a, int b) {
        pinned[a]++;
        pinned[b]++;
        try {
            return free(true);
        } finally {
            pinned[a]--;
            pinned[b]--;
        }
    }

    /** Makes a number at most {@code limit}, or jumps; answers the bound that a reader would see. */
    int bound(int n, int limit, int out) {
        if (chance(30)) {
            arithmetic(n);
            k.registers[n] = Value.NUMBER;
        }
        int max = limit == 0 ? 0 : chance(50) ? limit : random.nextInt(limit + 1);
        boolean wide = chance(70);
        int jump = wide ? Opcode.CLASS_JMP : Opcode.CLASS_JMP32;
        int alu = wide ? Opcode.CLASS_ALU64 : Opcode.CLASS_ALU;
        switch (random.nextInt(9)) {
            case 0 -> {
                max = Integer.highestOneBit(max + 1) - 1;
                e.add(alu | Opcode.AND, n, 0, 0, max);
            }
            case 1 -> e.add(alu | Opcode.MOD, n, 0, 0, max + 1);
            case 2 -> e.to(out, jump | Opcode.JGT, n, 0, max);
            case 3 -> e.to(out, jump | Opcode.JGE, n, 0, max + 1);
            case 4 -> {
                e.to(out, jump | Opcode.JSGT, n, 0, max);
                e.to(out, jump | Opcode.JSLT, n, 0, 0);
            }
            case 5 -> {
                int bits = 32 - Integer.numberOfLeadingZeros(max + 1) - 1;
                e.add(alu | Opcode.RSH, n, 0, 0, (wide ? 64 : 32) - Math.max(1, bits));
                max = Math.max(1, (1 << Math.max(1, bits)) - 1);
            }
            case 6 -> {
                // Two steps: a multiple of a smaller number.
                int factor = 1 + random.nextInt(4);
                max = max / factor * factor;
                e.to(out, jump | Opcode.JGT, n, 0, max / factor);
                e.add(alu | Opcode.MUL, n, 0, 0, factor);
            }
            case 7 -> {
                // Against another register that was bounded first.
                pinned[n]++;
                int other = ownNumber();
                pinned[n]--;
                e.add(Opcode.CLASS_ALU64 | Opcode.AND, other, 0, 0, Integer.highestOneBit(max + 1) - 1);
                k.registers[other] = Value.NUMBER;
                e.to(out, jump | pick(Opcode.JGT, Opcode.JGE) | Opcode.X, n, other, 0);
                max = Integer.highestOneBit(max + 1) - 1;
            }
            default -> {
                int from = random.nextInt(max + 1);
                e.to(out, jump | Opcode.JLT, n, 0, from);
                e.to(out, jump | Opcode.JGT, n, 0, max);
                if (chance(50)) {
                    e.add(alu | Opcode.SUB, n, 0, 0, from);
                    max -= from;
                }
            }
        }
        return max;
    }

    /** Stores every number into a map, so that it can be seen afterwards. */
    void observe() {
        List<Integer> numbers = having(Kind.NUMBER);
        int pointer = -1;
        for (int r = 0; r < 10; r++) {
            if (!numbers.contains(r)) {
                pointer = r;
            }
        }
        if (pointer < 0) {
            pointer = 9;
            numbers.remove(Integer.valueOf(9));
        }
        e.mapValue(pointer, FuzzMaps.ONE, 0);
        k.registers[pointer] = Value.NOTHING;
        for (int i = 0; i < Math.min(8, numbers.size()); i++) {
            e.store(8, pointer, 8 * i, numbers.get(i));
        }
    }
}
