package org.bpfsim.bpf.compiler;

import java.util.Optional;
import org.bpfsim.bpf.interpreter.Atomics;
import org.bpfsim.bpf.interpreter.CompiledRun;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.AddressLayout;
import org.bpfsim.bpf.memory.AddressSpace;
import org.bpfsim.bpf.memory.Region;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Loads and stores, by what is known of the place that they go to. */
final class MemoryWriter {
    private final ProgramWriter program;
    private final FunctionPlan plan;
    private final Emitter e;
    private final FieldWriter fields;

    MemoryWriter(ProgramWriter program, FunctionPlan plan, Emitter e) {
        this.program = program;
        this.plan = plan;
        this.e = e;
        this.fields = new FieldWriter(program, plan, e);
    }

    /** Whether an access is one of local variables only, and cannot be stopped. */
    boolean isLocal(int slot, Flow.State state) {
        return !isAtomic(program.code(slot))
                && plan.flow.place(slot, state) instanceof Place.Stack stack
                && plan.cell(stack.offset()) != null;
    }

    private static boolean isAtomic(Instruction insn) {
        return Opcode.classOf(insn.opcode()) == Opcode.CLASS_STX && Opcode.modeOf(insn.opcode()) == Opcode.MODE_ATOMIC;
    }

    void write(int slot, Flow.State state) {
        Instruction insn = program.code(slot);
        Place place = plan.flow.place(slot, state);
        if (Opcode.classOf(insn.opcode()) == Opcode.CLASS_LDX) {
            load(slot, insn, place, state);
        } else if (isAtomic(insn)) {
            atomic(insn);
        } else {
            store(insn, place, state);
        }
    }

    // Loads.

    private void load(int slot, Instruction insn, Place place, Flow.State state) {
        int bytes = Opcode.bytesOf(insn.opcode());
        Flow.State after = state.copy();
        plan.flow.step(slot, after);
        Kind result = after.register(insn.dst());
        if (result.isObject()) {
            loadObject(insn, place, result);
            return;
        }
        if (result.is(Kind.Type.CONSTANT) && place instanceof Place.MapConstant) {
            e.number(result.value());
            e.storeLong(Locals.register(insn.dst()));
            return;
        }
        load(insn, place, bytes, slot);
        if (Opcode.modeOf(insn.opcode()) == Opcode.MODE_MEMSX) {
            e.signExtend(bytes);
        }
        e.storeLong(Locals.register(insn.dst()));
    }

    /** An object comes out of the stack, or out of the arguments. */
    private void loadObject(Instruction insn, Place place, Kind result) {
        int object = plan.objectOf(insn.dst());
        if (place instanceof Place.Stack stack) {
            e.load(plan.objectOfSlot(Flow.slotOf(stack.offset())));
            e.store(object);
            e.loadLong(plan.cell(stack.offset()).local());
            e.storeLong(Locals.register(insn.dst()));
            return;
        }
        int offset = ((Place.Argument) place).offset();
        Optional<Parameters> parameters = plan.parameters();
        if (parameters.isPresent()) {
            e.load(parameters.get().object(offset / 8));
            e.store(object);
            e.number(AddressLayout.address(AddressLayout.ARGUMENTS + offset / 8, 0));
            e.storeLong(Locals.register(insn.dst()));
            return;
        }
        program.needsAddresses();
        e.load(Locals.RUN);
        e.number(offset / 8);
        fields.pushType(result.struct());
        e.callVirtual(
                CompiledRun.class,
                "argument",
                "(ILorg/bpfsim/bpf/types/StructType;Lorg/bpfsim/bpf/types/StructLayout;)Ljava/lang/Object;");
        e.store(object);
        loadArgument(offset, 8);
        e.storeLong(Locals.register(insn.dst()));
    }

    private void load(Instruction insn, Place place, int bytes, int slot) {
        if (place instanceof Place.Stack stack) {
            loadStack(stack.offset(), bytes);
        } else if (place instanceof Place.Context context) {
            program.needsAddresses();
            e.load(Locals.RUN);
            e.callVirtual(CompiledRun.class, "context", "()Ljava/lang/Object;");
            e.store(Locals.OBJECT);
            fields.load(new Place.Field(context.type(), context.offset(), -1), bytes, Locals.OBJECT, slot);
        } else if (place instanceof Place.AnyStack) {
            e.load(Locals.RUN);
            address(insn.src(), insn.offset());
            e.number(bytes);
            e.callVirtual(CompiledRun.class, "loadStack", "(JI)J");
        } else if (place instanceof Place.Argument argument) {
            loadArgument(argument.offset(), bytes);
        } else if (place instanceof Place.Memory memory) {
            loadMemory(insn, memory, bytes);
        } else if (place instanceof Place.Field field) {
            int object = fields.object(field, insn.src(), insn.offset());
            fields.load(field, bytes, object, slot);
        } else if (place instanceof Place.MapValue || place instanceof Place.MapConstant) {
            mapIndex(place, insn.src(), insn.offset());
            e.number(bytes);
            e.callVirtual(Region.class, "loadInside", "(II)J");
        } else {
            loadAnywhere(insn, bytes);
        }
    }

    private void loadAnywhere(Instruction insn, int bytes) {
        program.needsAddresses();
        e.space();
        address(insn.src(), insn.offset());
        e.number(bytes);
        e.callVirtual(AddressSpace.class, "load", "(JI)J");
    }

    private void address(int register, int offset) {
        e.loadLong(Locals.register(register));
        if (offset != 0) {
            e.number((long) offset);
            e.op(Opcodes.LADD);
        }
    }

    private void loadStack(int offset, int bytes) {
        FunctionPlan.Cell cell = plan.cell(offset);
        if (cell == null) {
            stackIndex(offset);
            e.littleEndian(bytes);
            return;
        }
        loadPart(cell.local(), offset - cell.offset(), bytes, cell.bytes());
    }

    /** Some bytes of a local variable that holds so many. */
    private void loadPart(int local, int from, int bytes, int all) {
        e.loadLong(local);
        if (from != 0) {
            e.number(8 * from);
            e.op(Opcodes.LUSHR);
        }
        if (bytes < all && from + bytes < 8) {
            e.number(Emitter.mask(bytes));
            e.op(Opcodes.LAND);
        }
    }

    private void stackIndex(int offset) {
        e.stack();
        e.loadInt(Locals.STACK_END);
        e.number(offset);
        e.op(Opcodes.IADD);
    }

    private void loadArgument(int offset, int bytes) {
        Optional<Parameters> parameters = plan.parameters();
        if (parameters.isPresent()) {
            loadPart(parameters.get().number(offset / 8), offset % 8, bytes, 8);
            return;
        }
        program.needsAddresses();
        e.load(Locals.RUN);
        e.field(CompiledRun.class, "arguments", byte[].class);
        e.number(offset);
        e.littleEndian(bytes);
    }

    /** The program's memory, if the address is in it; otherwise whatever is there, or a fault. */
    private void loadMemory(Instruction insn, Place.Memory place, int bytes) {
        memoryPlace(insn.src(), insn.offset(), place);
        e.number(bytes);
        e.callVirtual(CompiledRun.class, "loadMemory", place.offset() >= 0 ? "([BIJI)J" : "([BJI)J");
    }

    /** Pushes the run, the memory, the index into it if it is known, and the address. */
    private void memoryPlace(int register, int offset, Place.Memory place) {
        e.load(Locals.RUN);
        e.load(Locals.MEMORY);
        if (place.offset() >= 0) {
            e.number(place.offset());
        }
        address(register, offset);
    }

    /** Pushes a map's region and an index into it. */
    private void mapIndex(Place place, int register, int offset) {
        int map = place instanceof Place.MapValue value ? value.map() : ((Place.MapConstant) place).map();
        e.space();
        e.number(AddressLayout.valuesRegion(map));
        e.callVirtual(AddressSpace.class, "fixed", "(I)Lorg/bpfsim/bpf/memory/Region;");
        if (place instanceof Place.MapConstant constant) {
            e.number(constant.offset());
        } else {
            e.loadLong(Locals.register(register));
            e.op(Opcodes.L2I);
            if (offset != 0) {
                e.number(offset);
                e.op(Opcodes.IADD);
            }
        }
    }

    /** {@code bpf_map_lookup_elem} of an array whose index lies on the stack. */
    void lookup(int map, int keyOffset) {
        Label missing = new Label();
        Label done = new Label();
        loadStack(keyOffset, 4);
        e.storeLong(Locals.LONG);
        e.loadLong(Locals.LONG);
        e.number((long) program.knowledge().map(map).maxEntries());
        e.op(Opcodes.LCMP);
        e.jump(Opcodes.IFGE, missing);
        e.loadLong(Locals.LONG);
        e.number((long) Math.max(8, (program.knowledge().map(map).valueBytes() + 7) / 8 * 8));
        e.op(Opcodes.LMUL);
        e.number(AddressLayout.address(AddressLayout.valuesRegion(map), 0));
        e.op(Opcodes.LADD);
        e.storeLong(Locals.register(0));
        e.jump(Opcodes.GOTO, done);
        e.label(missing);
        e.op(Opcodes.LCONST_0);
        e.storeLong(Locals.register(0));
        e.label(done);
    }

    // Stores.

    private void store(Instruction insn, Place place, Flow.State state) {
        int bytes = Opcode.bytesOf(insn.opcode());
        boolean immediate = Opcode.classOf(insn.opcode()) == Opcode.CLASS_ST;
        Emitter.Value value =
                immediate ? () -> e.number(insn.immediate()) : () -> e.loadLong(Locals.register(insn.src()));
        if (place instanceof Place.Stack stack) {
            if (!immediate
                    && bytes == 8
                    && state.register(insn.src()).isObject()
                    && plan.cell(stack.offset()) != null) {
                e.load(plan.objectOf(insn.src()));
                e.store(plan.objectOfSlot(Flow.slotOf(stack.offset())));
            }
            storeStack(stack.offset(), bytes, value);
        } else if (place instanceof Place.Context context) {
            program.needsAddresses();
            e.load(Locals.RUN);
            e.callVirtual(CompiledRun.class, "context", "()Ljava/lang/Object;");
            e.store(Locals.OBJECT);
            fields.store(new Place.Field(context.type(), context.offset(), -1), bytes, Locals.OBJECT, value);
        } else if (place instanceof Place.AnyStack) {
            e.load(Locals.RUN);
            address(insn.dst(), insn.offset());
            e.number(bytes);
            value.push();
            e.callVirtual(CompiledRun.class, "storeStack", "(JIJ)V");
        } else if (place instanceof Place.Memory memory) {
            storeMemory(insn, memory, bytes, value);
        } else if (place instanceof Place.Field field) {
            int object = fields.object(field, insn.dst(), insn.offset());
            fields.store(field, bytes, object, value);
        } else if (place instanceof Place.MapValue || place instanceof Place.MapConstant) {
            mapIndex(place, insn.dst(), insn.offset());
            e.number(bytes);
            value.push();
            e.callVirtual(Region.class, "storeInside", "(IIJ)V");
        } else {
            storeAnywhere(insn, bytes, value);
        }
    }

    private void storeAnywhere(Instruction insn, int bytes, Emitter.Value value) {
        program.needsAddresses();
        e.space();
        address(insn.dst(), insn.offset());
        e.number(bytes);
        value.push();
        e.callVirtual(AddressSpace.class, "store", "(JIJ)V");
    }

    private void storeStack(int offset, int bytes, Emitter.Value value) {
        FunctionPlan.Cell cell = plan.cell(offset);
        if (cell == null) {
            stackIndex(offset);
            e.put(bytes, value);
            return;
        }
        int shift = 8 * (offset - cell.offset());
        value.push();
        if (bytes < 8) {
            e.number(Emitter.mask(bytes));
            e.op(Opcodes.LAND);
        }
        if (bytes < cell.bytes()) {
            if (shift != 0) {
                e.number(shift);
                e.op(Opcodes.LSHL);
            }
            e.loadLong(cell.local());
            e.number(~(Emitter.mask(bytes) << shift));
            e.op(Opcodes.LAND, Opcodes.LOR);
        }
        e.storeLong(cell.local());
    }

    private void storeMemory(Instruction insn, Place.Memory place, int bytes, Emitter.Value value) {
        memoryPlace(insn.dst(), insn.offset(), place);
        e.number(bytes);
        value.push();
        e.callVirtual(CompiledRun.class, "storeMemory", place.offset() >= 0 ? "([BIJIJ)V" : "([BJIJ)V");
    }

    private void atomic(Instruction insn) {
        int operation = (int) insn.immediate();
        program.needsAddresses();
        e.space();
        address(insn.dst(), insn.offset());
        e.number(Opcode.bytesOf(insn.opcode()));
        e.number(operation);
        e.loadLong(Locals.register(insn.src()));
        e.loadLong(Locals.register(0));
        e.callStatic(Atomics.class, "execute", "(Lorg/bpfsim/bpf/memory/AddressSpace;JIIJJ)J");
        if (operation == Opcode.CMPXCHG) {
            e.storeLong(Locals.register(0));
        } else if ((operation & Opcode.FETCH) != 0) {
            e.storeLong(Locals.register(insn.src()));
        } else {
            e.op(Opcodes.POP2);
        }
    }
}
