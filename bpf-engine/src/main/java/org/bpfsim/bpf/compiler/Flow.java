package org.bpfsim.bpf.compiler;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bpfsim.bpf.isa.Arithmetic;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.AddressLayout;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.bpf.verifier.Facts;

/**
 * What registers and private slots of the stack hold at each place of one function. It is found anew here, because objects must be
 * followed to the local variables that they are in; of what pointers point to, the verifier knows more.
 */
final class Flow {
    private static final int SLOTS = AddressLayout.FRAME_BYTES / 8;

    /** What is known at one place. */
    static final class State {
        final Kind[] registers = new Kind[11];
        /** By slot of the stack, from the frame's start; null where nothing is known. */
        final Kind[] slots = new Kind[SLOTS];

        State copy() {
            State copy = new State();
            System.arraycopy(registers, 0, copy.registers, 0, registers.length);
            System.arraycopy(slots, 0, copy.slots, 0, slots.length);
            return copy;
        }

        Kind register(int number) {
            return registers[number];
        }

        Kind slot(int number) {
            return slots[number] == null ? Kind.NUMBER : slots[number];
        }

        /** Keeps what both agree on; answers whether anything was lost. */
        boolean join(State o) {
            boolean changed = false;
            for (int i = 0; i < registers.length; i++) {
                Kind joined = registers[i].join(o.registers[i]);
                changed |= !joined.equals(registers[i]);
                registers[i] = joined;
            }
            for (int i = 0; i < SLOTS; i++) {
                Kind joined = slot(i).join(o.slot(i));
                changed |= !joined.equals(slot(i));
                slots[i] = joined;
            }
            return changed;
        }
    }

    private final ProgramWriter program;
    private final Knowledge knowledge;
    /** Slots of the stack that are local variables. */
    private final BitSet privateSlots;

    private final Map<Integer, State> entries = new HashMap<>();

    Flow(ProgramWriter program, ControlGraph.Function function, BitSet privateSlots) {
        this.program = program;
        this.knowledge = program.knowledge();
        this.privateSlots = privateSlots;
        entries.put(function.start, start(function.start == 0));
        Deque<Integer> waiting = new ArrayDeque<>();
        waiting.add(function.start);
        while (!waiting.isEmpty()) {
            ControlGraph.Block block = function.at(waiting.poll());
            State state = entries.get(block.start()).copy();
            for (int slot : block.slots()) {
                step(slot, state);
            }
            for (int next : program.graph().successors(block.last())) {
                if (function.at(next) == null) {
                    continue;
                }
                State known = entries.get(next);
                if (known == null) {
                    entries.put(next, state.copy());
                    waiting.add(next);
                } else if (known.join(state)) {
                    waiting.add(next);
                }
            }
        }
    }

    private State start(boolean main) {
        State state = new State();
        Arrays.fill(state.registers, Kind.constant(0));
        for (int register = 1; register <= 5; register++) {
            state.registers[register] = Kind.NUMBER;
        }
        if (main) {
            state.registers[1] = Kind.context(0);
        }
        state.registers[10] = Kind.stack(0);
        Arrays.fill(state.slots, Kind.constant(0));
        return state;
    }

    /** Whether a block can be reached. */
    boolean has(int blockStart) {
        return entries.containsKey(blockStart);
    }

    /** What is known where a block begins. */
    State entry(int blockStart) {
        return entries.get(blockStart).copy();
    }

    boolean isPrivate(int stackOffset) {
        return privateSlots.get(slotOf(stackOffset));
    }

    BitSet privateSlots() {
        return privateSlots;
    }

    /** The slot of the stack that an offset from the frame pointer lies in. */
    static int slotOf(int stackOffset) {
        return (AddressLayout.FRAME_BYTES + stackOffset) / 8;
    }

    /** Where the load or store in a slot goes. */
    Place place(int slot, State state) {
        Instruction insn = program.code(slot);
        boolean load = Opcode.classOf(insn.opcode()) == Opcode.CLASS_LDX;
        Kind base = state.register(load ? insn.src() : insn.dst());
        int bytes = Opcode.bytesOf(insn.opcode());
        long offset = base.value() + insn.offset();
        switch (base.type()) {
            case STACK:
                return stack(offset, bytes);
            case CONTEXT:
                return context(offset, bytes);
            case NEAR_CONTEXT:
                return knowledge.context() instanceof CompilerInput.Context.Memory
                        ? new Place.Memory(-1)
                        : byFacts(slot, insn, bytes);
            case OBJECT:
                return new Place.Field(base.struct(), offset, base.argument());
            case CONSTANT:
                int map = knowledge.mapOfValue(offset);
                return map >= 0 && AddressLayout.offset(offset) >= 0
                        ? new Place.MapConstant(map, (int) AddressLayout.offset(offset))
                        : byFacts(slot, insn, bytes);
            default:
                return byFacts(slot, insn, bytes);
        }
    }

    private Place stack(long offset, int bytes) {
        return offset >= -AddressLayout.FRAME_BYTES && offset + bytes <= 0
                ? new Place.Stack((int) offset)
                : Place.ANYWHERE;
    }

    private Place context(long offset, int bytes) {
        CompilerInput.Context context = knowledge.context();
        if (context instanceof CompilerInput.Context.Struct struct) {
            return new Place.Context(struct.type(), offset);
        } else if (context instanceof CompilerInput.Context.Memory) {
            return offset >= 0 && offset <= Short.MAX_VALUE ? new Place.Memory((int) offset) : Place.ANYWHERE;
        }
        int count = ((CompilerInput.Context.Arguments) context).count();
        return offset >= 0 && offset + bytes <= 8L * count ? new Place.Argument((int) offset) : Place.ANYWHERE;
    }

    private Place byFacts(int slot, Instruction insn, int bytes) {
        Optional<Integer> own = knowledge.stackOffset(slot);
        if (own.isPresent()) {
            return stack(own.get(), bytes);
        }
        Optional<Facts.Pointer> known = knowledge.pointer(slot);
        if (known.isEmpty()) {
            return Place.ANYWHERE;
        }
        Facts.Pointer pointer = known.get();
        long offset = (long) pointer.offset() + insn.offset();
        switch (pointer.target()) {
            case CONTEXT:
                return pointer.fixed() ? context(offset, bytes) : Place.ANYWHERE;
            case STRUCT:
                Optional<StructType<?>> struct = knowledge.struct(pointer.name());
                return pointer.fixed() && struct.isPresent()
                        ? new Place.Field(struct.get(), offset, -1)
                        : Place.ANYWHERE;
            case STACK:
                return Place.ANY_STACK;
            case MAP_VALUE:
                int map = knowledge.mapWithValues(pointer.name());
                return map >= 0 ? new Place.MapValue(map) : Place.ANYWHERE;
            default:
                return Place.ANYWHERE;
        }
    }

    /** Takes an instruction's effect into a state. */
    void step(int slot, State state) {
        Instruction insn = program.code(slot);
        switch (Opcode.classOf(insn.opcode())) {
            case Opcode.CLASS_ALU:
            case Opcode.CLASS_ALU64:
                state.registers[insn.dst()] = alu(insn, state);
                return;
            case Opcode.CLASS_LDX:
                state.registers[insn.dst()] = load(slot, insn, state);
                return;
            case Opcode.CLASS_ST:
            case Opcode.CLASS_STX:
                store(slot, insn, state);
                return;
            case Opcode.CLASS_LD:
                if (insn.opcode() == Opcode.LD_IMM64) {
                    state.registers[insn.dst()] = Kind.constant(insn.immediate());
                } else if (!ControlGraph.isNone(insn)) {
                    state.registers[0] = Kind.NUMBER;
                }
                return;
            default:
                if (insn.opcode() == Opcode.CALL) {
                    call(insn, state);
                }
        }
    }

    private void call(Instruction insn, State state) {
        state.registers[0] = Kind.NUMBER;
        if (knowledge.verified()) {
            // Nothing reads what a call leaves in them.
            for (int register = 1; register <= 5; register++) {
                state.registers[register] = Kind.NUMBER;
            }
        }
    }

    private Kind alu(Instruction insn, State state) {
        boolean wide = Opcode.classOf(insn.opcode()) == Opcode.CLASS_ALU64;
        int code = Opcode.codeOf(insn.opcode());
        boolean register = Opcode.registerSource(insn.opcode()) && code != Opcode.END;
        Kind a = state.register(insn.dst());
        Kind b = register ? state.register(insn.src()) : Kind.constant(insn.immediate());
        if (code == Opcode.MOV) {
            if (b.is(Kind.Type.CONSTANT)) {
                return Kind.constant(Arithmetic.alu(insn, 0, b.value()));
            }
            return wide && insn.offset() == 0 ? b : Kind.number(b.stack());
        }
        boolean unary = code == Opcode.END || code == Opcode.NEG;
        if (a.is(Kind.Type.CONSTANT) && (unary || b.is(Kind.Type.CONSTANT))) {
            return Kind.constant(Arithmetic.alu(insn, a.value(), b.value()));
        }
        boolean adds = wide && (code == Opcode.ADD || code == Opcode.SUB);
        if (!adds) {
            return Kind.number(a.stack() || !unary && b.stack());
        }
        if (b.is(Kind.Type.CONSTANT) && a.hasOffset()) {
            return a.plus(code == Opcode.ADD ? b.value() : -b.value());
        } else if (a.is(Kind.Type.CONSTANT) && b.hasOffset() && code == Opcode.ADD) {
            return b.isObject() ? Kind.NUMBER : b.plus(a.value());
        }
        boolean near = isContext(a) && !isContext(b) || code == Opcode.ADD && isContext(b) && !isContext(a);
        boolean tainted = a.stack() || b.stack();
        return near ? Kind.nearContext(tainted) : Kind.number(tainted);
    }

    private static boolean isContext(Kind kind) {
        return kind.is(Kind.Type.CONTEXT) || kind.is(Kind.Type.NEAR_CONTEXT);
    }

    private Kind load(int slot, Instruction insn, State state) {
        int bytes = Opcode.bytesOf(insn.opcode());
        Place place = place(slot, state);
        if (place instanceof Place.Stack stack) {
            if (!isPrivate(stack.offset())) {
                return Kind.TAINTED;
            }
            Kind kind = state.slot(slotOf(stack.offset()));
            if (bytes == 8) {
                return kind;
            }
            return Kind.number(kind.stack());
        } else if (place instanceof Place.Argument argument && bytes == 8 && argument.offset() % 8 == 0) {
            int number = argument.offset() / 8;
            return knowledge
                    .loadsPointerTo(slot)
                    .map(type -> Kind.object(type, number))
                    .orElse(Kind.NUMBER);
        } else if (place instanceof Place.MapConstant constant) {
            Optional<Long> value = knowledge.constant(constant.map(), constant.offset(), bytes);
            boolean signed = Opcode.modeOf(insn.opcode()) == Opcode.MODE_MEMSX;
            int unused = 64 - 8 * bytes;
            return value.map(v -> Kind.constant(signed ? v << unused >> unused : v))
                    .orElse(Kind.NUMBER);
        }
        Kind base = state.register(insn.src());
        boolean unknown = place instanceof Place.Anywhere || place instanceof Place.AnyStack;
        return Kind.number(unknown && base.stack());
    }

    private void store(int slot, Instruction insn, State state) {
        boolean atomic =
                Opcode.classOf(insn.opcode()) == Opcode.CLASS_STX && Opcode.modeOf(insn.opcode()) == Opcode.MODE_ATOMIC;
        if (atomic) {
            int operation = (int) insn.immediate();
            if (operation == Opcode.CMPXCHG) {
                state.registers[0] = Kind.TAINTED;
            } else if ((operation & Opcode.FETCH) != 0) {
                state.registers[insn.src()] = Kind.TAINTED;
            }
            return;
        }
        if (place(slot, state) instanceof Place.Stack stack && isPrivate(stack.offset())) {
            boolean immediate = Opcode.classOf(insn.opcode()) == Opcode.CLASS_ST;
            Kind value = immediate ? Kind.constant(insn.immediate()) : state.register(insn.src());
            int number = slotOf(stack.offset());
            boolean whole = Opcode.bytesOf(insn.opcode()) == 8;
            state.slots[number] = whole
                    ? value
                    : Kind.number(value.stack() || state.slot(number).stack());
        }
    }
}
