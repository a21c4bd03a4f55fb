package org.bpfsim.bpf.verifier;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/** Puts together {@link Facts} while paths are walked: what one path finds, joined with what others found. */
final class FactCollector {
    private final Verification v;
    private final Facts.Pointer[] pointers;
    /** 0 as long as no path came by. */
    private final int[] stackOffsets;

    private final String[] results;
    private final Set<Facts.StackUse> stackUses = new LinkedHashSet<>();

    FactCollector(Verification v) {
        this.v = v;
        this.pointers = new Facts.Pointer[v.code.length];
        this.stackOffsets = new int[v.code.length];
        this.results = new String[v.code.length];
    }

    Facts facts() {
        return new Facts(pointers, stackOffsets, results, new ArrayList<>(stackUses));
    }

    private boolean isLoadOrStore() {
        int opcode = v.code[v.slot].opcode();
        int cls = Opcode.classOf(opcode);
        return cls == Opcode.CLASS_LDX || cls == Opcode.CLASS_ST || cls == Opcode.CLASS_STX;
    }

    private boolean isAtomic() {
        int opcode = v.code[v.slot].opcode();
        return Opcode.classOf(opcode) == Opcode.CLASS_STX && Opcode.modeOf(opcode) == Opcode.MODE_ATOMIC;
    }

    /** The current instruction accesses memory through a pointer. */
    void access(Reg pointer) {
        if (!isLoadOrStore()) {
            return;
        }
        Facts.Pointer before = pointers[v.slot];
        if (before == Facts.Pointer.UNKNOWN) {
            return;
        }
        Facts.Pointer now = of(pointer);
        pointers[v.slot] = before == null ? now : before.join(now);
    }

    private static Facts.Pointer of(Reg p) {
        boolean fixed = p.ranges.isConstant();
        int offset = fixed ? (int) (p.off + p.ranges.value()) : 0;
        return switch (p.type) {
            case CTX -> new Facts.Pointer(Facts.Target.CONTEXT, "", fixed, offset);
            case STACK -> new Facts.Pointer(Facts.Target.STACK, "", fixed, offset);
            case MAP_VALUE -> new Facts.Pointer(Facts.Target.MAP_VALUE, p.map.definition(), fixed, offset);
            case BTF ->
                p.has(Reg.ALLOC | Reg.PERCPU | Reg.USER)
                        ? Facts.Pointer.UNKNOWN
                        : new Facts.Pointer(Facts.Target.STRUCT, p.btf.name(), fixed, offset);
            case SOCKET, SOCK_COMMON -> new Facts.Pointer(Facts.Target.STRUCT, "bpf_sock", fixed, offset);
            case TCP_SOCK -> new Facts.Pointer(Facts.Target.STRUCT, "bpf_tcp_sock", fixed, offset);
            case PACKET, PACKET_META -> new Facts.Pointer(Facts.Target.PACKET, "", fixed, offset);
            default -> Facts.Pointer.UNKNOWN;
        };
    }

    /** The current instruction has loaded a value. */
    void loaded(Instruction insn) {
        Reg r = v.reg(insn.dst());
        boolean struct = r.type == RegType.BTF && !r.maybeNull() && r.off == 0 && r.ranges.isConstant(0);
        String name = struct ? r.btf.name() : "";
        String before = results[v.slot];
        results[v.slot] = before == null || before.equals(name) ? name : "";
    }

    /** The current instruction reaches some bytes of a stack. */
    void stack(int number, Reg pointer, int off, int size) {
        Frame frame = v.state.frame(pointer.frame);
        int from = (int) (off + pointer.ranges.smin);
        int to = (int) (off + pointer.ranges.smax) + size;
        boolean own = frame == v.frame() && pointer.ranges.isConstant();
        if (own && isLoadOrStore() && !isAtomic()) {
            int before = stackOffsets[v.slot];
            if (before == 0 || before == from) {
                stackOffsets[v.slot] = from;
                return;
            }
            if (before != Facts.NONE) {
                stackOffsets[v.slot] = Facts.NONE;
                use(number, frame, before, before + size, false);
            }
            own = false;
        } else if (isLoadOrStore() && stackOffsets[v.slot] != Facts.NONE) {
            if (stackOffsets[v.slot] != 0) {
                use(number, v.frame(), stackOffsets[v.slot], stackOffsets[v.slot] + size, false);
            }
            stackOffsets[v.slot] = Facts.NONE;
        }
        use(number, frame, from, to, own);
    }

    /** The current call works on a dynptr or an iterator. */
    void object(int number, Frame frame, int from, int bytes) {
        use(number, frame, from, from + bytes, false);
    }

    private void use(int number, Frame frame, int from, int to, boolean own) {
        stackUses.add(new Facts.StackUse(
                v.slot, number, v.subprograms.start(frame.subprogram), from, to, own && !isLoadOrStore()));
    }
}
