package org.bpfsim.bpf.compiler;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.bpfsim.bpf.helper.HelperCall;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.bpf.interpreter.CompiledRun;
import org.bpfsim.bpf.interpreter.Machine;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Writes blocks of a function into one method. */
final class BlockWriter {
    private static final String EXCEPTION = "Lorg/bpfsim/bpf/types/AccessViolation;";

    private final ProgramWriter program;
    private final FunctionPlan plan;
    private final Emitter e;
    private final List<ControlGraph.Block> blocks;
    private final IntUnaryOperator elsewhere;
    private final ObjectWriter objects;
    private final MemoryWriter memory;
    private final AluWriter alu;
    private final BranchWriter branches;
    private final Map<Integer, Label> labels = new HashMap<>();
    private final Label leave = new Label();

    /**
     * @param blocks that go into this method
     * @param elsewhere for a block of another method, by its first slot, what to leave with; null if there is none
     */
    BlockWriter(
            ProgramWriter program,
            FunctionPlan plan,
            Emitter e,
            List<ControlGraph.Block> blocks,
            IntUnaryOperator elsewhere) {
        this.program = program;
        this.plan = plan;
        this.e = e;
        this.blocks = blocks;
        this.elsewhere = elsewhere;
        this.objects = new ObjectWriter(plan, e);
        this.memory = new MemoryWriter(program, plan, e);
        this.alu = new AluWriter(e);
        this.branches = new BranchWriter(e);
        for (ControlGraph.Block block : blocks) {
            labels.put(block.start(), new Label());
        }
    }

    Label label(ControlGraph.Block block) {
        return labels.get(block.start());
    }

    /** Where a part is left for another. */
    Label leave() {
        return leave;
    }

    /** Answers where each block is, and where the last one ends. */
    Label[] write(boolean part) {
        Label[] places = new Label[blocks.size() + 1];
        for (int i = 0; i < blocks.size(); i++) {
            ControlGraph.Block block = blocks.get(i);
            places[i] = label(block);
            e.label(places[i]);
            boolean open = true;
            Flow.State state = plan.flow.entry(block.start());
            for (int slot : block.slots()) {
                open = instruction(slot, state, part);
                plan.flow.step(slot, state);
            }
            if (open) {
                int[] successors = program.graph().successors(block.last());
                int following = i + 1 < blocks.size() ? blocks.get(i + 1).start() : -1;
                int next = successors.length == 0 ? block.next() : fallThrough(block, successors);
                if (next != following) {
                    go(block.last(), next);
                }
            }
        }
        places[blocks.size()] = new Label();
        e.label(places[blocks.size()]);
        return places;
    }

    /** Where a block goes on when its last instruction does not jump. */
    private static int fallThrough(ControlGraph.Block block, int[] successors) {
        for (int successor : successors) {
            if (successor == block.next()) {
                return successor;
            }
        }
        return successors[0];
    }

    private void go(int from, int target) {
        if (target <= from && plan.asksBudget) {
            checkBudget(from);
        }
        // What is executed next does not follow in the order in which instructions are counted.
        long before = target < program.slots() ? program.executedBefore(target) : 0;
        addToCount(program.executed(from) - before);
        if (labels.containsKey(target)) {
            e.jump(Opcodes.GOTO, labels.get(target));
        } else if (elsewhere != null && target < program.slots()) {
            e.number(elsewhere.applyAsInt(target));
            e.storeInt(Locals.NEXT);
            e.jump(Opcodes.GOTO, leave);
        } else {
            at(target);
            e.load(Locals.RUN);
            e.callVirtual(CompiledRun.class, "leftProgram", "()" + EXCEPTION);
            e.op(Opcodes.ATHROW);
        }
    }

    private void addToCount(long instructions) {
        if (instructions != 0) {
            e.loadLong(Locals.COUNT);
            e.number(instructions);
            e.op(Opcodes.LADD);
            e.storeLong(Locals.COUNT);
        }
    }

    /** Pushes how many instructions the function has executed when it has executed this one. */
    private void count(int slot) {
        e.loadLong(Locals.COUNT);
        e.number(program.executed(slot));
        e.op(Opcodes.LADD);
    }

    private void checkBudget(int from) {
        at(from);
        e.load(Locals.RUN);
        count(from);
        e.callVirtual(CompiledRun.class, "checkBudget", "(J)V");
    }

    /** The instruction of a slot may be stopped. */
    private void at(int slot) {
        e.number(slot);
        e.storeInt(Locals.SLOT);
    }

    /** Answers whether execution goes on behind the instruction. */
    private boolean instruction(int slot, Flow.State state, boolean part) {
        Instruction insn = program.code(slot);
        if (ControlGraph.isNone(insn)) {
            at(slot);
            e.load(Locals.RUN);
            e.number(insn.opcode());
            e.callVirtual(CompiledRun.class, "noInstruction", "(I)" + EXCEPTION);
            e.op(Opcodes.ATHROW);
            return false;
        }
        switch (Opcode.classOf(insn.opcode())) {
            case Opcode.CLASS_ALU:
            case Opcode.CLASS_ALU64:
                objects.move(insn, state);
                alu.write(insn);
                return true;
            case Opcode.CLASS_LDX:
            case Opcode.CLASS_ST:
            case Opcode.CLASS_STX:
                if (!memory.isLocal(slot, state)) {
                    at(slot);
                }
                memory.write(slot, state);
                return true;
            case Opcode.CLASS_LD:
                if (insn.opcode() == Opcode.LD_IMM64) {
                    e.number(insn.immediate());
                    e.storeLong(Locals.register(insn.dst()));
                } else {
                    at(slot);
                    loadPacket(slot, insn, part);
                }
                return true;
            default:
                return jump(slot, insn, state, part);
        }
    }

    private void loadPacket(int slot, Instruction insn, boolean part) {
        program.needsAddresses();
        e.load(Locals.RUN);
        e.field(CompiledRun.class, "machine", Machine.class);
        e.number(insn.opcode());
        e.loadLong(Locals.register(insn.src()));
        e.number(insn.immediate());
        e.callVirtual(Machine.class, "loadFromPacket", "(IJJ)J");
        e.op(Opcodes.DUP2);
        e.storeLong(Locals.register(0));
        Label inside = new Label();
        e.op(Opcodes.LCONST_0, Opcodes.LCMP);
        e.jump(Opcodes.IFGE, inside);
        // Beyond the packet's end the function returns 0.
        e.op(Opcodes.LCONST_0);
        e.storeLong(Locals.register(0));
        exit(slot, part);
        e.label(inside);
    }

    private boolean jump(int slot, Instruction insn, Flow.State state, boolean part) {
        int opcode = insn.opcode();
        if (opcode == Opcode.EXIT) {
            exit(slot, part);
            return false;
        } else if (opcode == Opcode.JUMP || opcode == Opcode.JUMP_LONG) {
            return true;
        } else if (opcode == Opcode.CALL) {
            call(slot, insn, state, part);
            return true;
        }
        conditional(slot, insn);
        return true;
    }

    private void conditional(int slot, Instruction insn) {
        int[] successors = program.graph().successors(slot);
        int target = slot + 1 + insn.offset();
        boolean mayGoto = insn.opcode() == Opcode.MAY_GOTO;
        if (mayGoto) {
            e.mv.visitIincInsn(Locals.MAY_GOTO, -1);
        }
        if (successors.length == 1) {
            return;
        }
        Label past = new Label();
        if (mayGoto) {
            e.loadInt(Locals.MAY_GOTO);
            e.jump(Opcodes.IFGE, past);
        } else {
            branches.jump(insn, false, past);
        }
        go(slot, target);
        e.label(past);
    }

    private void exit(int slot, boolean part) {
        e.load(Locals.RUN);
        count(slot);
        e.callVirtual(CompiledRun.class, program.isAlone() && !part ? "executedAlone" : "executed", "(J)V");
        if (part) {
            e.load(Locals.SAVED);
            e.number(0);
            e.loadLong(Locals.register(0));
            e.op(Opcodes.LASTORE);
            e.number(-1);
            e.op(Opcodes.IRETURN);
        } else {
            e.loadLong(Locals.register(0));
            e.op(Opcodes.LRETURN);
        }
    }

    private void call(int slot, Instruction insn, Flow.State state, boolean part) {
        int array = program.arrayLookup(insn, state);
        if (array >= 0) {
            memory.lookup(array, (int) state.register(2).value());
            return;
        }
        at(slot);
        if (insn.isLocalCall()) {
            e.load(Locals.RUN);
            e.loadInt(Locals.FRAME);
            e.callVirtual(CompiledRun.class, "enter", "(I)V");
            e.load(Locals.RUN);
            e.loadInt(Locals.FRAME);
            e.op(Opcodes.ICONST_1, Opcodes.IADD);
            arguments();
            e.mv.visitMethodInsn(
                    Opcodes.INVOKESTATIC,
                    program.className(),
                    FunctionWriter.name(slot + 1 + (int) insn.immediate()),
                    FunctionWriter.DESCRIPTOR,
                    false);
            e.storeLong(Locals.register(0));
            return;
        }
        if (program.callee(insn) instanceof HelperFunction.OnObject<?> callee && takes(callee, state.register(1))) {
            callWith(callee);
            return;
        }
        if (program.callee(insn) instanceof HelperFunction.OnServices callee) {
            program.push(e, callee, HelperFunction.OnServices.class);
            e.load(Locals.RUN);
            e.field(CompiledRun.class, "services", RuntimeServices.class);
            e.callVirtual(
                    HelperFunction.OnServices.class, "callWith", "(L" + Emitter.name(RuntimeServices.class) + ";)J");
            e.storeLong(Locals.register(0));
            return;
        }
        program.needsAddresses();
        if (program.callsBack()) {
            e.load(Locals.RUN);
            program.pushFaultTable(e);
            e.loadInt(Locals.FRAME);
            e.callVirtual(CompiledRun.class, "calls", "(Lorg/bpfsim/bpf/interpreter/FaultTable;I)V");
        }
        program.pushCallee(e, insn);
        e.load(Locals.RUN);
        e.field(CompiledRun.class, "machine", Machine.class);
        arguments();
        e.callVirtual(HelperFunction.class, "call", "(L" + Emitter.name(HelperCall.class) + ";JJJJJ)J");
        e.storeLong(Locals.register(0));
        if (program.isTailCall(slot)) {
            tailCall(slot, part);
        }
    }

    private static boolean takes(HelperFunction.OnObject<?> callee, Kind first) {
        return first.isObject()
                && first.value() == 0
                && callee.type().isAssignableFrom(first.struct().javaClass());
    }

    /** A function that takes the object that R1 points to, and no address. */
    private void callWith(HelperFunction.OnObject<?> callee) {
        program.push(e, callee, HelperFunction.OnObject.class);
        e.load(plan.objectOf(1));
        for (int register = 2; register <= 5; register++) {
            e.loadLong(Locals.register(register));
        }
        e.callVirtual(HelperFunction.OnObject.class, "callWith", "(Ljava/lang/Object;JJJJ)J");
        e.storeLong(Locals.register(0));
    }

    private void tailCall(int slot, boolean part) {
        Label goOn = new Label();
        e.load(Locals.RUN);
        e.callVirtual(CompiledRun.class, "replaced", "()Z");
        e.jump(Opcodes.IFEQ, goOn);
        e.load(Locals.RUN);
        e.loadInt(Locals.FRAME);
        e.loadLong(Locals.register(1));
        e.callVirtual(CompiledRun.class, "successor", "(IJ)J");
        e.storeLong(Locals.register(0));
        exit(slot, part);
        e.label(goOn);
    }

    private void arguments() {
        for (int register = 1; register <= 5; register++) {
            e.loadLong(Locals.register(register));
        }
    }
}
