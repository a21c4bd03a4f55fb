package org.bpfsim.bpf.interpreter;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.WriteRights;
import org.bpfsim.bpf.types.AccessViolation;

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
    /** Set once, before anybody else sees the program. */
    private CompiledCode compiled;

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

    private DecodedProgram(DecodedProgram program) {
        this.name = program.name;
        this.functions = program.functions;
        this.rights = program.rights;
        this.locations = program.locations;
        this.packed = program.packed;
        this.immediates = program.immediates;
    }

    /**
     * The same program, to be run by compiled code; empty if the compiler makes none.
     *
     * @param compiler is given the program that the code will belong to
     */
    public Optional<DecodedProgram> compiled(Function<DecodedProgram, Optional<CompiledCode>> compiler) {
        DecodedProgram program = new DecodedProgram(this);
        program.compiled = compiler.apply(program).orElse(null);
        return program.compiled == null ? Optional.empty() : Optional.of(program);
    }

    public String name() {
        return name;
    }

    /** What runs the program; null if it is interpreted. */
    public CompiledCode code() {
        return compiled;
    }

    /** Length in slots. */
    public int slots() {
        return packed.length;
    }

    /** What a violation at a slot comes to. */
    BpfFault fault(int slot, AccessViolation violation) {
        int register = addressRegister(slot);
        String through = register < 0 ? "" : "R" + register + ": ";
        BpfFault fault = new BpfFault(locations.apply(slot), through + violation.getMessage());
        fault.initCause(violation);
        return fault;
    }

    /** The register that a slot's instruction goes through to memory; -1 if it does not. */
    private int addressRegister(int slot) {
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
