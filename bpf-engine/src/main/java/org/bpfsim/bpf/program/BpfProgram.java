package org.bpfsim.bpf.program;

import org.bpfsim.bpf.interpreter.CompiledCode;
import org.bpfsim.bpf.interpreter.CompiledRun;
import org.bpfsim.bpf.interpreter.DecodedProgram;
import org.bpfsim.bpf.interpreter.Machine;
import org.bpfsim.bpf.types.StructType;

/**
 * A program of an instance, ready to run. Not for use by several threads; may be run again from within a helper that it
 * calls.
 *
 * <p>Hot path: no allocation.
 */
public final class BpfProgram {
    private final BpfInstance instance;
    private final int id;
    private final RelocatedProgram program;
    private final DecodedProgram decoded;
    /** Null if the program is interpreted. */
    private final CompiledCode code;

    private final StructType<?> context;
    private final int arguments;
    /** Kept here as well: programs read clocks at the end of a chain of references, which a CPU waits for. */
    private CompiledRun outermostRun;

    private final DirectCall numbers;
    private final DirectCall pointer1;
    private final DirectCall pointer3;

    BpfProgram(BpfInstance instance, int id, RelocatedProgram program, DecodedProgram decoded) {
        this.instance = instance;
        this.id = id;
        this.program = program;
        this.decoded = decoded;
        this.code = decoded.code();
        this.context = program.family().context().orElse(null);
        this.arguments = program.member().map(m -> m.arguments()).orElse(0);
        this.numbers = DirectCall.of(code, 0, arguments);
        this.pointer1 = DirectCall.of(code, 1, arguments);
        this.pointer3 = DirectCall.of(code, 3, arguments);
    }

    public String name() {
        return program.name();
    }

    /** What stands for the program in a {@code prog_array} of its instance; never 0. */
    public int id() {
        return id;
    }

    public String section() {
        return program.section();
    }

    public ProgramFamily family() {
        return program.family();
    }

    /**
     * Runs with one context object, laid out as the family's context struct. Answers R0.
     *
     * @throws org.bpfsim.bpf.BpfFault if the program does what it must not
     */
    public long run(Object contextObject) {
        return run(contextObject, Machine.MAX_BUDGET);
    }

    /** Runs at most so many instructions. */
    long run(Object contextObject, long budget) {
        Machine machine = instance.nextMachine();
        machine.begin(decoded);
        instance.enter(machine);
        try {
            return machine.run(contextObject, context, budget);
        } finally {
            instance.leave(machine);
        }
    }

    /**
     * Sets an argument of the {@link #run()} that follows (struct_ops): a pointer to a kernel object, NULL for null. All
     * arguments are set anew for each run, in any order, with no other run in between.
     */
    public <T> void argument(int index, T object, StructType<? super T> type) {
        instance.nextMachine().beginOnce(decoded).argument(index, object, type);
    }

    /** Sets an argument of the {@link #run()} that follows (struct_ops) to a number. */
    public void argument(int index, long value) {
        instance.nextMachine().beginOnce(decoded).argument(index, value);
    }

    /** Runs with the arguments that were set. Answers R0. */
    public long run() {
        return run(instance.nextMachine().beginOnce(decoded));
    }

    /** Runs with a pointer as the first argument. Answers R0. */
    public <T> long run(T object, StructType<? super T> type) {
        // What lies behind a program's arguments it cannot see.
        return run(object, type, 0, 0);
    }

    /** Runs with a pointer and a number. Answers R0. */
    public <T> long run(T object, StructType<? super T> type, long second) {
        return run(object, type, second, 0);
    }

    /** Runs with a pointer and two numbers. Answers R0. */
    public <T> long run(T object, StructType<? super T> type, long second, long third) {
        return numbers.takes(object, type)
                ? machineForCall().call(code, object, null, second, third)
                : prepareAndRun(object, type, second, third);
    }

    /** Runs with two pointers. Answers R0. */
    public <T, U> long run(T object, StructType<? super T> type, U second, StructType<? super U> secondType) {
        if (pointer1.takes(object, type) && pointer1.takesOther(second, secondType)) {
            return machineForCall().call(code, object, second, 0, 0);
        }
        Machine machine = instance.nextMachine().beginOnce(decoded);
        machine.argument(0, object, type);
        machine.argument(1, second, secondType);
        return run(machine);
    }

    /** Runs with a pointer, two numbers and another pointer. Answers R0. */
    public <T, U> long run(
            T object, StructType<? super T> type, long second, long third, U fourth, StructType<? super U> fourthType) {
        if (pointer3.takes(object, type) && pointer3.takesOther(fourth, fourthType)) {
            return machineForCall().call(code, object, fourth, second, third);
        }
        Machine machine = instance.nextMachine().beginOnce(decoded);
        machine.argument(3, fourth, fourthType);
        return prepareAndRun(object, type, second, third);
    }

    /** The instance's outermost machine from now on; null if it has none. */
    void callsWith(CompiledRun outermost) {
        outermostRun = outermost;
    }

    private CompiledRun machineForCall() {
        return outermostRun != null && outermostRun.ready() ? outermostRun : instance.machineForCall();
    }

    private <T> long prepareAndRun(T object, StructType<? super T> type, long second, long third) {
        Machine machine = instance.nextMachine().beginOnce(decoded);
        machine.argument(0, object, type);
        machine.argument(1, second);
        machine.argument(2, third);
        return run(machine);
    }

    private long run(Machine machine) {
        instance.enter(machine);
        try {
            return machine.runWithArguments(arguments, Machine.MAX_BUDGET);
        } finally {
            instance.leave(machine);
        }
    }

    /** BPF instructions that the last run of the instance executed: what a CPU cost model charges for. */
    public long lastRunInstructions() {
        return instance.lastRunInstructions();
    }

    /** Calls of helpers and kfuncs among them. */
    public long lastRunHelperCalls() {
        return instance.lastRunHelperCalls();
    }
}
