package org.bpfsim.bpf.interpreter;

import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.AddressSpace;
import org.bpfsim.bpf.types.AccessViolation;

/**
 * Atomic operations (RFC 9669, section 5.3). A simulated kernel runs one program at a time, so a load and a store are atomic.
 *
 * <p>Hot path: no allocation.
 */
final class Atomics {
    private static final long U32 = 0xffff_ffffL;

    private Atomics() {}

    static void execute64(AddressSpace space, long[] r, int dst, int src, int offset, int operation) {
        long address = r[dst] + offset;
        long old = space.load(address, 8);
        if (operation == Opcode.CMPXCHG) {
            if (old == r[0]) {
                space.store(address, 8, r[src]);
            }
            r[0] = old;
            return;
        }
        space.store(address, 8, combine(old, r[src], operation));
        if ((operation & Opcode.FETCH) != 0) {
            r[src] = old;
        }
    }

    static void execute32(AddressSpace space, long[] r, int dst, int src, int offset, int operation) {
        long address = r[dst] + offset;
        long old = space.load(address, 4);
        if (operation == Opcode.CMPXCHG) {
            if (old == (r[0] & U32)) {
                space.store(address, 4, r[src]);
            }
            r[0] = old;
            return;
        }
        space.store(address, 4, combine(old, r[src], operation));
        if ((operation & Opcode.FETCH) != 0) {
            r[src] = old;
        }
    }

    private static long combine(long old, long value, int operation) {
        switch (operation) {
            case Opcode.ADD:
            case Opcode.ADD | Opcode.FETCH:
                return old + value;
            case Opcode.OR:
            case Opcode.OR | Opcode.FETCH:
                return old | value;
            case Opcode.AND:
            case Opcode.AND | Opcode.FETCH:
                return old & value;
            case Opcode.XOR:
            case Opcode.XOR | Opcode.FETCH:
                return old ^ value;
            case Opcode.XCHG:
                return value;
            default:
                throw new AccessViolation(String.format("atomic operation 0x%02x does not exist", operation));
        }
    }
}
