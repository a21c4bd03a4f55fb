package org.bpfsim.bpf.compiler;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.AddressLayout;
import org.objectweb.asm.Opcodes;

/** What is decided about a function before it is written: where its variables live, how much of its stack is memory. */
final class FunctionPlan {
    /** A function may pass {@code may_goto} this often (Linux 6.12: BPF_MAX_LOOPS in include/linux/bpf.h). */
    static final int MAX_LOOPS = 8 * 1024 * 1024;

    private static final int REGISTERS = 10;

    /**
     * A piece of the stack that is a local variable of type {@code long}: it holds the piece's bytes as an unsigned number.
     *
     * @param offset from the frame pointer
     */
    record Cell(int offset, int bytes, int local) {}

    final Flow flow;
    final Liveness liveness;
    final boolean usesMayGoto;

    /** Bytes of the stack, from its upper end, that must be zero when the function begins. */
    final int stackBytes;

    /** By offset. */
    private final TreeMap<Integer, Cell> cells = new TreeMap<>();
    /** Object locals by register, then by slot of the stack; 0 where there is none. */
    private final int[] registerObjects = new int[11];

    private final int[] slotObjects = new int[AddressLayout.FRAME_BYTES / 8];
    private final List<Integer> objectLocals = new ArrayList<>();
    private final ProgramWriter program;
    private final ControlGraph.Function function;
    private int nextLocal = Locals.FIRST_FREE;

    FunctionPlan(ProgramWriter program, ControlGraph.Function function) {
        this.program = program;
        this.function = function;
        this.liveness = new Liveness(program, function);
        this.usesMayGoto =
                function.blocks.stream().anyMatch(b -> program.code(b.last()).opcode() == Opcode.MAY_GOTO);
        StackPlan stack = new StackPlan(program, function);
        this.flow = stack.flow();
        this.stackBytes = stack.clearedBytes();
        stack.cells().forEach((offset, bytes) -> {
            cells.put(offset, new Cell(offset, bytes, nextLocal));
            nextLocal += 2;
        });
        giveObjectsLocals();
    }

    private void giveObjectsLocals() {
        Set<Integer> registers = new TreeSet<>();
        Set<Integer> slots = new TreeSet<>();
        for (ControlGraph.Block block : function.blocks) {
            Flow.State state = flow.entry(block.start());
            collect(state, registers, slots);
            for (int slot : block.slots()) {
                flow.step(slot, state);
                collect(state, registers, slots);
            }
        }
        for (int register : registers) {
            registerObjects[register] = nextObject();
        }
        for (int slot : slots) {
            slotObjects[slot] = nextObject();
        }
    }

    private int nextObject() {
        objectLocals.add(nextLocal);
        return nextLocal++;
    }

    private static void collect(Flow.State state, Set<Integer> registers, Set<Integer> slots) {
        for (int i = 0; i < state.registers.length; i++) {
            if (state.registers[i].isObject()) {
                registers.add(i);
            }
        }
        for (int i = 0; i < state.slots.length; i++) {
            if (state.slot(i).isObject()) {
                slots.add(i);
            }
        }
    }

    /** The local variable of the object that a register points to. */
    int objectOf(int register) {
        return registerObjects[register];
    }

    /** The local variable of the object that a slot of the stack points to. */
    int objectOfSlot(int slot) {
        return slotObjects[slot];
    }

    Cell cellOfSlot(int slot) {
        return cell(8 * slot - AddressLayout.FRAME_BYTES);
    }

    /** The local variable that a stack access goes to, which may be wider; null if it goes to memory. */
    Cell cell(int offset) {
        var entry = cells.floorEntry(offset);
        return entry != null && offset < entry.getKey() + entry.getValue().bytes() ? entry.getValue() : null;
    }

    /**
     * Whether an address of an object, or of the arguments, can be seen as a number: the numbers must then be those that the
     * interpreter gives.
     */
    boolean showsAddresses() {
        Set<Integer> slots = new HashSet<>();
        for (ControlGraph.Block block : function.blocks) {
            Flow.State state = flow.entry(block.start());
            for (int slot : block.slots()) {
                if (shows(slot, state)) {
                    slots.add(slot);
                }
                flow.step(slot, state);
            }
        }
        return !slots.isEmpty();
    }

    private boolean shows(int slot, Flow.State state) {
        Instruction insn = program.code(slot);
        int opcode = insn.opcode();
        Kind dst = state.register(insn.dst());
        Kind src = Opcode.registerSource(opcode) ? state.register(insn.src()) : Kind.NUMBER;
        switch (Opcode.classOf(opcode)) {
            case Opcode.CLASS_ALU:
            case Opcode.CLASS_ALU64:
                boolean moves = Opcode.codeOf(opcode) == Opcode.MOV;
                Flow.State after = state.copy();
                flow.step(slot, after);
                boolean kept = after.register(insn.dst()).hasOffset();
                return (hidden(src) || !moves && hidden(dst)) && !kept;
            case Opcode.CLASS_LDX:
                return hidden(state.register(insn.src())) && flow.place(slot, state) instanceof Place.Anywhere;
            case Opcode.CLASS_ST:
            case Opcode.CLASS_STX:
                return store(slot, insn, state);
            case Opcode.CLASS_LD:
                return false;
            default:
                if (opcode == Opcode.EXIT) {
                    return hidden(state.register(0));
                } else if (opcode == Opcode.CALL) {
                    return call(insn, state);
                }
                return Opcode.isConditional(opcode) && (hidden(src) || hidden(dst) && !isNullCheck(insn, dst));
        }
    }

    private boolean store(int slot, Instruction insn, Flow.State state) {
        Place place = flow.place(slot, state);
        if (hidden(state.register(insn.dst())) && place instanceof Place.Anywhere) {
            return true;
        }
        boolean register = Opcode.classOf(insn.opcode()) == Opcode.CLASS_STX;
        if (!register || !hidden(state.register(insn.src()))) {
            return false;
        }
        return !(place instanceof Place.Stack stack
                && flow.isPrivate(stack.offset())
                && Opcode.bytesOf(insn.opcode()) == 8
                && Opcode.modeOf(insn.opcode()) == Opcode.MODE_MEM);
    }

    private boolean call(Instruction insn, Flow.State state) {
        for (int register = 1; register <= 5; register++) {
            Kind kind = state.register(register);
            boolean prints = !insn.isLocalCall() && program.calleeName(insn).contains("printk");
            if (hidden(kind) && (insn.isLocalCall() || prints || !kind.isObject())) {
                return true;
            }
        }
        return false;
    }

    /** Whether an instruction's first register points to an object whose address was not made. */
    boolean isHidden(Instruction insn, Flow.State state) {
        return !program.wantsAddresses() && state.register(insn.dst()).isObject();
    }

    /** Whether it is an address that need not have been made. */
    private boolean hidden(Kind kind) {
        boolean arguments = program.knowledge().context() instanceof CompilerInput.Context.Arguments;
        return kind.isObject() || arguments && (kind.is(Kind.Type.CONTEXT) || kind.is(Kind.Type.NEAR_CONTEXT));
    }

    /** Whether a jump asks whether an object is there. */
    static boolean isNullCheck(Instruction insn, Kind kind) {
        int code = Opcode.codeOf(insn.opcode());
        return Opcode.classOf(insn.opcode()) == Opcode.CLASS_JMP
                && (code == Opcode.JEQ || code == Opcode.JNE)
                && !Opcode.registerSource(insn.opcode())
                && insn.immediate() == 0
                && kind.isObject()
                && kind.value() == 0;
    }

    /** Gives variables beside the registers their first value. */
    void clear(Emitter e) {
        for (Cell cell : cells.values()) {
            e.op(Opcodes.LCONST_0);
            e.storeLong(cell.local());
        }
        for (int local : objectLocals) {
            e.op(Opcodes.ACONST_NULL);
            e.store(local);
        }
    }

    private List<Integer> longs() {
        List<Integer> all = new ArrayList<>();
        for (int register = 0; register < REGISTERS; register++) {
            all.add(Locals.register(register));
        }
        cells.values().forEach(c -> all.add(c.local()));
        return all;
    }

    int savedLongs() {
        return longs().size() + 1;
    }

    int savedObjects() {
        return objectLocals.size();
    }

    /** Puts all variables where the other methods of the function find them. */
    void save(Emitter e) {
        List<Integer> longs = longs();
        for (int i = 0; i < longs.size(); i++) {
            e.load(Locals.SAVED);
            e.number(i);
            e.loadLong(longs.get(i));
            e.op(Opcodes.LASTORE);
        }
        if (usesMayGoto) {
            e.load(Locals.SAVED);
            e.number(longs.size());
            e.loadInt(Locals.MAY_GOTO);
            e.op(Opcodes.I2L, Opcodes.LASTORE);
        }
        for (int i = 0; i < objectLocals.size(); i++) {
            e.load(Locals.SAVED_OBJECTS);
            e.number(i);
            e.load(objectLocals.get(i));
            e.op(Opcodes.AASTORE);
        }
    }

    void restore(Emitter e) {
        List<Integer> longs = longs();
        for (int i = 0; i < longs.size(); i++) {
            e.load(Locals.SAVED);
            e.number(i);
            e.op(Opcodes.LALOAD);
            e.storeLong(longs.get(i));
        }
        if (usesMayGoto) {
            e.load(Locals.SAVED);
            e.number(longs.size());
            e.op(Opcodes.LALOAD, Opcodes.L2I);
            e.storeInt(Locals.MAY_GOTO);
        }
        for (int i = 0; i < objectLocals.size(); i++) {
            e.load(Locals.SAVED_OBJECTS);
            e.number(i);
            e.op(Opcodes.AALOAD);
            e.store(objectLocals.get(i));
        }
    }

    /** Slots of the stack that are local variables. */
    BitSet privateSlots() {
        return flow.privateSlots();
    }
}
