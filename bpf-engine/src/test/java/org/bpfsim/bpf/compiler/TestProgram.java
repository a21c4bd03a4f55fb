package org.bpfsim.bpf.compiler;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.interpreter.CompiledCode;
import org.bpfsim.bpf.interpreter.DecodedProgram;
import org.bpfsim.bpf.interpreter.Machine;
import org.bpfsim.bpf.isa.Assembler;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.program.TestKernel;

/** Instructions that are run on a piece of memory by the interpreter or by compiled code. */
public final class TestProgram {
    private static final long BUDGET = 1_000_000;

    private final DecodedProgram program;
    private final Machine machine = new Machine(new TestKernel(), null, List.of());

    public TestProgram(Instruction[] code, Execution execution, HelperFunction... helpers) {
        DecodedProgram decoded = new DecodedProgram(
                "case", code, helpers, null, slot -> new SourceLocation("case", "", slot, Optional.empty()));
        List<String> names =
                IntStream.range(0, helpers.length).mapToObj(i -> "helper " + i).toList();
        this.program = execution == Execution.INTERPRETER
                ? decoded
                : decoded.compiled(form -> Compiler.compile(new CompilerInput(
                                form, code, helpers, names, new CompilerInput.Context.Memory(), Optional.empty())))
                        .orElseThrow();
    }

    static TestProgram of(String text, Execution execution, HelperFunction... helpers) {
        return new TestProgram(Assembler.slots(text), execution, helpers);
    }

    /** Runs on a copy of the memory. Answers R0. */
    public long run(byte[] memory, long budget) {
        return machine.runOnMemory(program, memory.clone(), budget);
    }

    /** Without an address space if the program stands alone. */
    private long call(byte[] memory) {
        CompiledCode code = program.code();
        return code != null && code.standsAlone()
                ? machine.compiled().call(code, memory, BUDGET)
                : machine.runOnMemory(program, memory, BUDGET);
    }

    /** Everything that can be seen of a run: R0 or the fault, the memory afterwards, the instructions executed. */
    String outcome(byte[] memory) {
        byte[] copy = memory.clone();
        String result;
        try {
            result = "R0 " + Long.toHexString(call(copy));
        } catch (BpfFault fault) {
            result = fault.getMessage();
        }
        return result + ", memory " + Arrays.toString(copy) + ", " + machine.steps() + " instructions, "
                + machine.helperCalls() + " helpers";
    }
}
