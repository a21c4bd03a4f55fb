package org.bpfsim.bpf.compiler;

import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.memory.AddressLayout;
import org.objectweb.asm.Opcodes;

/** What is decided about a function before it is written: where its variables live, how much of its stack is memory. */
final class FunctionPlan {
    /** A function may pass {@code may_goto} this often (Linux 6.12: BPF_MAX_LOOPS in include/linux/bpf.h). */
    static final int MAX_LOOPS = 8 * 1024 * 1024;

    private static final int REGISTERS = 10;

    /** Bytes of the stack, from its upper end, that must be zero when the function begins. */
    final int stackBytes;

    final boolean usesMayGoto;

    FunctionPlan(ProgramWriter program, ControlGraph.Function function) {
        boolean mayGoto = false;
        boolean stack = false;
        for (ControlGraph.Block block : function.blocks) {
            for (int slot : block.slots()) {
                Instruction insn = program.code(slot);
                mayGoto |= insn.opcode() == Opcode.MAY_GOTO;
                stack |= insn.dst() == 10 || insn.src() == 10;
            }
        }
        usesMayGoto = mayGoto;
        stackBytes = stack ? AddressLayout.FRAME_BYTES : 0;
    }

    /** Gives variables beside the registers their first value. */
    void clear(Emitter e) {}

    int savedLongs() {
        return REGISTERS + 1;
    }

    int savedObjects() {
        return 0;
    }

    /** Puts all variables where the other methods of the function find them. */
    void save(Emitter e) {
        for (int register = 0; register < REGISTERS; register++) {
            e.load(Locals.SAVED);
            e.number(register);
            e.loadLong(Locals.register(register));
            e.op(Opcodes.LASTORE);
        }
        if (usesMayGoto) {
            e.load(Locals.SAVED);
            e.number(REGISTERS);
            e.loadInt(Locals.MAY_GOTO);
            e.op(Opcodes.I2L, Opcodes.LASTORE);
        }
    }

    void restore(Emitter e) {
        for (int register = 0; register < REGISTERS; register++) {
            e.load(Locals.SAVED);
            e.number(register);
            e.op(Opcodes.LALOAD);
            e.storeLong(Locals.register(register));
        }
        if (usesMayGoto) {
            e.load(Locals.SAVED);
            e.number(REGISTERS);
            e.op(Opcodes.LALOAD, Opcodes.L2I);
            e.storeInt(Locals.MAY_GOTO);
        }
    }
}
