package org.bpfsim.bpf.interpreter;

import java.util.function.IntFunction;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.WriteRights;

/**
 * A program in the form that the interpreter reads: one packed word and one immediate per slot. Immutable and shared by all
 * machines.
 *
 * <pre>
 *   packed:  offset:16 src:4 dst:4 opcode:8
 * </pre>
 */
public final class DecodedProgram {
    final int[] packed;
    final long[] immediates;
    final HelperFunction[] functions;
    final WriteRights rights;
    private final String name;
    private final IntFunction<SourceLocation> locations;

    /**
     * @param code by slot; null in the second slot of a wide instruction
     * @param functions helpers and kfuncs; the immediate of a {@code call} is an index into them
     * @param locations of slots, for faults
     */
    public DecodedProgram(
            String name,
            Instruction[] code,
            HelperFunction[] functions,
            WriteRights rights,
            IntFunction<SourceLocation> locations) {
        this.name = name;
        this.functions = functions.clone();
        this.rights = rights;
        this.locations = locations;
        this.packed = new int[code.length];
        this.immediates = new long[code.length];
        for (int slot = 0; slot < code.length; slot++) {
            Instruction insn = code[slot];
            if (insn != null) {
                packed[slot] = insn.opcode() | insn.dst() << 8 | insn.src() << 12 | insn.offset() << 16;
                immediates[slot] = insn.immediate();
            }
        }
    }

    public String name() {
        return name;
    }

    /** Length in slots. */
    public int slots() {
        return packed.length;
    }

    SourceLocation location(int slot) {
        return locations.apply(slot);
    }

    /** The register that a slot's instruction goes through to memory; -1 if it does not. */
    int addressRegister(int slot) {
        if (slot < 0 || slot >= packed.length) {
            return -1;
        }
        int opcode = packed[slot] & 0xff;
        switch (Opcode.classOf(opcode)) {
            case Opcode.CLASS_LDX:
                return packed[slot] >>> 12 & 15;
            case Opcode.CLASS_ST:
            case Opcode.CLASS_STX:
                return packed[slot] >>> 8 & 15;
            default:
                return -1;
        }
    }
}
