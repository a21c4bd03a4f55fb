package org.bpfsim.bpf.verifier;

import java.util.Arrays;
import java.util.Objects;

/**
 * Whether everything that can happen from the current state was already found safe from an explored one: the current must
 * be a special case of the explored (Linux 6.12: {@code states_equal()}).
 */
final class StateComparison {
    /** How much must agree. */
    enum Mode {
        /** What was never looked at may differ. */
        RELEVANT,
        /** Ranges must include the current ones, looked at or not: the explored state is not finished. */
        WITHIN,
        /** The very same state: a loop that gets nowhere. */
        SAME
    }

    private final Verification v;
    private final Mode mode;
    /** Pairs of an id in the explored state and the id that it is in the current one. */
    private int[] ids = new int[16];

    private int idsEnd;
    private int unique = -1;

    StateComparison(Verification v, Mode mode) {
        this.v = v;
        this.mode = mode;
    }

    boolean covers(State old, State cur) {
        if (old.frames.size() != cur.frames.size()
                || old.rcuDepth != cur.rcuDepth
                || old.preemptDepth != cur.preemptDepth
                || (old.lockId == 0) != (cur.lockId == 0)
                || old.lockId != 0 && !(old.lockHolder == cur.lockHolder && id(old.lockId, cur.lockId))
                || old.references.size() != cur.references.size()) {
            return false;
        }
        for (int i = 0; i < old.frames.size(); i++) {
            Frame a = old.frames.get(i);
            Frame b = cur.frames.get(i);
            // A state in which a callback has fewer turns left has not seen all that can follow.
            if (a.callSite != b.callSite
                    || a.subprogram != b.subprogram
                    || a.callback != b.callback
                    || a.callbackDepth > b.callbackDepth) {
                return false;
            }
        }
        for (int i = old.frames.size() - 1; i >= 0; i--) {
            Frame a = old.frames.get(i);
            Frame b = cur.frames.get(i);
            int live = live(v, old, i, v.slot);
            for (int r = 0; r < 10; r++) {
                if ((live >>> r & 1) != 0 && !reg(a.regs[r], b.regs[r])) {
                    return false;
                }
            }
            if (!stack(a, b)) {
                return false;
            }
        }
        for (int i = 0; i < old.references.size(); i++) {
            if (!id(old.references.get(i).id(), cur.references.get(i).id())) {
                return false;
            }
        }
        return true;
    }

    /** Registers of a frame that matter to what follows a slot: bit by register. */
    static int live(Verification v, State state, int frame, int slot) {
        return frame == state.frames.size() - 1 ? v.liveness.before(slot) : liveBelow(v, state.frames.get(frame + 1));
    }

    /** Registers of a calling frame that matter once the call is over. */
    private static int liveBelow(Verification v, Frame callee) {
        int after = v.liveness.after(callee.callSite);
        // A callback returns to the call itself, with the arguments as they were.
        return callee.callback ? v.liveness.before(callee.callSite) : after & ~0b111111;
    }

    private boolean id(int a, int b) {
        if (a == 0 || b == 0) {
            return a == b;
        }
        for (int i = 0; i < idsEnd; i += 2) {
            if (ids[i] == a || ids[i + 1] == b) {
                return ids[i] == a && ids[i + 1] == b;
            }
        }
        if (idsEnd == ids.length) {
            ids = Arrays.copyOf(ids, 2 * idsEnd);
        }
        ids[idsEnd++] = a;
        ids[idsEnd++] = b;
        return true;
    }

    private boolean scalarId(int a, int b) {
        return a == 0 || id(a, b == 0 ? --unique : b);
    }

    private boolean reg(Reg old, Reg cur) {
        if (mode == Mode.SAME) {
            return exact(old, cur);
        }
        if (old.type == RegType.NOT_INIT) {
            return mode == Mode.RELEVANT || cur.type == RegType.NOT_INIT;
        }
        if (old.type != cur.type || old.flags != cur.flags) {
            return false;
        }
        switch (old.type) {
            case SCALAR:
                if (!old.precise && mode == Mode.RELEVANT) {
                    return true;
                }
                // A number that was the copy of none may be the copy of one now: that only tells more of it.
                return old.ranges.containsAll(cur.ranges)
                        && (old.id == 0
                                || old.plusConstant == cur.plusConstant && (!old.plusConstant || old.off == cur.off))
                        && scalarId(old.id, cur.id);
            case MAP_KEY:
            case MAP_VALUE:
            case MEM:
            case BUF:
            case TP_BUFFER:
                return old.sameKind(cur)
                        && old.ranges.containsAll(cur.ranges)
                        && id(old.id, cur.id)
                        && id(old.refId, cur.refId)
                        && uid(old, cur);
            case PACKET:
            case PACKET_META:
                return old.range <= cur.range
                        && old.off == cur.off
                        && id(old.id, cur.id)
                        && old.ranges.containsAll(cur.ranges);
            case ARENA:
                return true;
            default:
                return exact(old, cur);
        }
    }

    private static boolean uid(Reg old, Reg cur) {
        return old.mapUid == cur.mapUid;
    }

    private boolean exact(Reg old, Reg cur) {
        return old.sameKind(cur)
                && old.ranges.same(cur.ranges)
                && old.plusConstant == cur.plusConstant
                && (old.isScalar() ? scalarId(old.id, cur.id) : id(old.id, cur.id))
                && id(old.refId, cur.refId)
                && old.mapUid == cur.mapUid;
    }

    private boolean stack(Frame a, Frame b) {
        int slots = mode == Mode.RELEVANT ? a.stack.length : Math.max(a.stack.length, b.stack.length);
        for (int i = 0; i < slots; i++) {
            if (mode == Mode.RELEVANT && !a.read.get(i)) {
                continue;
            }
            Slot old = i < a.stack.length ? a.stack[i] : new Slot();
            Slot cur = i < b.stack.length ? b.stack[i] : new Slot();
            if (!slot(old, cur)) {
                return false;
            }
        }
        return true;
    }

    private boolean slot(Slot old, Slot cur) {
        boolean oldData = wholeScalarOrBytes(old);
        boolean curData = wholeScalarOrBytes(cur);
        if (mode == Mode.RELEVANT && oldData && curData) {
            return reg(asScalar(old), asScalar(cur));
        }
        for (int b = 0; b < 8; b++) {
            byte o = old.kinds[b];
            byte c = cur.kinds[b];
            if (mode != Mode.RELEVANT && o != c) {
                return false;
            }
            if (o == Slot.INVALID || o == Slot.MISC && c != Slot.DYNPTR && c != Slot.ITER) {
                // Whatever is there, nobody relied on it.
                if (o != Slot.SPILL) {
                    continue;
                }
            }
            if (o != c) {
                return false;
            }
        }
        switch (old.kinds[7]) {
            case Slot.SPILL:
                return reg(old.spilled, cur.spilled);
            case Slot.DYNPTR:
                return old.first == cur.first
                        && old.spilled.dynptr == cur.spilled.dynptr
                        && id(old.spilled.id, cur.spilled.id);
            case Slot.ITER:
                return Objects.equals(old.iter.kind(), cur.iter.kind())
                        && old.iter.drained() == cur.iter.drained()
                        && old.iter.firstSlot() == cur.iter.firstSlot()
                        && id(old.spilled.refId, cur.spilled.refId);
            default:
                return true;
        }
    }

    /** A slot that is one number, known or not. */
    private static boolean wholeScalarOrBytes(Slot s) {
        if (s.isFullSpill()) {
            return s.spilled.isScalar();
        }
        for (byte k : s.kinds) {
            if (k != Slot.MISC && k != Slot.INVALID) {
                return false;
            }
        }
        return true;
    }

    private static Reg asScalar(Slot s) {
        return s.isFullSpill() ? s.spilled : Reg.unknown();
    }
}
