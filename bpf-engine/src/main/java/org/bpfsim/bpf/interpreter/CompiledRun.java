package org.bpfsim.bpf.interpreter;

import java.util.Arrays;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.bpf.memory.AddressLayout;
import org.bpfsim.bpf.memory.AddressSpace;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.types.AccessViolation;
import org.bpfsim.bpf.types.StructLayout;
import org.bpfsim.bpf.types.StructType;

/**
 * What compiled code works on: the address space and stack of its machine, and what it shares with helpers and with the
 * functions of the program around it. Public for compiled code alone.
 *
 * <p>Hot path: no allocation.
 */
public final class CompiledRun {
    /** A run may replace its program this often (Linux 6.12: MAX_TAIL_CALL_CNT in include/linux/bpf.h). */
    static final int MAX_TAIL_CALLS = 33;
    /** An instruction that calls a helper counts as one, and as this in the upper part of the count. */
    public static final long HELPER_CALL = 1L << CompiledRun.HELPER_CALL_SHIFT;

    /** Leaves room for twice the {@link Machine#MAX_BUDGET}, and for 2^27 calls. */
    static final int HELPER_CALL_SHIFT = 37;
    /** The lower part of the count. */
    static final long INSTRUCTIONS = HELPER_CALL - 1;

    public final Machine machine;
    public final RuntimeServices services;
    public final AddressSpace space;
    public final byte[] stack;
    /** The values of the arguments, 8 bytes each. */
    public final byte[] arguments;

    /** Registers of functions that were split into several methods, by frame. */
    private final long[][] registers = new long[AddressLayout.FRAMES][];

    private final Object[][] objects = new Object[AddressLayout.FRAMES][];

    /** Instructions executed, and above them calls of helpers. */
    private long steps;

    private long budget = Machine.MAX_BUDGET;
    /** Whether its machine made the last run, and is ready for the next: nothing need be asked or noted before a call. */
    private boolean ready;

    private int tailCalls;
    /** The stack frame of the program that is about to run: 0 unless a tail call of a function deeper down makes it run. */
    private int firstFrame;
    /** The frame and program that called the helper that is running. */
    private int frame;

    private DecodedProgram program;
    /** The frame that nothing may be replaced below: a callback's. */
    private int bottom;

    private DecodedProgram successor;
    /** Whether a tail call or a callback left anything that the next run must not find. */
    private boolean used;

    CompiledRun(Machine machine, AddressSpace space, byte[] stack) {
        this.machine = machine;
        this.services = machine.services();
        this.space = space;
        this.stack = stack;
        this.arguments = machine.arguments();
    }

    /** Runs a program from its first instruction. */
    long run(DecodedProgram decoded, long r1, long r2, long instructions) {
        begin(decoded, instructions);
        return decoded.code().run(this, r1, r2);
    }

    /** Runs one of a program's functions by itself. */
    long runCallback(DecodedProgram decoded, int slot, long r1, long r2, long r3, long instructions) {
        begin(decoded, instructions);
        return decoded.code().callback(this, 0, slot, r1, r2, r3, 0);
    }

    private void begin(DecodedProgram decoded, long instructions) {
        if (program != decoded) {
            program = decoded;
        }
        budget = instructions;
        steps = 0;
        if (used) {
            tailCalls = 0;
            bottom = 0;
            successor = null;
            used = false;
        }
    }

    /** Runs a struct_ops program that stands alone, for which nothing was prepared. */
    public long call(CompiledCode code, Object first, Object other, long second, long third) {
        return code.call(this, first, other, second, third);
    }

    /** Runs a program on plain memory that stands alone, for which nothing was prepared. */
    public long call(CompiledCode code, byte[] memory, long instructions) {
        budget = instructions;
        return code.call(this, memory, AddressLayout.address(AddressLayout.CONTEXT, 0), memory.length);
    }

    /** Whether the machine can make the next run as it made the last: what its instance notes of it. */
    public boolean ready() {
        return ready;
    }

    public void ready(boolean now) {
        ready = now;
    }

    long steps() {
        return steps;
    }

    /** The interpreter made the run, and executed so many instructions. */
    void steps(long executed) {
        steps = executed;
    }

    /** The program that the running helper was called by. */
    DecodedProgram current() {
        return program;
    }

    boolean tailCall(DecodedProgram next) {
        if (tailCalls >= MAX_TAIL_CALLS) {
            return false;
        }
        used = true;
        tailCalls++;
        successor = next;
        return true;
    }

    /** Runs a function of the program on top of the helper that was called. */
    long callback(int slot, long r1, long r2, long r3, long r4) {
        int caller = frame;
        int callersBottom = bottom;
        DecodedProgram callersProgram = program;
        enter(caller);
        checkBudget(0);
        used = true;
        bottom = caller + 1;
        long result = program.code().callback(this, caller + 1, slot, r1, r2, r3, r4);
        frame = caller;
        bottom = callersBottom;
        program = callersProgram;
        return result;
    }

    // What compiled code calls.

    /** The stack frame of the program's first function. */
    public int firstFrame() {
        return firstFrame;
    }

    /** The context object. */
    public Object context() {
        return machine.context();
    }

    /** The bytes that the program was given, if it was given some. */
    public byte[] memory() {
        return machine.memory();
    }

    /**
     * Loads from the memory that the program was given, if the place lies in it; otherwise whatever is at the address.
     *
     * @param index where the address would lie in the memory
     */
    public long loadMemory(byte[] memory, int index, long address, int bytes) {
        return index <= memory.length - bytes
                ? LittleEndian.get(memory, index, bytes)
                : loadElsewhere(memory, address, bytes);
    }

    /** The same at a place that only the address tells. */
    public long loadMemory(byte[] memory, long address, int bytes) {
        long index = address - AddressLayout.address(AddressLayout.CONTEXT, 0);
        return index >= 0 && index <= memory.length - bytes
                ? LittleEndian.get(memory, (int) index, bytes)
                : loadElsewhere(memory, address, bytes);
    }

    private long loadElsewhere(byte[] memory, long address, int bytes) {
        machine.showMemory(memory);
        return space.load(address, bytes);
    }

    /** As {@link #loadMemory(byte[], int, long, int)}. */
    public void storeMemory(byte[] memory, int index, long address, int bytes, long value) {
        if (index <= memory.length - bytes) {
            LittleEndian.put(memory, index, bytes, value);
        } else {
            storeElsewhere(memory, address, bytes, value);
        }
    }

    /** As {@link #loadMemory(byte[], long, int)}. */
    public void storeMemory(byte[] memory, long address, int bytes, long value) {
        long index = address - AddressLayout.address(AddressLayout.CONTEXT, 0);
        if (index >= 0 && index <= memory.length - bytes) {
            LittleEndian.put(memory, (int) index, bytes, value);
        } else {
            storeElsewhere(memory, address, bytes, value);
        }
    }

    private void storeElsewhere(byte[] memory, long address, int bytes, long value) {
        machine.showMemory(memory);
        space.store(address, bytes, value);
    }

    /** Loads from an address of which the verifier knows that it lies in a stack. */
    public long loadStack(long address, int bytes) {
        return LittleEndian.get(stack, stackIndex(address), bytes);
    }

    /** Stores to an address of which the verifier knows that it lies in a stack. */
    public void storeStack(long address, int bytes, long value) {
        LittleEndian.put(stack, stackIndex(address), bytes, value);
    }

    private static int stackIndex(long address) {
        int frame = AddressLayout.region(address) - AddressLayout.FIRST_FRAME;
        return frame * AddressLayout.FRAME_BYTES + (int) AddressLayout.offset(address);
    }

    /** An argument that is a pointer: the object, seen as a struct. */
    public Object argument(int index, StructType<?> type, StructLayout layout) {
        Region region = space.fixed(AddressLayout.ARGUMENTS + index);
        if (region.layout() == layout) {
            return region.object();
        }
        return machine.object(LittleEndian.s64(arguments, 8 * index), type);
    }

    /** An argument that is a number. */
    public long number(int index) {
        return LittleEndian.s64(arguments, 8 * index);
    }

    /** The object behind the address of a struct. */
    public Object object(long address, StructType<?> type, StructLayout layout) {
        Region region = space.region(address);
        if (region.layout() == layout && AddressLayout.offset(address) == 0) {
            return region.object();
        }
        return machine.object(address, type);
    }

    /** A part of the program was left, and has executed so many instructions. */
    public void executed(long instructions) {
        steps += instructions;
    }

    /** The whole run is over, and has executed so many instructions. */
    public void executedAlone(long instructions) {
        steps = instructions;
    }

    /** Stops a program that does not end, or that loops in loops keep running for too long. */
    public void checkBudget(long instructions) {
        if ((steps + instructions & INSTRUCTIONS) > budget) {
            throw new AccessViolation("it has executed its budget of " + budget
                    + " instructions and has not ended: loops in loops repeat too often");
        }
    }

    /** A helper is about to be called that may call back. */
    public void calls(FaultTable table, int fromFrame) {
        program = table.program();
        frame = fromFrame;
    }

    /** Before a frame calls a function. */
    public void enter(int fromFrame) {
        if (fromFrame + 1 >= AddressLayout.FRAMES) {
            throw new AccessViolation("calls nest deeper than " + AddressLayout.FRAMES + " frames");
        }
    }

    /** Makes the highest bytes of a frame's stack zero: nothing of an earlier call shows through. */
    public void clearStack(int ofFrame, int bytes) {
        int end = (ofFrame + 1) * AddressLayout.FRAME_BYTES;
        Arrays.fill(stack, end - bytes, end, (byte) 0);
    }

    /** Whether the helper that returned wants the calling program replaced. */
    public boolean replaced() {
        return successor != null;
    }

    /** Runs the program that follows a tail call: it has its predecessor's frame and context. */
    public long successor(int ofFrame, long context) {
        if (bottom != 0) {
            throw new AccessViolation("a callback may not make a tail call");
        }
        DecodedProgram next = successor;
        successor = null;
        long before = steps;
        firstFrame = ofFrame;
        try {
            return next.code().run(this, context, 0);
        } finally {
            firstFrame = 0;
            steps += before;
        }
    }

    /** Room for the registers of a function that was split. */
    public long[] registers(int ofFrame, int count) {
        long[] r = registers[ofFrame];
        if (r == null || r.length < count) {
            r = new long[count];
            registers[ofFrame] = r;
        }
        return r;
    }

    /** Room for the objects that registers of a split function point to. */
    public Object[] objects(int ofFrame, int count) {
        Object[] o = objects[ofFrame];
        if (o == null || o.length < count) {
            o = new Object[count];
            objects[ofFrame] = o;
        }
        return o;
    }

    public AccessViolation noInstruction(int opcode) {
        return new AccessViolation(String.format("opcode 0x%02x does not exist", opcode));
    }

    public AccessViolation noFunction(int slot) {
        return new AccessViolation(
                "0x" + Long.toHexString(AddressLayout.function(slot)) + " is not a function of the program");
    }

    public AccessViolation leftProgram() {
        return new AccessViolation("execution left the program");
    }

    /**
     * What ends the program after something was thrown: a fault that names the instruction, if it was the program's doing.
     *
     * @param slot the instruction that was executed
     * @param departed by how many instructions execution has departed from the order of slots since the last {@link #executed}
     */
    public RuntimeException stopped(FaultTable table, int slot, long departed, Throwable thrown) {
        steps += departed + (slot >= 0 && slot < table.executed().length ? table.executed()[slot] : 0);
        if (thrown instanceof AccessViolation violation) {
            return table.program().fault(slot, violation);
        } else if (thrown instanceof RuntimeException e) {
            return e;
        } else if (thrown instanceof Error e) {
            throw e;
        }
        return new IllegalStateException(thrown);
    }
}
