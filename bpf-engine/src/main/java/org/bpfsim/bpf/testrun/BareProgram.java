package org.bpfsim.bpf.testrun;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.compiler.Compiler;
import org.bpfsim.bpf.compiler.CompilerInput;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.bpf.interpreter.CompiledCode;
import org.bpfsim.bpf.interpreter.DecodedProgram;
import org.bpfsim.bpf.interpreter.Machine;
import org.bpfsim.bpf.isa.Code;
import org.bpfsim.bpf.isa.CodeCheck;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.program.Execution;

/** Instructions without an object around them: no maps, no types, a piece of memory to work on. */
public final class BareProgram {
    private static final long BUDGET = 1L << 32;

    private final DecodedProgram decoded;
    private final Machine machine;
    /** What is called without an address space; null if there is no such code. */
    private final CompiledCode alone;

    private BareProgram(DecodedProgram decoded, RuntimeServices services) {
        this.decoded = decoded;
        this.alone = decoded.code() != null && decoded.code().standsAlone() ? decoded.code() : null;
        this.machine = new Machine(services, null, List.of());
    }

    /** Prepares a program to be run in the usual way. */
    public static BareProgram of(byte[] code, Map<Integer, HelperFunction> helpers, RuntimeServices services)
            throws BpfLoadException {
        return of(code, helpers, services, Execution.byDefault());
    }

    /**
     * Prepares a program.
     *
     * @param code 8 bytes per slot, little-endian
     * @param helpers by number
     * @throws BpfLoadException if the bytes are no instructions, or a helper is called that is not there
     */
    public static BareProgram of(
            byte[] code, Map<Integer, HelperFunction> helpers, RuntimeServices services, Execution execution)
            throws BpfLoadException {
        SourceLocation here = SourceLocation.of("program", "code");
        Instruction[] slots;
        try {
            slots = Code.bySlot(Code.decode(code));
        } catch (IllegalArgumentException e) {
            throw new BpfLoadException(here, e.getMessage(), "");
        }
        Optional<CodeCheck.Problem> problem = CodeCheck.problem(slots);
        if (problem.isPresent()) {
            throw new BpfLoadException(
                    here, "insn " + problem.get().slot() + ": " + problem.get().reason(), "");
        }
        TreeMap<Integer, HelperFunction> known = new TreeMap<>(helpers);
        List<Integer> numbers = List.copyOf(known.keySet());
        for (int slot = 0; slot < slots.length; slot++) {
            Instruction insn = slots[slot];
            if (insn == null || insn.opcode() != Opcode.CALL || insn.isLocalCall()) {
                continue;
            }
            int callee = insn.src() == Opcode.HELPER_CALL ? numbers.indexOf((int) insn.immediate()) : -1;
            if (callee < 0) {
                throw new BpfLoadException(
                        here, "insn " + slot + ": '" + insn + "' calls what is not there", "Known helpers: " + numbers);
            }
            slots[slot] = insn.withImmediate(callee);
        }
        HelperFunction[] callees = known.values().toArray(new HelperFunction[0]);
        DecodedProgram decoded = new DecodedProgram("program", slots, callees, null, slot -> here);
        if (execution == Execution.COMPILER) {
            List<String> names = numbers.stream().map(n -> "helper " + n).toList();
            decoded = decoded.compiled(form -> Compiler.compile(new CompilerInput(
                            form, slots, callees, names, new CompilerInput.Context.Memory(), Optional.empty())))
                    .orElse(decoded);
        }
        return new BareProgram(decoded, services);
    }

    /** Runs with R1 = the memory's address and R2 = its length; both 0 without memory. Answers R0. */
    public long run(byte[] memory) {
        if (alone != null && memory.length != 0) {
            return machine.compiled().call(alone, memory, BUDGET);
        }
        return memory.length == 0
                ? machine.runOnNothing(decoded, BUDGET)
                : machine.runOnMemory(decoded, memory, BUDGET);
    }
}
