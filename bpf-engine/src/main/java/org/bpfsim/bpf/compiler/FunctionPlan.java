package org.bpfsim.bpf.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.AddressLayout;
import org.bpfsim.bpf.types.Leaf;
import org.bpfsim.bpf.types.StructLayout;
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

    /**
     * Memory of a kernel object: its array stays the same, so it is fetched once, and HotSpot knows that its length does not change.
     *
     * @param argument of the program that the object came as
     * @param local variable that holds the array
     */
    record ObjectMemory(int argument, Leaf leaf, int local) {}

    final Flow flow;
    final boolean usesMayGoto;

    /** Whether it counts in loops: the verifier has not walked each turn, so that loops in such loops can take days. */
    final boolean asksBudget;

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
    private final BitSet used = new BitSet();
    private int nextLocal = Locals.FIRST_FREE;
    /** What the function takes besides its registers; null if nothing. */
    private Parameters parameters;
    /** Memory of the objects that it takes so. */
    private final List<ObjectMemory> memories = new ArrayList<>();

    FunctionPlan(ProgramWriter program, ControlGraph.Function function) {
        this.program = program;
        this.function = function;
        this.usesMayGoto = function.blocks.stream()
                .flatMapToInt(b -> Arrays.stream(b.slots()))
                .anyMatch(s -> program.code(s).opcode() == Opcode.MAY_GOTO);
        this.asksBudget = !program.knowledge().verified()
                || usesMayGoto
                || function.blocks.stream()
                        .flatMapToInt(b -> Arrays.stream(b.slots()))
                        .anyMatch(program::isIteratorNext);
        StackPlan stack = new StackPlan(program, function);
        this.flow = stack.flow();
        this.stackBytes = stack.clearedBytes();
        stack.cells().forEach((offset, bytes) -> {
            cells.put(offset, new Cell(offset, bytes, nextLocal));
            nextLocal += 2;
        });
        giveObjectsLocals();
        findUsedRegisters();
        if (function.start == 0 && !program.callsMain()) {
            parameters = Parameters.of(program, function, flow, nextLocal).orElse(null);
        }
        if (parameters != null) {
            nextLocal += Parameters.LOCALS;
            findMemories();
        }
    }

    Optional<Parameters> parameters() {
        return Optional.ofNullable(parameters);
    }

    /** The function is split into parts, which have no parameters. */
    void dropParameters() {
        parameters = null;
        memories.clear();
    }

    List<ObjectMemory> memories() {
        return memories;
    }

    /** Memory of the object that the function took as a parameter, if it is in a local variable. */
    Optional<ObjectMemory> memory(int argument, Leaf leaf) {
        return memories.stream()
                .filter(m -> m.argument() == argument && m.leaf() == leaf)
                .findFirst();
    }

    private void findMemories() {
        for (ControlGraph.Block block : function.blocks) {
            Flow.State state = flow.entry(block.start());
            for (int slot : block.slots()) {
                int opcode = program.code(slot).opcode();
                if (isMemoryAccess(opcode) && flow.place(slot, state) instanceof Place.Field field && field.local()) {
                    StructLayout layout = field.type().layout();
                    layout.memory(field.offset(), Opcode.bytesOf(opcode))
                            .filter(leaf -> memory(field.argument(), leaf).isEmpty())
                            .ifPresent(leaf -> memories.add(new ObjectMemory(field.argument(), leaf, nextLocal++)));
                }
                flow.step(slot, state);
            }
        }
    }

    private static boolean isMemoryAccess(int opcode) {
        int kind = Opcode.classOf(opcode);
        return kind == Opcode.CLASS_LDX || kind == Opcode.CLASS_ST || kind == Opcode.CLASS_STX;
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

    /** The local variable that a stack access goes to, which may be wider; null if it goes to memory. */
    Cell cell(int offset) {
        var entry = cells.floorEntry(offset);
        return entry != null && offset < entry.getKey() + entry.getValue().bytes() ? entry.getValue() : null;
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
            if (register == 0 || register >= 1 && register <= 5 || uses(register)) {
                all.add(Locals.register(register));
            }
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

    /** Whether the number in a register is ever looked at, or set. */
    boolean uses(int register) {
        return used.get(register);
    }

    private void findUsedRegisters() {
        used.set(0);
        for (ControlGraph.Block block : function.blocks) {
            Flow.State state = flow.entry(block.start());
            for (int slot : block.slots()) {
                Instruction insn = program.code(slot);
                boolean load = Opcode.classOf(insn.opcode()) == Opcode.CLASS_LDX;
                boolean store = Opcode.classOf(insn.opcode()) == Opcode.CLASS_ST
                        || Opcode.classOf(insn.opcode()) == Opcode.CLASS_STX;
                boolean stack = (load || store)
                        && Opcode.modeOf(insn.opcode()) != Opcode.MODE_ATOMIC
                        && flow.place(slot, state) instanceof Place.Stack;
                // The address of a place of the stack that is known is not needed.
                if (!(stack && store)) {
                    used.set(insn.dst());
                }
                if (!(stack && load)) {
                    used.set(insn.src());
                }
                if (insn.opcode() == Opcode.CALL) {
                    used.set(1, 6);
                }
                flow.step(slot, state);
            }
        }
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
}
