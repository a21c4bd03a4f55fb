package org.bpfsim.bpf.interpreter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.helper.HelperCall;
import org.bpfsim.bpf.helper.Packet;
import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.map.MapInstance;
import org.bpfsim.bpf.memory.AddressLayout;
import org.bpfsim.bpf.memory.AddressSpace;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.types.AccessViolation;
import org.bpfsim.bpf.types.StructType;

/**
 * What one program run needs: an address space, a stack, registers, and what helpers ask for. A machine is used for one run after
 * another; a program that is run from within a helper takes a machine of its own.
 *
 * <p>Hot path: no allocation.
 */
public final class Machine implements HelperCall {
    /**
     * How many instructions a run may have at most. A verified program ends by itself, but loops in loops of {@code bpf_loop()},
     * iterators and {@code may_goto} can make that days. Linux would report a stalled CPU after 21 s (RCU_CPU_STALL_TIMEOUT); this
     * is about what a CPU executes in that time.
     */
    public static final long MAX_BUDGET = 1L << 36;

    private static final byte[] NO_MEMORY = new byte[0];

    private final RuntimeServices services;
    private final Object kernel;
    private final IntFunction<StructType<?>> kernelTypes;
    private final AddressSpace space;
    private final Interpreter interpreter;
    private final CompiledRun compiled;
    private final List<MapInstance> maps;
    private final byte[] arguments = new byte[8 * AddressLayout.MAX_ARGUMENTS];
    private final byte[] scratch = new byte[8];
    private byte[] memory = NO_MEMORY;
    private Object context;
    private DecodedProgram program;
    /** Whether a run was prepared and has not been made. */
    private boolean begun;

    private boolean running;

    /** Whether the run that follows, or that is made, is the interpreter's. */
    private boolean interpreted;

    /** Whether an argument of the run that follows is NULL. */
    private boolean nullArgument;

    /** Plain memory that the context has; null if it has anything else. */
    private byte[] contextMemory;

    /** A machine for programs that name no kernel structs. */
    public Machine(RuntimeServices services, Object kernel, List<MapInstance> maps) {
        this(services, kernel, maps, id -> null);
    }

    /** @param kernelTypes structs by their ids in the kernel's BTF, null for what is none */
    public Machine(
            RuntimeServices services, Object kernel, List<MapInstance> maps, IntFunction<StructType<?>> kernelTypes) {
        this.services = services;
        this.kernelTypes = kernelTypes;
        this.maps = List.copyOf(maps);
        this.kernel = kernel;
        byte[] stack = new byte[AddressLayout.FRAMES * AddressLayout.FRAME_BYTES];
        List<Region> regions = new ArrayList<>();
        for (MapInstance map : maps) {
            regions.add(map.self());
            regions.add(map.values());
        }
        this.space = new AddressSpace(stack, regions);
        this.interpreter = new Interpreter(this, space, stack);
        this.compiled = new CompiledRun(this, space, stack);
    }

    /** Whether it is in the middle of a run. */
    public boolean running() {
        return running;
    }

    public void running(boolean now) {
        running = now;
    }

    /**
     * Has all interpreted runs from now on watched.
     *
     * @param after how many instructions of a run
     */
    public void watch(Watch watch, long after) {
        interpreter.watch(watch, after);
    }

    /** Prepares a run unless that was done since the last one. */
    public Machine beginOnce(DecodedProgram decoded) {
        if (!begun || program != decoded) {
            begin(decoded);
            begun = true;
        }
        return this;
    }

    /** Prepares a run: what the last one met is forgotten. */
    public void begin(DecodedProgram decoded) {
        // Writing a reference costs more than looking whether it is there already.
        if (program != decoded) {
            program = decoded;
        }
        if (context != null) {
            context = null;
        }
        interpreted = decoded.code() == null;
        nullArgument = false;
        space.reset(decoded.rights);
    }

    /** Runs with a kernel object as context. */
    public long run(Object contextObject, StructType<?> type, long budget) {
        begun = false;
        context = contextObject;
        if (contextMemory != null) {
            contextMemory = null;
        }
        space.setContext(contextObject, type.layout());
        return execute(AddressLayout.address(AddressLayout.CONTEXT, 0), 0, budget);
    }

    /** Runs with the arguments that were set, which the program finds behind R1. */
    public long runWithArguments(int count, long budget) {
        begun = false;
        if (contextMemory != null) {
            contextMemory = null;
        }
        space.setContext(arguments, 8 * count);
        return execute(AddressLayout.address(AddressLayout.CONTEXT, 0), 0, budget);
    }

    /** What programs are run by that stand alone. */
    public CompiledRun compiled() {
        return compiled;
    }

    /** Runs on plain memory that the program may read and write (test runs): R1 is its address. */
    public long runOnMemory(DecodedProgram decoded, byte[] bytes, long budget) {
        begin(decoded);
        showMemory(bytes);
        return execute(AddressLayout.address(AddressLayout.CONTEXT, 0), bytes.length, budget);
    }

    void showMemory(byte[] bytes) {
        if (memory != bytes) {
            memory = bytes;
        }
        if (contextMemory != bytes) {
            space.context().bytes("the memory", bytes, 0, bytes.length, true);
            contextMemory = bytes;
        }
    }

    /** Runs without any memory but the stack: R1 and R2 are 0. */
    public long runOnNothing(DecodedProgram decoded, long budget) {
        begin(decoded);
        memory = NO_MEMORY;
        contextMemory = null;
        space.context().bytes("the memory", memory, 0, 0, false);
        return execute(0, 0, budget);
    }

    /** Runs a function of a program by itself: what a program that is over has left to be called back. */
    public long callBack(DecodedProgram decoded, long function, long r1, long r2, long r3, long budget) {
        int slot = AddressLayout.functionSlot(function);
        return interpreted
                ? executeCallback(decoded, slot, r1, r2, r3, budget)
                : compiled.runCallback(decoded, slot, r1, r2, r3, budget);
    }

    private long executeCallback(DecodedProgram decoded, int slot, long r1, long r2, long r3, long budget) {
        try {
            return interpreter.runCallback(decoded, slot, r1, r2, r3, budget);
        } finally {
            compiled.steps(interpreter.steps());
        }
    }

    private long execute(long r1, long r2, long budget) {
        // Compiled code takes its pointers for objects that are there. Where one is not, the interpreter says what is
        // wrong.
        interpreted |= nullArgument;
        if (!interpreted) {
            return compiled.run(program, r1, r2, budget);
        }
        try {
            return interpreter.run(program, r1, r2, budget);
        } finally {
            compiled.steps(interpreter.steps());
        }
    }

    /** Sets an argument to a kernel object; null is NULL. */
    public <T> void argument(int index, T object, StructType<? super T> type) {
        nullArgument |= object == null;
        argument(index, space.argument(index, object, type.layout()));
    }

    byte[] arguments() {
        return arguments;
    }

    byte[] memory() {
        return memory;
    }

    public void argument(int index, long value) {
        LittleEndian.put(arguments, 8 * index, 8, value);
    }

    /** Instructions that the last run executed. */
    public long steps() {
        return compiled.steps() & CompiledRun.INSTRUCTIONS;
    }

    /** Calls of helpers and kfuncs among them. */
    public long helperCalls() {
        return compiled.steps() >>> CompiledRun.HELPER_CALL_SHIFT;
    }

    @Override
    public RuntimeServices services() {
        return services;
    }

    @Override
    public Object context() {
        return context;
    }

    @Override
    public Object kernel() {
        return kernel;
    }

    @Override
    public <T> T object(long address, StructType<T> type) {
        if (address == 0) {
            return null;
        }
        Region region = space.region(address);
        Object part = region.layout() == null
                ? null
                : region.layout().part(region.object(), AddressLayout.offset(address), type);
        if (part == null) {
            throw new AccessViolation("a struct " + type.name() + " is expected and the pointer is to " + region.name()
                    + " + " + AddressLayout.offset(address));
        }
        return type.javaClass().cast(part);
    }

    @Override
    public Object anyObject(long address) {
        Region region = space.regionOrNull(address);
        return region == null || region.layout() == null || AddressLayout.offset(address) != 0 ? null : region.object();
    }

    @Override
    public long cast(long address, int type) {
        Region region = space.regionOrNull(address);
        StructType<?> target = region == null || region.layout() == null ? null : kernelTypes.apply(type);
        return target == null ? address : cast(address, region, target);
    }

    private <T> long cast(long address, Region region, StructType<T> target) {
        long offset = AddressLayout.offset(address);
        Object part = region.layout().part(region.object(), offset, target);
        if (part == null && offset == 0) {
            part = region.object(); // such as the one socket that is a bpf_sock and a tcp_sock
        }
        return target.javaClass().isInstance(part)
                ? space.ofObject(target.javaClass().cast(part), target)
                : address;
    }

    @Override
    public List<MapInstance> maps() {
        return maps;
    }

    @Override
    public MapInstance map(long address) {
        Region region = space.region(address);
        if (region.object() instanceof MapInstance map && AddressLayout.offset(address) == 0) {
            return map;
        }
        throw new AccessViolation("a map is expected and the pointer is to " + region.name());
    }

    @Override
    public long load(long address, int size) {
        return space.load(address, size);
    }

    @Override
    public void store(long address, int size, long value) {
        space.store(address, size, value);
    }

    @Override
    public void read(long address, byte[] to, int offset, int length) {
        if (length == 0) {
            return;
        }
        Region region = space.region(address);
        long at = AddressLayout.offset(address);
        if (region.layout() == null) {
            System.arraycopy(region.arrayFor(at, length, false), region.indexOf(at), to, offset, length);
            return;
        }
        for (int i = 0; i < length; i++) {
            to[offset + i] = (byte) region.load(at + i, 1, space);
        }
    }

    @Override
    public void write(long address, byte[] from, int offset, int length) {
        if (length == 0) {
            return;
        }
        Region region = space.region(address);
        long at = AddressLayout.offset(address);
        if (region.layout() == null) {
            byte[] array = region.arrayFor(at, length, true);
            System.arraycopy(from, offset, array, region.indexOf(at), length);
            return;
        }
        for (int i = 0; i < length; i++) {
            region.store(at + i, 1, from[offset + i]);
        }
    }

    @Override
    public String string(long address, int max) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < max; i++) {
            read(address + i, scratch, 0, 1);
            if (scratch[0] == 0) {
                break;
            }
            text.append((char) (scratch[0] & 0xff));
        }
        return text.toString();
    }

    @Override
    public long callback(long function, long r1, long r2, long r3, long r4) {
        int slot = AddressLayout.functionSlot(function);
        DecodedProgram caller = interpreted ? interpreter.current() : compiled.current();
        if (slot < 0 || slot >= caller.slots()) {
            throw new AccessViolation("0x" + Long.toHexString(function) + " is not a function of the program");
        }
        return interpreted ? interpreter.callback(slot, r1, r2, r3, r4) : compiled.callback(slot, r1, r2, r3, r4);
    }

    @Override
    public Object program() {
        return interpreted ? interpreter.current() : compiled.current();
    }

    @Override
    public boolean tailCall(Object target) {
        return target instanceof DecodedProgram next
                && (interpreted ? interpreter.tailCall(next) : compiled.tailCall(next));
    }

    /**
     * What {@code ld_abs} and {@code ld_ind} load: a number in network byte order; -1 beyond the packet's end.
     *
     * @param index the source register of {@code ld_ind}
     */
    public long loadFromPacket(int opcode, long index, long immediate) {
        if (!(context instanceof Packet packet)) {
            throw new AccessViolation("ld_abs and ld_ind need a program whose context is a packet");
        }
        long offset = (int) immediate + (Opcode.modeOf(opcode) == Opcode.MODE_IND ? (long) (int) index : 0);
        return packet.load((int) offset, Opcode.bytesOf(opcode));
    }

    @Override
    public RuntimeException fault(String reason) {
        return new AccessViolation(reason);
    }

    @Override
    public <T> long ofObject(T object, StructType<? super T> type) {
        return space.ofObject(object, type);
    }

    @Override
    public long ofBytes(byte[] array, int offset, int length, boolean writable) {
        return space.ofBytes(array, offset, length, writable);
    }
}
