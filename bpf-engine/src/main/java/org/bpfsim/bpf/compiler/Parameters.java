package org.bpfsim.bpf.compiler;

import java.util.Optional;
import org.bpfsim.bpf.interpreter.CompiledRun;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.AddressLayout;
import org.bpfsim.bpf.types.StructLayout;
import org.bpfsim.bpf.types.StructType;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * What a program's main function takes as Java parameters, so that it finds its kernel objects and numbers in local variables: the
 * arguments of a struct_ops member, or a piece of memory.
 *
 * <pre>
 *   long call(CompiledRun, Object first, Object other, long second, long third)
 *   long call(CompiledRun, byte[] memory, long r1, long r2)
 * </pre>
 *
 * The first argument is a pointer, one other may be, the second and third may be numbers; programs that take others find all of
 * them behind R1.
 */
final class Parameters {
    private static final String RUN = Type.getDescriptor(CompiledRun.class);
    private static final String TYPE = Type.getDescriptor(StructType.class);
    private static final String OF_ARGUMENTS = "(" + RUN + "Ljava/lang/Object;Ljava/lang/Object;JJ)J";
    private static final String OF_MEMORY = "(" + RUN + "[BJJ)J";

    /** Local variables that the parameters of a function take up. */
    static final int LOCALS = 6;

    private final boolean memory;
    /** By argument, what it points to; null if it is not taken as a pointer. */
    private final StructType<?>[] objects;
    /** A bit for each argument that is taken as a number. */
    private int numbers;
    /** The argument besides the first that is a pointer; 0 if there is none. */
    private int other;

    private final int firstLocal;

    private Parameters(boolean memory, int arguments, int firstLocal) {
        this.memory = memory;
        this.objects = new StructType<?>[arguments];
        this.firstLocal = firstLocal;
    }

    /** What a function takes; empty if it takes anything else than can be passed. */
    static Optional<Parameters> of(ProgramWriter program, ControlGraph.Function function, Flow flow, int firstLocal) {
        CompilerInput.Context context = program.knowledge().context();
        if (context instanceof CompilerInput.Context.Memory) {
            return Optional.of(new Parameters(true, 0, firstLocal));
        } else if (!(context instanceof CompilerInput.Context.Arguments arguments)) {
            return Optional.empty();
        } else {
            Parameters parameters = new Parameters(false, arguments.count(), firstLocal);
            return parameters.find(program, function, flow) ? Optional.of(parameters) : Optional.empty();
        }
    }

    private boolean find(ProgramWriter program, ControlGraph.Function function, Flow flow) {
        for (ControlGraph.Block block : function.blocks) {
            Flow.State state = flow.entry(block.start());
            for (int slot : block.slots()) {
                int opcode = program.code(slot).opcode();
                boolean load = Opcode.classOf(opcode) == Opcode.CLASS_LDX;
                if (load && flow.place(slot, state) instanceof Place.Argument argument) {
                    flow.step(slot, state);
                    if (!take(
                            argument.offset(),
                            opcode,
                            state.register(program.code(slot).dst()))) {
                        return false;
                    }
                } else {
                    flow.step(slot, state);
                }
            }
        }
        return true;
    }

    private boolean take(int offset, int opcode, Kind result) {
        int index = offset / 8;
        if (!result.isObject()) {
            numbers |= 1 << index;
            return index >= 1 && index <= 2 && objects[index] == null && offset % 8 + Opcode.bytesOf(opcode) <= 8;
        }
        if (objects[index] != null) {
            return objects[index] == result.struct();
        }
        objects[index] = result.struct();
        if (index == 0) {
            return true;
        }
        boolean only = other == 0 && (numbers >>> index & 1) == 0;
        other = index;
        return only;
    }

    String descriptor() {
        return memory ? OF_MEMORY : OF_ARGUMENTS;
    }

    /** The local variable of an argument that is a pointer. */
    int object(int argument) {
        return firstLocal + (argument == 0 ? 0 : 1);
    }

    /** The local variable of an argument that is a number. */
    int number(int argument) {
        return firstLocal + 2 * argument;
    }

    /** At the start of the function: puts the parameters where its code has them. */
    void take(Emitter e) {
        e.load(1);
        if (memory) {
            e.load(2);
            e.loadLong(3);
            e.loadLong(5);
            e.storeLong(Locals.register(2));
            e.storeLong(Locals.register(1));
            e.store(Locals.MEMORY);
        } else {
            e.load(2);
            e.load(3);
            e.loadLong(4);
            e.loadLong(6);
            e.storeLong(number(2));
            e.storeLong(number(1));
            e.store(firstLocal + 1);
            e.store(firstLocal);
            e.number(AddressLayout.address(AddressLayout.CONTEXT, 0));
            e.storeLong(Locals.register(1));
            e.op(Opcodes.LCONST_0);
            e.storeLong(Locals.register(2));
        }
        e.store(Locals.RUN);
        e.load(Locals.RUN);
        e.callVirtual(CompiledRun.class, "firstFrame", "()I");
        e.storeInt(Locals.FRAME);
        for (int register = 3; register <= 5; register++) {
            e.op(Opcodes.LCONST_0);
            e.storeLong(Locals.register(register));
        }
    }

    /** In {@code run(CompiledRun, long r1, long r2)}: calls the function with what the machine was prepared with. */
    void enter(ProgramWriter program, Emitter e) {
        e.load(0);
        e.load(1);
        if (memory) {
            e.load(1);
            e.callVirtual(CompiledRun.class, "memory", "()[B");
            e.loadLong(2);
            e.loadLong(4);
        } else {
            argument(program, e, 0);
            argument(program, e, other);
            numberOf(e, 1);
            numberOf(e, 2);
        }
        e.mv.visitMethodInsn(Opcodes.INVOKEVIRTUAL, program.className(), "call", descriptor(), false);
    }

    private void argument(ProgramWriter program, Emitter e, int index) {
        if (objects.length == 0 || objects[index] == null) {
            e.op(Opcodes.ACONST_NULL);
            return;
        }
        e.load(1);
        e.number(index);
        program.push(e, objects[index], StructType.class);
        program.push(e, objects[index].layout(), StructLayout.class);
        e.callVirtual(
                CompiledRun.class,
                "argument",
                "(I" + TYPE + Type.getDescriptor(StructLayout.class) + ")Ljava/lang/Object;");
    }

    private void numberOf(Emitter e, int index) {
        if ((numbers >>> index & 1) == 0) {
            e.op(Opcodes.LCONST_0);
            return;
        }
        e.load(1);
        e.number(index);
        e.callVirtual(CompiledRun.class, "number", "(I)J");
    }

    /** Writes the methods that tell what the program takes. */
    void describe(ProgramWriter program, boolean standsAlone) {
        MethodVisitor mv = program.entry("standsAlone", "()Z");
        mv.visitCode();
        mv.visitInsn(standsAlone ? Opcodes.ICONST_1 : Opcodes.ICONST_0);
        finish(mv, Opcodes.IRETURN);
        mv = program.entry("numbers", "()I");
        mv.visitCode();
        new Emitter(mv).number(numbers);
        finish(mv, Opcodes.IRETURN);
        mv = program.entry("object", "(I)" + TYPE);
        mv.visitCode();
        Emitter e = new Emitter(mv);
        for (int i = 0; i < objects.length; i++) {
            if (objects[i] != null) {
                Label next = new Label();
                e.loadInt(1);
                e.number(i);
                e.jump(Opcodes.IF_ICMPNE, next);
                program.push(e, objects[i], StructType.class);
                e.op(Opcodes.ARETURN);
                e.label(next);
            }
        }
        e.op(Opcodes.ACONST_NULL);
        finish(mv, Opcodes.ARETURN);
    }

    private static void finish(MethodVisitor mv, int opcode) {
        mv.visitInsn(opcode);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }
}
