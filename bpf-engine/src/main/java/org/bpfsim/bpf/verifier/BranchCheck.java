package org.bpfsim.bpf.verifier;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/** Conditional jumps: which ways are possible, and what each tells (Linux 6.12: {@code check_cond_jmp_op()}). */
final class BranchCheck {
    private final Verification v;

    BranchCheck(Verification v) {
        this.v = v;
    }

    /** Answers the slot to go on with; the other way, if possible, is put aside. */
    int check(Instruction insn) {
        int target = v.flow.target(v.slot);
        int code = Opcode.codeOf(insn.opcode());
        if (code == Opcode.JCOND) {
            State again = v.exploration.putAside(v.slot + 1);
            again.mayGotoDepth++;
            v.exploration.widenAfterIteration(again, v.slot);
            return target;
        }
        boolean narrow = Opcode.classOf(insn.opcode()) == Opcode.CLASS_JMP32;
        boolean register = Opcode.registerSource(insn.opcode());
        Reg src = register ? v.readable(insn.src()) : Reg.constant(insn.immediate());
        Reg dst = v.readable(insn.dst());
        int outcome = outcome(insn, dst, src, code, narrow, register);
        if (outcome >= 0) {
            // The other way is impossible because of these values: states that differ in them are not alike.
            if (dst.isScalar()) {
                v.precision.mark(insn.dst());
            }
            if (register && src.isScalar()) {
                v.precision.mark(insn.src());
            }
            return outcome == 1 ? target : v.slot + 1;
        }
        boolean linked = dst.isScalar() && dst.id != 0 || register && src.isScalar() && src.id != 0;
        if (linked) {
            v.exploration.noteLinked(linked(dst.isScalar() ? dst.id : 0, register && src.isScalar() ? src.id : 0));
        }
        State other = v.exploration.putAside(target);
        Reg otherDst = other.reg(insn.dst());
        Reg otherSrc = register ? other.reg(insn.src()) : src.copy();
        if (dst.isScalar() && src.isScalar()) {
            numbers(other, otherDst, otherSrc, code, narrow, register);
            numbers(v.state, dst, src, Comparison.negate(code), narrow, register);
        }
        if (register && !narrow && dst.isPointer() && src.isPointer() && (code == Opcode.JEQ || code == Opcode.JNE)) {
            nonNullFromEqual(code == Opcode.JEQ ? other : v.state, insn);
        }
        nullTest(insn, other, dst, src, code, narrow, register);
        if (register && dst.isPointer() && src.isPointer()) {
            packet(insn, other, dst, src, code, narrow);
        }
        return v.slot + 1;
    }

    private int outcome(Instruction insn, Reg dst, Reg src, int code, boolean narrow, boolean register) {
        if (dst.isPointer() && src.isPointer()) {
            return packetOutcome(dst, src, code, narrow);
        }
        if (dst.isPointer() || src.isPointer()) {
            Reg pointer = dst.isPointer() ? dst : src;
            Reg number = dst.isPointer() ? src : dst;
            // A pointer that cannot be NULL does not equal 0.
            if (narrow || !notNull(pointer) || !number.ranges.isConstant(0)) {
                return -1;
            }
            return code == Opcode.JEQ ? 0 : code == Opcode.JNE ? 1 : -1;
        }
        return Comparison.outcome(code, dst.ranges, src.ranges, narrow);
    }

    /** Whether the pointer cannot be NULL, whatever the program has tested. */
    static boolean notNull(Reg r) {
        if (r.maybeNull()) {
            return false;
        }
        switch (r.type) {
            case SOCKET, TCP_SOCK, MAP_VALUE, MAP_KEY, SOCK_COMMON, MEM, CONST_MAP:
                return true;
            case BTF:
                return r.has(Reg.TRUSTED) || r.has(Reg.RCU) || r.refId != 0;
            default:
                return false;
        }
    }

    private static int packetOutcome(Reg dst, Reg src, int code, boolean narrow) {
        if (narrow) {
            return -1;
        }
        int flipped = code;
        Reg packet = dst;
        if (src.type.isPacket() && dst.type == RegType.PACKET_END) {
            packet = src;
            flipped = Comparison.swap(code);
        } else if (!(dst.type == RegType.PACKET && src.type == RegType.PACKET_END)) {
            return -1;
        }
        if (packet.range >= 0) {
            return -1;
        }
        boolean beyond = packet.range == Reg.BEYOND_PACKET_END;
        switch (flipped) {
            case Opcode.JLE:
                return beyond ? 0 : -1;
            case Opcode.JGT:
                return beyond ? 1 : -1;
            case Opcode.JLT:
                return 0;
            case Opcode.JGE:
                return 1;
            default:
                return -1;
        }
    }

    // Numbers.

    private void numbers(State state, Reg dst, Reg src, int code, boolean narrow, boolean register) {
        Comparison.Pair pair = Comparison.assume(code, dst.ranges, src.ranges, narrow);
        if (dst == src) {
            dst.ranges = Comparison.assume(Opcode.JEQ, pair.left(), pair.right(), false)
                    .left();
            if (dst.id != 0) {
                share(state, dst);
            }
            return;
        }
        dst.ranges = pair.left();
        if (register) {
            src.ranges = pair.right();
        }
        if (register && src.id != 0) {
            share(state, src);
        }
        if (dst.id != 0) {
            share(state, dst);
        }
    }

    /** All copies of a number learn what a test of one told. */
    private static void share(State state, Reg known) {
        int id = known.id;
        int knownOffset = known.plusConstant ? known.off : 0;
        Ranges ranges = known.ranges;
        state.forEachReg(r -> {
            if (!r.isScalar() || r.id != id || r == known) {
                return;
            }
            int offset = r.plusConstant ? r.off : 0;
            if (offset == knownOffset) {
                r.ranges = ranges;
            } else {
                r.ranges =
                        RangeArithmetic.apply(Opcode.ADD, ranges, Ranges.constant((long) offset - knownOffset), true);
            }
        });
    }

    private int[] linked(int idA, int idB) {
        List<Integer> found = new ArrayList<>();
        for (Frame f : v.state.frames) {
            for (int i = 0; i < 10; i++) {
                Reg r = f.regs[i];
                if (r.isScalar() && r.id != 0 && (r.id == idA || r.id == idB)) {
                    found.add(Trace.pack(f.number, false, i));
                }
            }
            for (int i = 0; i < f.stack.length; i++) {
                Slot s = f.stack[i];
                if (s.isSpillOfScalar() && s.spilled.id != 0 && (s.spilled.id == idA || s.spilled.id == idB)) {
                    found.add(Trace.pack(f.number, true, i));
                }
            }
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    // NULL.

    /** {@code if (p == q)} with a q that cannot be NULL: p is not NULL either. */
    private void nonNullFromEqual(State equal, Instruction insn) {
        Reg a = equal.reg(insn.dst());
        Reg b = equal.reg(insn.src());
        if (a.type == RegType.BTF || b.type == RegType.BTF) {
            return;
        }
        if (a.maybeNull() && !b.maybeNull()) {
            known(a);
        } else if (b.maybeNull() && !a.maybeNull()) {
            known(b);
        }
    }

    private void nullTest(Instruction insn, State other, Reg dst, Reg src, int code, boolean narrow, boolean register) {
        if (narrow || code != Opcode.JEQ && code != Opcode.JNE) {
            return;
        }
        boolean zero = !register && insn.immediate() == 0 || register && src.isNull();
        if (!zero || !dst.maybeNull() || register) {
            return;
        }
        int id = dst.id;
        markNull(v.state, id, code == Opcode.JNE);
        markNull(other, id, code == Opcode.JEQ);
    }

    /** All pointers of an id are NULL, or none is. */
    private void markNull(State state, int id, boolean isNull) {
        int[] ref = {0};
        state.forEachReg(r -> {
            if (r.maybeNull() && r.id == id && id != 0) {
                if (r.refId != 0 && r.refId == id && isNull) {
                    ref[0] = r.refId;
                }
            }
        });
        if (ref[0] != 0) {
            int reference = ref[0];
            state.references.removeIf(r -> r.id() == reference);
        }
        state.forEachReg(r -> {
            if (!r.maybeNull() || r.id != id || id == 0) {
                return;
            }
            if (!r.ranges.isConstant(0) || r.off != 0 && r.type != RegType.BTF) {
                // The result of arithmetic on what may be NULL is neither.
                return;
            }
            if (isNull) {
                r.setConstant(0);
            } else {
                known(r);
            }
        });
    }

    private void known(Reg r) {
        r.flags &= ~Reg.MAYBE_NULL;
        if (r.type == RegType.MAP_VALUE && r.map != null && r.map.inner().isPresent()) {
            r.type = RegType.CONST_MAP;
            r.map = r.map.inner().get();
            // Timers must not be taken for those of another map.
            r.mapUid =
                    v.mapFields.find(r.map, "timer") != null || v.mapFields.find(r.map, "workqueue") != null ? r.id : 0;
        } else if (r.type == RegType.MAP_VALUE && r.map != null) {
            switch (r.map.type()) {
                case XSKMAP -> r.type = RegType.XDP_SOCK;
                case SOCKMAP, SOCKHASH -> r.type = RegType.SOCKET;
                default -> {
                    // A value.
                }
            }
        }
        // Locks are told apart by the id of what they are in.
        boolean keepsId = r.type == RegType.MAP_VALUE && r.map != null && v.mapFields.find(r.map, "spin_lock") != null;
        if (!keepsId) {
            r.id = 0;
        }
    }

    // Packets.

    private void packet(Instruction insn, State other, Reg dst, Reg src, int code, boolean narrow) {
        if (narrow) {
            return;
        }
        boolean packetLeft = dst.type == RegType.PACKET && src.type == RegType.PACKET_END
                || dst.type == RegType.PACKET_META && startOfPacket(src);
        boolean packetRight = dst.type == RegType.PACKET_END && src.type == RegType.PACKET
                || startOfPacket(dst) && src.type == RegType.PACKET_META;
        if (!packetLeft && !packetRight) {
            return;
        }
        int number = packetLeft ? insn.dst() : insn.src();
        int relation = packetLeft ? code : Comparison.swap(code);
        Reg here = packetLeft ? dst : src;
        Reg there = other.reg(number);
        switch (relation) {
            case Opcode.JGT -> {
                found(v.state, here, false);
                markEnd(other, number, true);
            }
            case Opcode.JLT -> {
                found(other, there, true);
                markEnd(v.state, number, false);
            }
            case Opcode.JGE -> {
                found(v.state, here, true);
                markEnd(other, number, false);
            }
            case Opcode.JLE -> {
                found(other, there, false);
                markEnd(v.state, number, true);
            }
            default -> {
                // Equality tells nothing of lengths.
            }
        }
    }

    private static boolean startOfPacket(Reg r) {
        return r.type == RegType.PACKET && r.off == 0 && r.ranges.isConstant(0);
    }

    /** All pointers of the same origin may go as far as this one. */
    private static void found(State state, Reg packet, boolean open) {
        if (packet.off < 0 || packet.off == 0 && open) {
            return;
        }
        if (packet.ranges.umax > 0xffff || packet.ranges.umax < 0 || packet.off + packet.ranges.umax > 0xffff) {
            return;
        }
        int range = packet.off + (open ? 1 : 0);
        int id = packet.id;
        RegType type = packet.type;
        state.forEachReg(r -> {
            if (r.type == type && r.id == id) {
                r.range = Math.max(range, r.range);
            }
        });
    }

    private static void markEnd(State state, int number, boolean open) {
        Reg r = state.reg(number);
        if (r.type != RegType.PACKET) {
            return;
        }
        r.range = open ? Reg.BEYOND_PACKET_END : Reg.AT_PACKET_END;
    }
}
