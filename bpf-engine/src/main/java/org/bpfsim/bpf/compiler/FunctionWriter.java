package org.bpfsim.bpf.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bpfsim.bpf.interpreter.CompiledRun;
import org.bpfsim.bpf.memory.AddressLayout;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Writes one function as one static method, or, if HotSpot would not compile that, as several with a method that calls them in
 * turn. What is split keeps its registers in an array between its methods.
 *
 * <pre>
 *   long f17(CompiledRun, int frame, long r1, ..., long r5)            the function
 *   long call(CompiledRun, ...)                                        the main function, if it has {@link Parameters}
 *   int  f17_2(CompiledRun, int frame, long[] saved, Object[], int block)   its third part: the next block, or -1
 * </pre>
 */
final class FunctionWriter {
    static final String DESCRIPTOR = Type.getMethodDescriptor(
            Type.LONG_TYPE,
            Type.getType(CompiledRun.class),
            Type.INT_TYPE,
            Type.LONG_TYPE,
            Type.LONG_TYPE,
            Type.LONG_TYPE,
            Type.LONG_TYPE,
            Type.LONG_TYPE);
    private static final String PART_DESCRIPTOR = Type.getMethodDescriptor(
            Type.INT_TYPE,
            Type.getType(CompiledRun.class),
            Type.INT_TYPE,
            Type.getType(long[].class),
            Type.getType(Object[].class),
            Type.INT_TYPE);

    /** HotSpot leaves methods of 8000 bytes and more to its interpreter (HugeMethodLimit). */
    private static final int MAX_BYTES = 7800;

    /** Of a part: what jumps between parts and the way in and out add. */
    private static final int MAX_PART_BYTES = 6000;

    private static final int PART_SHIFT = 16;

    private final ProgramWriter program;
    private final ControlGraph.Function function;
    private final String name;
    private final FunctionPlan plan;

    FunctionWriter(ProgramWriter program, ControlGraph.Function function) {
        this.program = program;
        this.function = function;
        this.name = name(function.start);
        this.plan = new FunctionPlan(program, function);
    }

    static String name(int start) {
        return "f" + start;
    }

    void write() {
        int[] sizes = measure();
        if (Arrays.stream(sizes).sum() <= MAX_BYTES) {
            plan.parameters().ifPresent(program::takes);
            whole(plan.parameters()
                    .map(p -> program.entry("call", p.descriptor()))
                    .orElseGet(() -> program.method(name, DESCRIPTOR)));
            return;
        }
        plan.dropParameters();
        sizes = measure();
        List<List<ControlGraph.Block>> parts = parts(sizes);
        for (int i = 0; i < parts.size(); i++) {
            part(parts, i);
        }
        driver(parts.size(), partOf(parts, function.entry()));
    }

    /** Bytes of each block; the last number is of everything around them. */
    private int[] measure() {
        ClassWriter scratch = new ClassWriter(0);
        MethodVisitor mv = scratch.visitMethod(Opcodes.ACC_STATIC, "scratch", DESCRIPTOR, null, null);
        Label[] labels = whole(mv);
        int[] sizes = new int[labels.length];
        for (int i = 0; i + 1 < labels.length; i++) {
            sizes[i] = labels[i + 1].getOffset() - labels[i].getOffset();
        }
        sizes[labels.length - 1] = labels[0].getOffset() + 32;
        return sizes;
    }

    private static List<List<ControlGraph.Block>> parts(List<ControlGraph.Block> blocks, int[] sizes) {
        List<List<ControlGraph.Block>> parts = new ArrayList<>();
        int bytes = Integer.MAX_VALUE / 2;
        for (ControlGraph.Block block : blocks) {
            if (bytes + sizes[block.index()] > MAX_PART_BYTES) {
                parts.add(new ArrayList<>());
                bytes = 0;
            }
            parts.get(parts.size() - 1).add(block);
            bytes += sizes[block.index()];
        }
        return parts;
    }

    private List<List<ControlGraph.Block>> parts(int[] sizes) {
        return parts(function.blocks, sizes);
    }

    private static int partOf(List<List<ControlGraph.Block>> parts, ControlGraph.Block block) {
        for (int i = 0; i < parts.size(); i++) {
            int first = parts.get(i).get(0).index();
            if (block.index() >= first && block.index() < first + parts.get(i).size()) {
                return i << PART_SHIFT | block.index() - first;
            }
        }
        throw new AssertionError("no part has block " + block.index());
    }

    /** The whole function as one method; answers where its blocks are, and the end of the last. */
    private Label[] whole(MethodVisitor mv) {
        Emitter e = new Emitter(mv);
        mv.visitCode();
        plan.parameters().ifPresent(p -> p.take(e));
        if (plan.parameters().isPresent() && (!program.isAlone() || plan.asksBudget)) {
            executedNothing(e);
        }
        enter(e);
        Label begin = new Label();
        Label end = new Label();
        Label handler = new Label();
        mv.visitTryCatchBlock(begin, end, handler, null);
        e.label(begin);
        BlockWriter blocks = new BlockWriter(program, plan, e, function.blocks, null);
        if (function.entry().index() != 0) {
            e.number(-program.executedBefore(function.start));
            e.storeLong(Locals.COUNT);
            e.jump(Opcodes.GOTO, blocks.label(function.entry()));
        }
        Label[] labels = blocks.write(false);
        e.label(end);
        stopped(e, handler, program.isAlone());
        finish(mv);
        return labels;
    }

    /** Sets up the locals at the start of a function: as few as it needs, for HotSpot inlines what is short. */
    private void enter(Emitter e) {
        for (int register = 0; register <= 9; register++) {
            if ((register < 1 || register > 5) && plan.uses(register)) {
                e.op(Opcodes.LCONST_0);
                e.storeLong(Locals.register(register));
            }
        }
        plan.clear(e);
        common(e);
        fetchMemories(e);
        if (plan.usesMayGoto) {
            e.number(FunctionPlan.MAX_LOOPS);
            e.storeInt(Locals.MAY_GOTO);
        }
        if (plan.stackBytes > 0) {
            e.load(Locals.RUN);
            e.loadInt(Locals.FRAME);
            e.number(plan.stackBytes);
            e.callVirtual(CompiledRun.class, "clearStack", "(II)V");
        }
    }

    private void fetchMemories(Emitter e) {
        FieldWriter fields = new FieldWriter(program, plan, e);
        for (FunctionPlan.ObjectMemory m : plan.memories()) {
            int object = plan.parameters().orElseThrow().object(m.argument());
            fields.pushObjectMemory(m.leaf(), object);
            e.store(m.local());
        }
    }

    /** What every method of a function has. */
    private void common(Emitter e) {
        e.op(Opcodes.LCONST_0);
        e.storeLong(Locals.COUNT);
        e.number(-1);
        e.storeInt(Locals.SLOT);
        if (plan.stackBytes > 0) {
            // Where the frame's stack ends in the array of all stacks.
            e.loadInt(Locals.FRAME);
            e.op(Opcodes.ICONST_1, Opcodes.IADD);
            e.number(AddressLayout.FRAME_BYTES);
            e.op(Opcodes.IMUL);
            e.storeInt(Locals.STACK_END);
        }
        boolean memory = program.knowledge().context() instanceof CompilerInput.Context.Memory;
        if (memory && plan.parameters().isEmpty()) {
            program.needsAddresses();
            e.load(Locals.RUN);
            e.callVirtual(CompiledRun.class, "memory", "()[B");
            e.store(Locals.MEMORY);
        }
        if (plan.uses(10)) {
            e.loadInt(Locals.FRAME);
            e.callStatic(AddressLayout.class, "framePointer", "(I)J");
            e.storeLong(Locals.register(10));
        }
    }

    private static void executedNothing(Emitter e) {
        e.load(Locals.RUN);
        e.op(Opcodes.LCONST_0);
        e.callVirtual(CompiledRun.class, "executedAlone", "(J)V");
    }

    private void stopped(Emitter e, Label handler, boolean alone) {
        e.label(handler);
        e.store(Locals.THROWN);
        if (alone) {
            executedNothing(e);
        }
        e.load(Locals.RUN);
        program.pushFaultTable(e);
        e.loadInt(Locals.SLOT);
        e.loadLong(Locals.COUNT);
        e.load(Locals.THROWN);
        e.callVirtual(
                CompiledRun.class,
                "stopped",
                "(Lorg/bpfsim/bpf/interpreter/FaultTable;IJLjava/lang/Throwable;)Ljava/lang/RuntimeException;");
        e.op(Opcodes.ATHROW);
    }

    private static void finish(MethodVisitor mv) {
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }

    private void part(List<List<ControlGraph.Block>> parts, int number) {
        MethodVisitor mv = program.method(name + "_" + number, PART_DESCRIPTOR);
        Emitter e = new Emitter(mv);
        mv.visitCode();
        // The parameters lie where R1 to R3 will.
        e.loadInt(4);
        e.storeInt(Locals.NEXT);
        e.load(3);
        e.store(Locals.SAVED_OBJECTS);
        e.load(2);
        e.store(Locals.SAVED);
        plan.restore(e);
        common(e);
        Label begin = new Label();
        Label end = new Label();
        Label handler = new Label();
        mv.visitTryCatchBlock(begin, end, handler, null);
        e.label(begin);
        BlockWriter blocks =
                new BlockWriter(program, plan, e, parts.get(number), target -> partOf(parts, function.at(target)));
        Label[] labels = new Label[parts.get(number).size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = blocks.label(parts.get(number).get(i));
        }
        e.loadInt(Locals.NEXT);
        mv.visitTableSwitchInsn(0, labels.length - 1, labels[0], labels);
        blocks.write(true);
        e.label(end);
        // The way out to another part, which counts from 0 as this one did.
        e.label(blocks.leave());
        e.load(Locals.RUN);
        e.loadLong(Locals.COUNT);
        e.callVirtual(CompiledRun.class, "executed", "(J)V");
        plan.save(e);
        e.loadInt(Locals.NEXT);
        e.op(Opcodes.IRETURN);
        stopped(e, handler, false);
        finish(mv);
    }

    /** Calls the parts in turn until one exits. */
    private void driver(int parts, int entry) {
        MethodVisitor mv = program.method(name, DESCRIPTOR);
        Emitter e = new Emitter(mv);
        mv.visitCode();
        enter(e);
        e.load(Locals.RUN);
        e.loadInt(Locals.FRAME);
        e.number(plan.savedLongs());
        e.callVirtual(CompiledRun.class, "registers", "(II)[J");
        e.store(Locals.SAVED);
        e.load(Locals.RUN);
        e.loadInt(Locals.FRAME);
        e.number(plan.savedObjects());
        e.callVirtual(CompiledRun.class, "objects", "(II)[Ljava/lang/Object;");
        e.store(Locals.SAVED_OBJECTS);
        plan.save(e);
        if (function.entry().index() != 0) {
            e.load(Locals.RUN);
            e.number(-program.executedBefore(function.start));
            e.callVirtual(CompiledRun.class, "executed", "(J)V");
        }
        e.number(entry);
        e.storeInt(Locals.NEXT);
        Label loop = new Label();
        Label done = new Label();
        Label[] cases = new Label[parts];
        for (int i = 0; i < parts; i++) {
            cases[i] = new Label();
        }
        e.label(loop);
        e.loadInt(Locals.NEXT);
        e.jump(Opcodes.IFLT, done);
        e.load(Locals.RUN);
        e.loadInt(Locals.FRAME);
        e.load(Locals.SAVED);
        e.load(Locals.SAVED_OBJECTS);
        e.loadInt(Locals.NEXT);
        e.number((1 << PART_SHIFT) - 1);
        e.op(Opcodes.IAND);
        e.loadInt(Locals.NEXT);
        e.number(PART_SHIFT);
        e.op(Opcodes.IUSHR);
        mv.visitTableSwitchInsn(0, parts - 1, cases[0], cases);
        for (int i = 0; i < parts; i++) {
            e.label(cases[i]);
            mv.visitMethodInsn(Opcodes.INVOKESTATIC, program.className(), name + "_" + i, PART_DESCRIPTOR, false);
            e.storeInt(Locals.NEXT);
            e.jump(Opcodes.GOTO, loop);
        }
        e.label(done);
        e.load(Locals.SAVED);
        e.number(0);
        e.op(Opcodes.LALOAD, Opcodes.LRETURN);
        finish(mv);
    }
}
