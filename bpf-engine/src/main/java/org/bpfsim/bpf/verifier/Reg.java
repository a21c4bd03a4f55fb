package org.bpfsim.bpf.verifier;

import java.util.Objects;

/**
 * What is known of one register or spilled value. Mutable while a path is walked; {@link #copy} before keeping it.
 *
 * <p>For a pointer, {@link #ranges} is the variable part of its offset and {@link #off} the fixed one.
 */
final class Reg {
    static final int MAYBE_NULL = 1;
    static final int RDONLY = 2;
    static final int UNTRUSTED = 4;
    static final int TRUSTED = 8;
    static final int RCU = 16;
    static final int ALLOC = 32;
    static final int PERCPU = 64;
    static final int USER = 128;
    static final int RINGBUF = 256;
    static final int NON_OWNING = 512;

    /** Values of {@link #range} of a packet pointer that was compared with the packet's end. */
    static final int AT_PACKET_END = -1;

    static final int BEYOND_PACKET_END = -2;

    RegType type = RegType.NOT_INIT;
    int flags;
    Ranges ranges = Ranges.ZERO;
    int off;
    /** MAP_VALUE, MAP_KEY, CONST_MAP. */
    MapSpec map;
    /** Distinguishes the inner maps that two lookups found. */
    int mapUid;
    /** MEM, BUF: its size; DYNPTR: nothing. */
    long memSize;

    BtfRef btf;
    /** Values of one id are the same, or become non-null together. */
    int id;
    /** For scalars: this register is the one of {@link #id} plus this constant. */
    boolean plusConstant;
    /** The acquired reference that this is, or comes from. */
    int refId;
    /** Packet pointers: bytes that are known to be there, counted from the pointer's variable part. */
    int range;
    /** STACK: the frame that it points into. DYNPTR argument: likewise. */
    int frame;
    /** FUNC: the sub-program. */
    int subprogram;
    /** SCALAR: whether some check relied on its value. */
    boolean precise;

    DynptrKind dynptr;

    static Reg notInit() {
        return new Reg();
    }

    static Reg scalar(Ranges ranges) {
        Reg r = new Reg();
        r.type = RegType.SCALAR;
        r.ranges = ranges;
        return r;
    }

    static Reg unknown() {
        return scalar(Ranges.UNKNOWN);
    }

    static Reg constant(long value) {
        return scalar(Ranges.constant(value));
    }

    static Reg pointer(RegType type, int flags) {
        Reg r = new Reg();
        r.type = type;
        r.flags = flags;
        return r;
    }

    static Reg btf(BtfRef btf, int flags) {
        Reg r = pointer(RegType.BTF, flags);
        r.btf = btf;
        return r;
    }

    static Reg mem(long size, int flags) {
        Reg r = pointer(RegType.MEM, flags);
        r.memSize = size;
        return r;
    }

    Reg copy() {
        Reg r = new Reg();
        r.set(this);
        return r;
    }

    /** Becomes what {@code o} is. */
    void set(Reg o) {
        type = o.type;
        flags = o.flags;
        ranges = o.ranges;
        off = o.off;
        map = o.map;
        mapUid = o.mapUid;
        memSize = o.memSize;
        btf = o.btf;
        id = o.id;
        plusConstant = o.plusConstant;
        refId = o.refId;
        range = o.range;
        frame = o.frame;
        subprogram = o.subprogram;
        precise = o.precise;
        dynptr = o.dynptr;
    }

    void setUnknown() {
        set(unknown());
    }

    void setConstant(long value) {
        set(constant(value));
    }

    void setNotInit() {
        set(notInit());
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    boolean maybeNull() {
        return has(MAYBE_NULL);
    }

    boolean isScalar() {
        return type == RegType.SCALAR;
    }

    boolean isPointer() {
        return type != RegType.SCALAR && type != RegType.NOT_INIT;
    }

    boolean isNull() {
        return isScalar() && ranges.isConstant(0);
    }

    boolean isBtf() {
        return type == RegType.BTF;
    }

    /** The lowest bit of a constant; the caller knows that it is one. */
    long constant() {
        return ranges.value();
    }

    void forgetId() {
        id = 0;
        plusConstant = false;
        if (isScalar()) {
            off = 0;
        }
    }

    /** Everything but bounds, ids and precision. */
    boolean sameKind(Reg o) {
        return type == o.type
                && flags == o.flags
                && off == o.off
                && map == o.map
                && memSize == o.memSize
                && Objects.equals(btf, o.btf)
                && range == o.range
                && frame == o.frame
                && subprogram == o.subprogram
                && dynptr == o.dynptr;
    }

    /** The type as messages name it, such as {@code map_value_or_null}. */
    String typeName() {
        if (type == RegType.NOT_INIT || type == RegType.SCALAR) {
            return type.text;
        }
        StringBuilder t = new StringBuilder();
        if (has(RDONLY)) {
            t.append("rdonly_");
        }
        if (has(RINGBUF)) {
            t.append("ringbuf_");
        }
        if (has(USER)) {
            t.append("user_");
        }
        if (has(PERCPU)) {
            t.append("percpu_");
        }
        if (has(UNTRUSTED)) {
            t.append("untrusted_");
        }
        if (has(TRUSTED)) {
            t.append("trusted_");
        }
        if (has(RCU)) {
            t.append("rcu_");
        }
        t.append(type.text);
        if (type == RegType.BTF && maybeNull()) {
            t.append("or_null_");
        } else if (maybeNull()) {
            t.append("_or_null");
        }
        return t.toString();
    }

    /** Where a pointer to the stack points: its offset, and what is not known of it. */
    String stackPlace() {
        return ranges.isConstant() ? Long.toString(off + ranges.value()) : off + "(" + ranges + ")";
    }

    /** As the kernel's log writes it. */
    @Override
    public String toString() {
        if (type == RegType.NOT_INIT) {
            return "?";
        } else if (isScalar()) {
            if (ranges.isConstant()) {
                return ranges.toString();
            }
            String what =
                    (id == 0 ? "" : "id=" + id + (plusConstant ? "+" + off : "") + (ranges.isUnknown() ? "" : ","))
                            + (ranges.isUnknown() ? "" : ranges);
            return "scalar(" + what + ")";
        } else if (type == RegType.STACK) {
            return "fp" + (frame > 0 ? "[" + frame + "]" : "") + stackPlace();
        }
        StringBuilder t = new StringBuilder(typeName());
        if (type == RegType.BTF && btf != null) {
            t.append(btf.name());
        }
        t.append('(');
        String separator = "";
        if (id != 0) {
            t.append("id=").append(id);
            separator = ",";
        }
        if (refId != 0) {
            t.append(separator).append("ref_obj_id=").append(refId);
            separator = ",";
        }
        if (map != null) {
            t.append(separator)
                    .append("map=")
                    .append(map.name())
                    .append(",ks=")
                    .append(map.keyBytes())
                    .append(",vs=")
                    .append(map.valueBytes());
            separator = ",";
        }
        if (type == RegType.MEM || type == RegType.BUF) {
            t.append(separator).append("sz=").append(memSize);
            separator = ",";
        }
        if (off != 0) {
            t.append(separator).append("off=").append(off);
            separator = ",";
        }
        if (type.isPacket()) {
            t.append(separator).append("r=").append(range < 0 ? "0x" + Long.toHexString(range) : range);
            separator = ",";
        }
        if (!ranges.isConstant()) {
            t.append(separator).append(ranges);
        } else if (ranges.value() != 0) {
            t.append(separator).append("imm=").append(Long.toHexString(ranges.value()));
        }
        return t.append(')').toString();
    }
}
