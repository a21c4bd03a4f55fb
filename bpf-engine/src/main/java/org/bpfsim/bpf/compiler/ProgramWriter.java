package org.bpfsim.bpf.compiler;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.interpreter.CompiledCode;
import org.bpfsim.bpf.interpreter.CompiledRun;
import org.bpfsim.bpf.interpreter.FaultTable;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.AddressLayout;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Writes the class of one program. */
final class ProgramWriter {
    private static final String RUN = Type.getDescriptor(CompiledRun.class);

    private final CompilerInput input;
    private final ControlGraph graph;
    private final Constants constants;
    private final FaultTable faults;
    private final long[] executed;
    private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
        @Override
        protected String getCommonSuperClass(String a, String b) {
            // Objects of different classes meet only in locals that nobody reads afterwards.
            return "java/lang/Object";
        }
    };
    private final boolean callsBack;
    private final boolean alone;
    private final Knowledge knowledge;
    /** What the main function takes as Java parameters; null if it takes nothing so. */
    private Parameters parameters;
    /** Whether anything is reached through an address that only a prepared address space knows. */
    private boolean needsAddresses;

    ProgramWriter(CompilerInput input) {
        this.input = input;
        this.constants = new Constants(className());
        this.knowledge = new Knowledge(input);
        this.graph = new ControlGraph(input.code(), knowledge::reaches, this::mayLeave);
        this.executed = inOrder();
        this.faults = new FaultTable(input.decoded(), executed);
        this.callsBack = Arrays.stream(input.code()).anyMatch(i -> i != null && i.isFunctionAddress());
        this.alone =
                graph.functions().size() == 1 && IntStream.range(0, slots()).noneMatch(this::isTailCall);
    }

    String className() {
        return Emitter.name(ProgramWriter.class).replace("ProgramWriter", "Program");
    }

    Instruction code(int slot) {
        return input.code()[slot];
    }

    int slots() {
        return input.code().length;
    }

    ControlGraph graph() {
        return graph;
    }

    Knowledge knowledge() {
        return knowledge;
    }

    /** The array that a call looks an index up in, which lies at a known place of the stack; -1 if it does anything else. */
    int arrayLookup(Instruction call, Flow.State state) {
        int map = knowledge.lookup(call, state.register(1));
        Kind key = state.register(2);
        boolean known = map >= 0
                && knowledge.isArray(map)
                && key.is(Kind.Type.STACK)
                && key.value() >= -AddressLayout.FRAME_BYTES
                && key.value() <= -4
                && (key.value() & 7) <= 4;
        return known ? map : -1;
    }

    /** Whether helpers can call functions of the program. */
    boolean callsBack() {
        return callsBack;
    }

    /** Whether a run of the program is a run of its one function, which nothing follows and which calls back nothing. */
    boolean isAlone() {
        return alone;
    }

    /** Whether the function may end with an instruction that is no jump. */
    private boolean mayLeave(int slot) {
        Instruction insn = code(slot);
        boolean loadsPacket = Opcode.classOf(insn.opcode()) == Opcode.CLASS_LD
                && insn.opcode() != Opcode.LD_IMM64
                && !ControlGraph.isNone(insn);
        return loadsPacket || isTailCall(slot);
    }

    boolean isTailCall(int slot) {
        Instruction insn = code(slot);
        return insn != null
                && insn.opcode() == Opcode.CALL
                && !insn.isLocalCall()
                && calleeName(insn).equals("bpf_tail_call");
    }

    HelperFunction callee(Instruction call) {
        return input.callees()[(int) call.immediate()];
    }

    /** Notes that the code that is being written needs an address space that was prepared. */
    void needsAddresses() {
        needsAddresses = true;
    }

    /** The main function is written with parameters of its own. */
    void takes(Parameters taken) {
        parameters = taken;
    }

    /** Whether the program's first function is called by others. */
    boolean callsMain() {
        for (int slot = 0; slot < slots(); slot++) {
            Instruction insn = code(slot);
            if (insn == null) {
                continue;
            }
            boolean calls = insn.isLocalCall() && slot + 1 + (int) insn.immediate() == 0;
            if (calls || insn.isFunctionAddress() && AddressLayout.functionSlot(insn.immediate()) == 0) {
                return true;
            }
        }
        return false;
    }

    String calleeName(Instruction call) {
        return input.calleeNames().get((int) call.immediate());
    }

    /** Whether the instruction asks an iterator for its next element. */
    boolean isIteratorNext(int slot) {
        Instruction insn = code(slot);
        if (insn.opcode() != Opcode.CALL || insn.isLocalCall()) {
            return false;
        }
        String name = calleeName(insn);
        return name.startsWith("bpf_iter_") && name.endsWith("_next");
    }

    void pushCallee(Emitter e, Instruction call) {
        constants.push(e, input.callees()[(int) call.immediate()], HelperFunction.class);
    }

    void pushFaultTable(Emitter e) {
        constants.push(e, faults, FaultTable.class);
    }

    void push(Emitter e, Object constant, Class<?> type) {
        constants.push(e, constant, type);
    }

    /** A method through which others than the program's own functions enter it. */
    MethodVisitor entry(String name, String descriptor) {
        return writer.visitMethod(Opcodes.ACC_PUBLIC, name, descriptor, null, null);
    }

    MethodVisitor method(String name, String descriptor) {
        return writer.visitMethod(Opcodes.ACC_STATIC | Opcodes.ACC_PRIVATE, name, descriptor, null, null);
    }

    /** By slot, how many instructions its function has executed behind it if all before it in order were. */
    private long[] inOrder() {
        long[] executed = new long[input.code().length];
        for (ControlGraph.Function function : graph.functions()) {
            long count = 0;
            for (ControlGraph.Block block : function.blocks) {
                for (int slot : block.slots()) {
                    count += weight(slot);
                    executed[slot] = count;
                }
            }
        }
        return executed;
    }

    /** How many instructions the function of a slot has executed behind it if all before it in order were. */
    long executed(int slot) {
        return executed[slot];
    }

    /** As {@link #executed}, without the instruction itself. */
    long executedBefore(int slot) {
        return executed[slot] - weight(slot);
    }

    /** What an instruction adds to the count. */
    private long weight(int slot) {
        Instruction insn = input.code()[slot];
        return insn.opcode() == Opcode.CALL && !insn.isLocalCall() ? 1 + CompiledRun.HELPER_CALL : 1;
    }

    /** The class as bytes. */
    byte[] write() {
        writer.visit(
                Opcodes.V17,
                Opcodes.ACC_FINAL | Opcodes.ACC_SUPER,
                className(),
                null,
                Emitter.name(CompiledCode.class),
                null);
        constructor();
        for (ControlGraph.Function function : graph.functions()) {
            new FunctionWriter(this, function).write();
        }
        run();
        callback();
        if (parameters != null) {
            parameters.describe(this, !needsAddresses);
        }
        constants.write(writer);
        writer.visitEnd();
        return writer.toByteArray();
    }

    Object[] classData() {
        return constants.data();
    }

    private void constructor() {
        MethodVisitor mv = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
        Emitter e = new Emitter(mv);
        mv.visitCode();
        e.load(0);
        mv.visitMethodInsn(Opcodes.INVOKESPECIAL, Emitter.name(CompiledCode.class), "<init>", "()V", false);
        e.op(Opcodes.RETURN);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }

    private void run() {
        MethodVisitor mv = writer.visitMethod(Opcodes.ACC_PUBLIC, "run", "(" + RUN + "JJ)J", null, null);
        Emitter e = new Emitter(mv);
        mv.visitCode();
        if (parameters != null) {
            parameters.enter(this, e);
            e.op(Opcodes.LRETURN);
            mv.visitMaxs(0, 0);
            mv.visitEnd();
            return;
        }
        e.load(1);
        e.load(1);
        e.callVirtual(CompiledRun.class, "firstFrame", "()I");
        e.loadLong(2);
        e.loadLong(4);
        e.op(Opcodes.LCONST_0, Opcodes.LCONST_0, Opcodes.LCONST_0);
        mv.visitMethodInsn(Opcodes.INVOKESTATIC, className(), FunctionWriter.name(0), FunctionWriter.DESCRIPTOR, false);
        e.op(Opcodes.LRETURN);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }

    private void callback() {
        MethodVisitor mv = writer.visitMethod(Opcodes.ACC_PUBLIC, "callback", "(" + RUN + "IIJJJJ)J", null, null);
        Emitter e = new Emitter(mv);
        mv.visitCode();
        for (ControlGraph.Function function : graph.functions()) {
            if (function.start == 0 && parameters != null) {
                continue;
            }
            Label other = new Label();
            e.loadInt(3);
            e.number(function.start);
            e.jump(Opcodes.IF_ICMPNE, other);
            e.load(1);
            e.loadInt(2);
            e.loadLong(4);
            e.loadLong(6);
            e.loadLong(8);
            e.loadLong(10);
            e.op(Opcodes.LCONST_0);
            mv.visitMethodInsn(
                    Opcodes.INVOKESTATIC,
                    className(),
                    FunctionWriter.name(function.start),
                    FunctionWriter.DESCRIPTOR,
                    false);
            e.op(Opcodes.LRETURN);
            e.label(other);
        }
        e.load(1);
        e.loadInt(3);
        e.callVirtual(CompiledRun.class, "noFunction", "(I)Lorg/bpfsim/bpf/types/AccessViolation;");
        e.op(Opcodes.ATHROW);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }
}
