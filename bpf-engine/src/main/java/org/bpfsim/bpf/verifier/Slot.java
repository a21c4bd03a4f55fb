package org.bpfsim.bpf.verifier;

/** Eight bytes of stack: what each byte holds, and the value if it is one spilled register. */
final class Slot {
    static final byte INVALID = 0;
    static final byte SPILL = 1;
    static final byte MISC = 2;
    static final byte ZERO = 3;
    static final byte DYNPTR = 4;
    static final byte ITER = 5;

    final byte[] kinds = new byte[8];
    /** The spilled register, the dynptr or the iterator; NOT_INIT otherwise. */
    Reg spilled = new Reg();
    /** DYNPTR: whether it is the first of its two slots. */
    boolean first;
    /** ITER. */
    IterState iter;

    Slot copy() {
        Slot s = new Slot();
        System.arraycopy(kinds, 0, s.kinds, 0, 8);
        s.spilled =
                spilled.type == RegType.NOT_INIT && kinds[7] != DYNPTR && kinds[7] != ITER ? s.spilled : spilled.copy();
        s.first = first;
        s.iter = iter;
        return s;
    }

    boolean isSpill() {
        return kinds[7] == SPILL;
    }

    boolean isSpillOfPointer() {
        return isSpill() && spilled.isPointer();
    }

    boolean isSpillOfScalar() {
        return isSpill() && spilled.isScalar();
    }

    /** Number of low bytes... of the spilled value that are still there: 8, 4, 2 or 1; 0 if not from the slot's start. */
    boolean isFullSpill() {
        return kinds[0] == SPILL && isSpill();
    }

    boolean isSpecial() {
        return kinds[7] == DYNPTR || kinds[7] == ITER;
    }

    void fill(byte kind) {
        java.util.Arrays.fill(kinds, kind);
        spilled = new Reg();
        iter = null;
        first = false;
    }

    /** After part of a spilled value was overwritten, what is left of it is just bytes. */
    void scrubSpill() {
        if (isSpill()) {
            for (int i = 0; i < 8; i++) {
                if (kinds[i] == SPILL) {
                    kinds[i] = MISC;
                }
            }
            spilled = new Reg();
        }
    }

    boolean allOf(byte kind) {
        for (byte k : kinds) {
            if (k != kind) {
                return false;
            }
        }
        return true;
    }
}
