package org.bpfsim.bpf.verifier;

import java.util.TreeMap;
import java.util.TreeSet;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.helper.HelperNames;
import org.bpfsim.bpf.isa.Opcode;

/** Where functions begin and end, and which are verified on their own. */
final class Subprograms {
    private static final int TAIL_CALL = HelperNames.idOf("bpf_tail_call");

    private final Verification v;
    /** By first slot. */
    private final TreeMap<Integer, Integer> byStart = new TreeMap<>();

    private int[] starts;
    private VerifierInput.Subprogram[] declared;
    private final TreeSet<Integer> called = new TreeSet<>();
    private final TreeSet<Integer> callbacks = new TreeSet<>();

    Subprograms(Verification v) {
        this.v = v;
    }

    /** Functions are where calls and function addresses lead. */
    void find() {
        TreeSet<Integer> all = new TreeSet<>();
        all.add(0);
        for (int i = 0; i < v.code.length; i++) {
            if (v.code[i] == null) {
                continue;
            }
            if (v.code[i].isLocalCall() || v.code[i].isFunctionAddress()) {
                int target = target(i);
                if (target < 0 || target >= v.code.length || v.code[target] == null) {
                    throw new Refused(Errno.EINVAL, i, "call to invalid destination");
                }
                all.add(target);
                called.add(target);
                if (v.code[i].isFunctionAddress()) {
                    callbacks.add(target);
                }
            }
        }
        v.input.subprograms().forEach(s -> all.add(s.start()));
        if (all.size() > 256) {
            throw new Refused(Errno.E2BIG, -1, "too many subprograms");
        }
        starts = all.stream().mapToInt(Integer::intValue).toArray();
        declared = new VerifierInput.Subprogram[starts.length];
        for (int i = 0; i < starts.length; i++) {
            byStart.put(starts[i], i);
        }
        for (VerifierInput.Subprogram s : v.input.subprograms()) {
            declared[byStart.get(s.start())] = s;
        }
    }

    /** The slot that a local call or function address leads to. */
    int target(int slot) {
        return slot + 1 + (int) v.code[slot].immediate();
    }

    int count() {
        return starts.length;
    }

    int start(int i) {
        return starts[i];
    }

    int end(int i) {
        return i + 1 < starts.length ? starts[i + 1] : v.code.length;
    }

    /** The function that starts at a slot. */
    int at(int start) {
        Integer i = byStart.get(start);
        if (i == null) {
            throw v.invalid("verifier bug: no subprogram at " + start);
        }
        return i;
    }

    /** The function that a slot is in. */
    int of(int slot) {
        return byStart.floorEntry(slot).getValue();
    }

    boolean isStart(int slot) {
        return byStart.containsKey(slot);
    }

    boolean global(int i) {
        return declared[i] != null && declared[i].global() && declared[i].btfId() != 0;
    }

    boolean isCallback(int i) {
        return callbacks.contains(starts[i]);
    }

    /** Whether anything refers to it. */
    boolean reachable(int i) {
        return called.contains(starts[i]);
    }

    String name(int i) {
        return declared[i] == null ? "func" + i : declared[i].name();
    }

    /** Its prototype in the object's BTF, or null. */
    BtfType.Prototype prototype(int i) {
        if (declared[i] == null || declared[i].btfId() == 0) {
            return null;
        }
        BtfType type = v.input.types().type(declared[i].btfId());
        return type instanceof BtfType.Func f
                ? (BtfType.Prototype) v.input.types().type(f.prototype())
                : null;
    }

    int btfId(int i) {
        return declared[i] == null ? 0 : declared[i].btfId();
    }

    /** Packet loads and tail calls end their function early with a number: it must return one. */
    void checkEarlyReturns() {
        for (int i = 1; i < count(); i++) {
            BtfType.Prototype p = prototype(i);
            BtfType result = p == null ? null : v.input.types().resolve(p.returnType());
            if (!(result instanceof BtfType.Int) && !(result instanceof BtfType.Enum)) {
                checkNone(i, usesPacketLoads(i), "LD_ABS", p);
                checkNone(i, hasTailCall(i), "tail_call", p);
            }
        }
    }

    private void checkNone(int i, boolean has, String what, BtfType.Prototype prototype) {
        if (has) {
            throw new Refused(
                    Errno.EINVAL,
                    start(i),
                    prototype == null
                            ? what + " is not allowed in subprogs without BTF"
                            : what + " is only allowed in functions that return 'int'.");
        }
    }

    boolean hasTailCall(int i) {
        for (int s = start(i); s < end(i); s++) {
            if (v.code[s] != null
                    && v.isCall(s)
                    && v.code[s].src() == Opcode.HELPER_CALL
                    && v.code[s].immediate() == TAIL_CALL) {
                return true;
            }
        }
        return false;
    }

    boolean usesPacketLoads(int i) {
        for (int s = start(i); s < end(i); s++) {
            if (v.code[s] != null && Opcode.classOf(v.code[s].opcode()) == Opcode.CLASS_LD) {
                int mode = Opcode.modeOf(v.code[s].opcode());
                if (mode == Opcode.MODE_ABS || mode == Opcode.MODE_IND) {
                    return true;
                }
            }
        }
        return false;
    }
}
