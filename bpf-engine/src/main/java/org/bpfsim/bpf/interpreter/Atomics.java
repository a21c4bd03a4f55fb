package org.bpfsim.bpf.interpreter;

import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.AddressSpace;
import org.bpfsim.bpf.types.AccessViolation;

/**
 * Atomic operations (RFC 9669, section 5.3). A simulated kernel runs one program at a time, so a load and a store are atomic.
 *
 * <p>Hot path: no allocation.
 */
public final class Atomics {
    private static final long U32 = 0xffff_ffffL;

    private Atomics() {}

    /**
     * Executes one operation and answers what was there before.
     *
     * @param bytes 4 or 8
     * @param expected what a compare-and-exchange compares with (R0)
     */
    public static long execute(AddressSpace space, long address, int bytes, int operation, long value, long expected) {
        long old = space.load(address, bytes);
        if (operation != Opcode.CMPXCHG) {
            space.store(address, bytes, combine(old, value, operation));
        } else if (old == (bytes == 4 ? expected & U32 : expected)) {
            space.store(address, bytes, value);
        }
        return old;
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
