package org.bpfsim.bpf.compiler;

import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/** Moves Java objects between the locals that belong to registers. Their addresses move with the registers. */
final class ObjectWriter {
    private final FunctionPlan plan;
    private final Emitter e;

    ObjectWriter(FunctionPlan plan, Emitter e) {
        this.plan = plan;
        this.e = e;
    }

    /** Writes what an instruction does to the objects that its registers point to. */
    void move(Instruction insn, Flow.State state) {
        boolean copies = Opcode.classOf(insn.opcode()) == Opcode.CLASS_ALU64
                && Opcode.codeOf(insn.opcode()) == Opcode.MOV
                && Opcode.registerSource(insn.opcode())
                && insn.offset() == 0;
        if (copies && state.register(insn.src()).isObject()) {
            e.load(plan.objectOf(insn.src()));
            e.store(plan.objectOf(insn.dst()));
        }
    }
}
