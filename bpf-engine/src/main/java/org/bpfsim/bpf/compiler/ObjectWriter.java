package org.bpfsim.bpf.compiler;

import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.AddressSpace;
import org.bpfsim.bpf.types.StructType;
import org.objectweb.asm.Opcodes;

/** Moves Java objects between the locals that belong to registers, and makes their addresses where a number is needed. */
final class ObjectWriter {
    private final ProgramWriter program;
    private final FunctionPlan plan;
    private final Emitter e;

    ObjectWriter(ProgramWriter program, FunctionPlan plan, Emitter e) {
        this.program = program;
        this.plan = plan;
        this.e = e;
    }

    /**
     * Writes what an instruction does to the objects that its registers point to; answers whether that is all that it does.
     */
    boolean move(Instruction insn, Flow.State state) {
        boolean wide = Opcode.classOf(insn.opcode()) == Opcode.CLASS_ALU64;
        int code = Opcode.codeOf(insn.opcode());
        boolean hidden = !program.wantsAddresses();
        if (wide && code == Opcode.MOV && Opcode.registerSource(insn.opcode()) && insn.offset() == 0) {
            if (state.register(insn.src()).isObject()) {
                e.load(plan.objectOf(insn.src()));
                e.store(plan.objectOf(insn.dst()));
                return hidden;
            }
            return false;
        }
        // What is left of arithmetic on objects is the addition of constants, which is known when the program is
        // compiled.
        return hidden && state.register(insn.dst()).isObject() && code != Opcode.MOV;
    }

    /** Makes a register's number the address of the object that it points to. */
    void address(int register, Flow.State state) {
        Kind kind = state.register(register);
        if (kind.isObject() && !program.wantsAddresses()) {
            address(kind, plan.objectOf(register));
            e.storeLong(Locals.register(register));
        }
    }

    private void address(Kind kind, int local) {
        e.load(Locals.SPACE);
        e.load(local);
        program.push(e, kind.struct(), StructType.class);
        e.callVirtual(AddressSpace.class, "ofObject", "(Ljava/lang/Object;Lorg/bpfsim/bpf/types/StructType;)J");
        if (kind.value() != 0) {
            e.number(kind.value());
            e.op(Opcodes.LADD);
        }
    }

    /**
     * Where a block ends: makes the addresses of what the code behind it takes for numbers.
     *
     * @param state at the end of the block
     * @param entry what is known where it leads
     * @param live registers that are read there
     */
    void addresses(Flow.State state, Flow.State entry, int live) {
        for (int register = 0; register < 10; register++) {
            Kind kind = state.register(register);
            if ((live >>> register & 1) != 0 && !kind.equals(entry.register(register))) {
                address(register, state);
            }
        }
        for (int slot = 0; slot < state.slots.length; slot++) {
            Kind kind = state.slot(slot);
            if (kind.isObject() && !kind.equals(entry.slot(slot))) {
                address(kind, plan.objectOfSlot(slot));
                e.storeLong(plan.cellOfSlot(slot).local());
            }
        }
    }
}
