package org.bpfsim.bpf.compiler;

import java.util.List;
import java.util.Optional;
import org.bpfsim.bpf.interpreter.CompiledRun;
import org.bpfsim.bpf.types.FieldAccess;
import org.bpfsim.bpf.types.Leaf;
import org.bpfsim.bpf.types.StructLayout;
import org.bpfsim.bpf.types.StructType;
import org.objectweb.asm.Opcodes;

/** Loads and stores of kernel objects' fields: Java fields, as a rule, of an object that is in a local variable. */
final class FieldWriter {
    private static final String ADDRESSES = "Lorg/bpfsim/bpf/types/Addresses;";

    private final ProgramWriter program;
    private final FunctionPlan plan;
    private final Emitter e;

    FieldWriter(ProgramWriter program, FunctionPlan plan, Emitter e) {
        this.program = program;
        this.plan = plan;
        this.e = e;
    }

    /** The local variable that has the object of a field. */
    int object(Place.Field field, int register, int offset) {
        if (field.local()) {
            return plan.objectOf(register);
        }
        program.needsAddresses();
        e.load(Locals.RUN);
        e.loadLong(Locals.register(register));
        // What the register points to is this far into the object.
        long into = field.offset() - offset;
        if (into != 0) {
            e.number(into);
            e.op(Opcodes.LSUB);
        }
        pushType(field.type());
        e.callVirtual(
                CompiledRun.class,
                "object",
                "(JLorg/bpfsim/bpf/types/StructType;Lorg/bpfsim/bpf/types/StructLayout;)Ljava/lang/Object;");
        e.store(Locals.OBJECT);
        return Locals.OBJECT;
    }

    /**
     * Pushes what a field holds.
     *
     * @param object the local variable that has its object
     * @param slot of the instruction
     */
    void load(Place.Field field, int bytes, int object, int slot) {
        StructLayout layout = field.type().layout();
        long offset = field.offset();
        Optional<Leaf> leaf = layout.exact(offset, bytes);
        Optional<Leaf> memory = layout.memory(offset, bytes);
        List<Leaf> bits = bytes == 1 ? layout.covering(offset) : List.of();
        if (leaf.isPresent()) {
            get(leaf.get(), object);
            if (leaf.get().mask() != -1) {
                e.number(leaf.get().mask());
                e.op(Opcodes.LAND);
            }
        } else if (memory.isPresent()) {
            bytesOf(field, memory.get(), object);
            e.number((int) offset - memory.get().offset());
            e.littleEndian(bytes);
        } else if (!bits.isEmpty() && bits.stream().allMatch(l -> l.kind() == Leaf.Kind.BITS)) {
            bits(bits, (int) offset, object, WantedBits.of(program, slot));
        } else {
            program.needsAddresses();
            program.push(e, layout, StructLayout.class);
            e.load(object);
            e.number(offset);
            e.number(bytes);
            e.space();
            e.callVirtual(StructLayout.class, "load", "(Ljava/lang/Object;JI" + ADDRESSES + ")J");
        }
    }

    private void get(Leaf leaf, int object) {
        if (leaf.access() instanceof FieldAccess.Pointer) {
            program.needsAddresses();
        }
        pushAccess(leaf);
        e.load(object);
        e.space();
        e.callVirtual(leaf.access().getClass(), "get", "(Ljava/lang/Object;" + ADDRESSES + ")J");
    }

    private void pushAccess(Leaf leaf) {
        program.push(e, leaf.access(), leaf.access().getClass());
    }

    private void bytesOf(Place.Field field, Leaf memory, int object) {
        Optional<FunctionPlan.ObjectMemory> known = plan.memory(field.argument(), memory);
        if (known.isPresent()) {
            e.load(known.get().local());
            return;
        }
        pushObjectMemory(memory, object);
    }

    /** Pushes the array that is memory of an object. */
    void pushObjectMemory(Leaf memory, int object) {
        pushAccess(memory);
        e.load(object);
        e.callVirtual(FieldAccess.Memory.class, "bytes", "(Ljava/lang/Object;)[B");
    }

    /** One byte that is made of bitfields. */
    private void bits(List<Leaf> leaves, int offset, int object, long wanted) {
        e.op(Opcodes.LCONST_0);
        for (Leaf leaf : leaves) {
            int shift = 8 * (offset - leaf.offset()) - leaf.bit();
            long field = -1L >>> 64 - leaf.width();
            long place = (shift >= 0 ? field >>> shift : field << -shift) & 0xff;
            if ((place & wanted) == 0) {
                continue;
            }
            get(leaf, object);
            e.number(field);
            e.op(Opcodes.LAND);
            if (shift != 0) {
                e.number(Math.abs(shift));
                e.op(shift > 0 ? Opcodes.LUSHR : Opcodes.LSHL);
            }
            e.number(0xff);
            e.op(Opcodes.I2L, Opcodes.LAND, Opcodes.LOR);
        }
    }

    /** Stores into a field, or throws if the program has no right to. */
    void store(Place.Field field, int bytes, int object, Emitter.Value value) {
        StructLayout layout = field.type().layout();
        long offset = field.offset();
        boolean[] rights = program.knowledge().rights(field.type());
        Optional<Leaf> leaf = layout.exact(offset, bytes).filter(l -> rights != null && rights[l.index()]);
        Optional<Leaf> memory = layout.memory(offset, bytes).filter(l -> rights != null && rights[l.index()]);
        if (leaf.isPresent()) {
            pushAccess(leaf.get());
            e.load(object);
            value.push();
            extend(leaf.get().signed(), bytes);
            e.callVirtual(leaf.get().access().getClass(), "set", "(Ljava/lang/Object;J)V");
        } else if (memory.isPresent()) {
            bytesOf(field, memory.get(), object);
            e.number((int) offset - memory.get().offset());
            e.put(bytes, value);
        } else {
            program.push(e, layout, StructLayout.class);
            e.load(object);
            e.number(offset);
            e.number(bytes);
            value.push();
            if (rights == null) {
                e.op(Opcodes.ACONST_NULL);
            } else {
                program.push(e, rights, boolean[].class);
            }
            e.callVirtual(StructLayout.class, "store", "(Ljava/lang/Object;JIJ[Z)V");
        }
    }

    private void extend(boolean signed, int bytes) {
        if (bytes == 8) {
            return;
        }
        if (signed) {
            e.signExtend(bytes);
        } else {
            e.number(Emitter.mask(bytes));
            e.op(Opcodes.LAND);
        }
    }

    /** Pushes how programs see a struct. */
    void pushType(StructType<?> type) {
        program.push(e, type, StructType.class);
        program.push(e, type.layout(), StructLayout.class);
    }
}
