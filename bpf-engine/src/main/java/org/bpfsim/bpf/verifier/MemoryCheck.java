package org.bpfsim.bpf.verifier;

import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.isa.Opcode;

/**
 * Loads and stores by what the pointer points to (Linux 6.12: {@code check_mem_access()}). Long because each kind of
 * memory has rules of its own and they share the checks of offset, size and alignment; read it kind by kind.
 */
final class MemoryCheck {
    private static final int FLOW_KEYS_BYTES = 56;

    private final Verification v;

    MemoryCheck(Verification v) {
        this.v = v;
    }

    // The instructions.

    void load(Instruction insn) {
        Reg src = v.readable(insn.src());
        v.writable(insn.dst());
        boolean extend = Opcode.modeOf(insn.opcode()) == Opcode.MODE_MEMSX;
        Reg pointer = src.copy();
        access(insn.src(), pointer, insn.offset(), Opcode.bytesOf(insn.opcode()), null, insn.dst(), extend, false);
        v.pointerKinds.note(pointer.type, pointer.flags, true);
        v.facts.loaded(insn);
    }

    void storeImmediate(Instruction insn) {
        Reg dst = v.readable(insn.dst());
        access(
                insn.dst(),
                dst,
                insn.offset(),
                Opcode.bytesOf(insn.opcode()),
                new Store(null, -1, insn.immediate()),
                -1,
                false,
                false);
        v.pointerKinds.note(dst.type, dst.flags, false);
    }

    void storeRegister(Instruction insn) {
        Reg src = v.readable(insn.src());
        Reg dst = v.readable(insn.dst());
        int size = Opcode.bytesOf(insn.opcode());
        if (Opcode.modeOf(insn.opcode()) == Opcode.MODE_ATOMIC) {
            atomic(insn, dst, src, size);
            return;
        }
        access(insn.dst(), dst, insn.offset(), size, new Store(src, insn.src(), null), -1, false, false);
        v.pointerKinds.note(dst.type, dst.flags, false);
    }

    private void atomic(Instruction insn, Reg dst, Reg src, int size) {
        int operation = (int) insn.immediate();
        if (operation == Opcode.CMPXCHG) {
            Reg r0 = v.readable(0);
            if (r0.isPointer() && size == 4) {
                throw v.access("R0 leaks addr into mem");
            }
        }
        switch (dst.type) {
            case CTX, PACKET, PACKET_META, FLOW_KEYS, SOCKET, SOCK_COMMON, TCP_SOCK, XDP_SOCK ->
                throw v.access("BPF_ATOMIC stores into R" + insn.dst() + " " + dst.typeName() + " is not allowed");
            default -> {
                // Memory.
            }
        }
        boolean fetch = (operation & Opcode.FETCH) != 0;
        int result = !fetch ? -1 : operation == Opcode.CMPXCHG ? 0 : insn.src();
        if (result >= 0) {
            v.writable(result);
        }
        Reg pointer = dst.copy();
        if (src.type == RegType.BTF && pointer.type == RegType.MAP_VALUE) {
            throw v.access("cannot store kernel pointers atomically");
        }
        access(insn.dst(), pointer, insn.offset(), size, null, -1, false, true);
        if (result >= 0) {
            // The register gets what a load would give it, a spilled pointer too.
            access(insn.dst(), pointer, insn.offset(), size, null, result, false, true);
        }
        v.pointerKinds.note(dst.type, dst.flags, false);
        int readFrame = v.state.trace.stackFrame;
        access(insn.dst(), pointer, insn.offset(), size, new Store(null, -1, null), -1, false, true);
        // The store leaves nothing that is known in the slot; whence the register came must not be forgotten over it.
        v.state.trace.stackFrame = result >= 0 ? readFrame : -1;
    }

    /** BPF_LD_ABS and BPF_LD_IND: the old way to read packets. */
    void loadPacket(Instruction insn) {
        String family = v.input.family();
        if (!family.equals("socket_filter") && !family.equals("sched_cls") && !family.equals("sched_act")) {
            throw v.invalid("BPF_LD_[ABS|IND] instructions not allowed for this program type");
        }
        if (v.state.inCallback()) {
            throw v.invalid("cannot use BPF_LD_[ABS|IND] within callback");
        }
        Reg r6 = v.readable(6);
        v.checkNoReferences("BPF_LD_[ABS|IND]");
        if (v.state.rcuDepth > 0) {
            throw v.invalid("BPF_LD_[ABS|IND] cannot be used inside bpf_rcu_read_lock-ed region");
        }
        if (v.state.preemptDepth > 0) {
            throw v.invalid("BPF_LD_[ABS|IND] cannot be used inside bpf_preempt_disable-ed region");
        }
        if (r6.type != RegType.CTX) {
            throw v.invalid("at the time of BPF_LD_ABS|IND R6 != pointer to skb");
        }
        if (Opcode.modeOf(insn.opcode()) == Opcode.MODE_IND) {
            v.readable(insn.src());
        }
        checkFixedOffset(r6, 6, false);
        if (v.frame().number > 0) {
            v.calls.earlyReturn();
        }
        v.clobberCallerSaved();
        // Linux does not take into account that it is at most 32 bits (check_ld_abs()).
        v.reg(0).setUnknown();
    }

    /** What a store stores: a register, an immediate, or (neither) something unknown. */
    record Store(Reg value, int number, Long immediate) {}

    /**
     * One access.
     *
     * @param store what is stored; null for a load
     * @param dst the register loaded into; -1 if none
     * @param atomic part of a read-modify-write
     */
    void access(
            int number,
            Reg pointer,
            int instructionOffset,
            int size,
            Store store,
            int dst,
            boolean signExtend,
            boolean atomic) {
        boolean write = store != null;
        v.facts.access(pointer);
        alignment(number, pointer, instructionOffset, size, atomic);
        int off = instructionOffset + pointer.off;
        Reg result = Reg.unknown();
        boolean scalarResult = true;
        switch (pointer.type) {
            case MAP_KEY -> {
                if (write) {
                    throw v.access("write to change key R" + number + " not allowed");
                }
                region(number, pointer, off, size, pointer.map.keyBytes(), false);
            }
            case MAP_VALUE -> {
                if (pointer.maybeNull()) {
                    throw invalidAccess(number, pointer);
                }
                mapRights(number, pointer, off, size, write);
                MapFields.Field kptr = mapValue(number, pointer, off, size, false, true);
                if (kptr != null) {
                    result = kptrAccess(kptr, store, size);
                } else if (!write) {
                    result = mapConstant(pointer, off, size, signExtend);
                }
            }
            case MEM -> {
                if (pointer.maybeNull()) {
                    throw invalidAccess(number, pointer);
                }
                if (write && pointer.has(Reg.RDONLY)) {
                    throw v.access("R" + number + " cannot write into " + pointer.typeName());
                }
                region(number, pointer, off, size, pointer.memSize, false);
            }
            case CTX -> {
                checkFixedOffset(pointer, number, v.input.family().equals("syscall"));
                result = v.context.access(off + (int) pointer.ranges.value(), size, write, pointer);
                scalarResult = result.isScalar();
                if (signExtend && !scalarResult) {
                    throw v.access("invalid bpf_context access off=" + off + " size=" + size);
                }
            }
            case STACK -> {
                if (store != null) {
                    Reg value = store.value;
                    v.stack.write(
                            number, pointer, off, size, value, value == null ? -1 : store.number, store.immediate);
                    return;
                }
                v.stack.read(number, pointer, off, size, dst, signExtend);
                if (dst >= 0 && size < 8 && v.reg(dst).isScalar()) {
                    narrow(v.reg(dst), size, signExtend);
                }
                return;
            }
            case PACKET, PACKET_META -> {
                if (write && !packetWritable()) {
                    throw v.access("cannot write into packet");
                }
                packet(number, pointer, off, size, false);
            }
            case FLOW_KEYS -> {
                if (off < 0 || off + size > FLOW_KEYS_BYTES) {
                    throw v.access("invalid access to flow keys off=" + off + " size=" + size);
                }
            }
            case SOCKET, SOCK_COMMON, TCP_SOCK, XDP_SOCK -> {
                if (pointer.maybeNull()) {
                    throw invalidAccess(number, pointer);
                }
                if (write) {
                    throw v.access("R" + number + " cannot write into " + pointer.typeName());
                }
                socket(number, pointer, off, size);
            }
            case TP_BUFFER -> {
                if (off < 0) {
                    throw v.access("R" + number + " invalid tracepoint buffer access: off=" + off + ", size=" + size);
                }
                if (!pointer.ranges.isConstant(0)) {
                    throw v.access("R" + number + " invalid variable buffer offset: off=" + off + ", var_off="
                            + pointer.ranges.bits);
                }
            }
            case BTF -> {
                if (pointer.maybeNull()) {
                    throw invalidAccess(number, pointer);
                }
                result = btf(number, pointer, off, size, write);
                scalarResult = result.isScalar();
            }
            case CONST_MAP -> {
                result = mapPointer(number, pointer, off, size, write);
                scalarResult = result.isScalar();
            }
            case BUF -> {
                if (pointer.maybeNull()) {
                    throw invalidAccess(number, pointer);
                }
                if (write && pointer.has(Reg.RDONLY)) {
                    throw v.access("R" + number + " cannot write into " + pointer.typeName());
                }
                buffer(number, pointer, off, size);
            }
            case ARENA -> {
                // Any offset: the memory is checked when it is touched.
            }
            default -> throw invalidAccess(number, pointer);
        }
        if (!write && dst >= 0) {
            Reg r = v.reg(dst);
            r.set(result);
            if (scalarResult && size < 8 && r.isScalar()) {
                narrow(r, size, signExtend);
            } else if (scalarResult && size == 8 && r.isScalar() && r.ranges.isUnknown()) {
                r.ranges = Ranges.UNKNOWN;
            }
        }
    }

    private static void narrow(Reg r, int size, boolean signExtend) {
        r.ranges = signExtend ? r.ranges.signExtend(size, false) : r.ranges.truncate(size);
    }

    Refused invalidAccess(int number, Reg pointer) {
        return v.access("R" + number + " invalid mem access '" + pointer.typeName() + "'");
    }

    private void alignment(int number, Reg p, int off, int size, boolean atomic) {
        if (size == 1) {
            return;
        }
        boolean strict = v.strictAlignment || atomic;
        if (p.type.isPacket()) {
            // NET_IP_ALIGN, as the kernel assumes it here on every machine.
            long at = 2L + p.off + off;
            if (strict && !p.ranges.bits.add(Tnum.of(at)).isAligned(size)) {
                throw v.access(
                        "misaligned packet access off 2+" + p.ranges.bits + "+" + p.off + "+" + off + " size " + size);
            }
            return;
        }
        String what = switch (p.type) {
            case STACK -> "stack ";
            case CTX -> "context ";
            case MAP_VALUE -> "value ";
            case FLOW_KEYS -> "flow keys ";
            default -> "";
        };
        if ((strict || p.type == RegType.STACK)
                && p.isPointer()
                && !p.ranges.bits.add(Tnum.of((long) p.off + off)).isAligned(size)) {
            throw v.access(
                    "misaligned " + what + "access off " + p.ranges.bits + "+" + p.off + "+" + off + " size " + size);
        }
    }

    /** Whether programs of the family may write packets. */
    boolean packetWritable() {
        return v.rules.packet == FamilyRules.Packet.WRITE;
    }

    // Regions of known size.

    void region(int number, Reg p, int off, int size, long memSize, boolean zeroAllowed) {
        Ranges r = p.ranges;
        if (r.smin < 0 && (r.smin == Long.MIN_VALUE || off + r.smin != (int) (off + r.smin) || off + r.smin < 0)) {
            throw v.access(
                    "R" + number + " min value is negative, either use unsigned index or do a if (index >=0) check.");
        }
        if (!inside(r.smin + off, size, memSize, zeroAllowed)) {
            throw outside(number, p, (int) (r.smin + off), size, memSize, "min");
        }
        if (r.umax >= Verification.MAX_VAR_OFFSET || r.umax < 0) {
            throw v.access("R" + number + " unbounded memory access, make sure to bounds check any such access");
        }
        if (!inside(r.umax + off, size, memSize, zeroAllowed)) {
            throw outside(number, p, (int) (r.umax + off), size, memSize, "max");
        }
    }

    private static boolean inside(long at, int size, long memSize, boolean zeroAllowed) {
        return at >= 0 && (size > 0 || zeroAllowed && size == 0) && at + size <= memSize;
    }

    private Refused outside(int number, Reg p, int at, int size, long memSize, String which) {
        String what = switch (p.type) {
            case MAP_KEY -> "invalid access to map key, key_size=" + memSize + " off=" + at + " size=" + size;
            case MAP_VALUE -> "invalid access to map value, value_size=" + memSize + " off=" + at + " size=" + size;
            case PACKET, PACKET_META, PACKET_END ->
                "invalid access to packet, off=" + at + " size=" + size + ", R" + number + "(id=" + p.id + ",off=" + at
                        + ",r=" + memSize + ")";
            default -> "invalid access to memory, mem_size=" + memSize + " off=" + at + " size=" + size;
        };
        String second = p.type.isPacket()
                ? "R" + number + " offset is outside of the packet"
                : "R" + number + " " + which + " value is outside of the allowed memory range";
        return v.access(what + "\n" + second);
    }

    void packet(int number, Reg p, int off, int size, boolean zeroAllowed) {
        if (p.ranges.smin < 0) {
            throw v.access(
                    "R" + number + " min value is negative, either use unsigned index or do a if (index >=0) check.");
        }
        if (p.range < 0) {
            throw v.invalid("R" + number + " offset is outside of the packet");
        }
        if (!inside(off, size, p.range, zeroAllowed)) {
            throw outside(number, p, off, size, p.range, "");
        }
    }

    void buffer(int number, Reg p, int off, int size) {
        if (off < 0) {
            throw v.access("R" + number + " invalid rdwr buffer access: off=" + off + ", size=" + size);
        }
        if (!p.ranges.isConstant(0)) {
            throw v.access("R" + number + " invalid variable buffer offset: off=" + off + ", var_off=" + p.ranges.bits);
        }
    }

    /** What is released is pointed to at its beginning. */
    void checkNoOffset(Reg p, int number) {
        if (p.off != 0 || !p.ranges.isConstant(0)) {
            throw v.invalid(
                    "R" + number + " must have zero offset when passed to release func or trusted arg to kfunc");
        }
    }

    void checkFixedOffset(Reg p, int number, boolean fixedAllowed) {
        if (p.off < 0) {
            throw v.access("negative offset " + p.typeName() + " ptr R" + number + " off=" + p.off + " disallowed");
        }
        if (!fixedAllowed && p.off != 0) {
            throw v.access(
                    "dereference of modified " + p.typeName() + " ptr R" + number + " off=" + p.off + " disallowed");
        }
        if (!p.ranges.isConstant(0)) {
            throw v.access("variable " + p.typeName() + " access var_off=" + p.ranges.bits + " disallowed");
        }
    }

    private void socket(int number, Reg p, int off, int size) {
        if (p.ranges.smin < 0) {
            throw v.access(
                    "R" + number + " min value is negative, either use unsigned index or do a if (index >=0) check.");
        }
        String layout = switch (p.type) {
            case TCP_SOCK -> "bpf_tcp_sock";
            case XDP_SOCK -> "bpf_xdp_sock";
            default -> "bpf_sock";
        };
        ContextLayout.Field f = ContextLayout.of(layout).at(off);
        boolean ok = f != null
                && off % size == 0
                && p.ranges.isConstant(0)
                && ContextLayout.readable(f, off, size)
                && !(p.type == RegType.SOCK_COMMON
                        && List.of("type", "protocol", "mark", "priority").contains(f.name()));
        if (!ok) {
            throw v.access("R" + number + " invalid " + p.typeName() + " access off=" + off + " size=" + size);
        }
        v.context.checkLimits(layout, f, off, size, false);
    }

    // Maps.

    void mapRights(int number, Reg p, int off, int size, boolean write) {
        if (write && !p.map.writable()) {
            throw v.access("write into map forbidden, value_size=" + p.map.valueBytes() + " off="
                    + (p.ranges.smin + off) + " size=" + size);
        }
        if (!write && !p.map.readable()) {
            throw v.access("read from map forbidden, value_size=" + p.map.valueBytes() + " off=" + (p.ranges.smin + off)
                    + " size=" + size);
        }
    }

    /** Bounds; special fields. Answers the kernel pointer that a direct access is for, or null. */
    MapFields.Field mapValue(int number, Reg p, int off, int size, boolean zeroAllowed, boolean direct) {
        region(number, p, off, size, p.map.valueBytes(), zeroAllowed);
        long from = p.ranges.smin + off;
        long to = p.ranges.umax + off + size;
        for (MapFields.Field f : v.mapFields.of(p.map)) {
            if (from < f.offset() + f.bytes() && f.offset() < to) {
                boolean kptr = f.kind().contains("kptr");
                if (kptr) {
                    if (!direct) {
                        throw v.access("kptr cannot be accessed indirectly by helper");
                    }
                    if (!p.ranges.isConstant()) {
                        throw v.access("kptr access cannot have variable offset");
                    }
                    if (p.ranges.value() + off != f.offset()) {
                        throw v.access("kptr access misaligned expected=" + f.offset() + " off=" + from);
                    }
                    if (size != 8) {
                        throw v.access("kptr access size must be BPF_DW");
                    }
                    return f;
                }
                throw v.access("bpf_" + f.kind() + " cannot be accessed directly by load/store");
            }
        }
        return null;
    }

    private Reg kptrAccess(MapFields.Field f, Store store, int size) {
        if (store == null) {
            BtfRef type = v.kernel.asKernelType(f.type().btf(), f.type().id());
            int flags = Reg.MAYBE_NULL;
            if (f.kind().equals("kptr_untrusted")) {
                flags |= Reg.UNTRUSTED;
            } else {
                flags |= v.state.rcuDepth > 0 || !v.sleepable ? Reg.RCU : Reg.UNTRUSTED;
            }
            Reg r = Reg.btf(type, flags);
            r.id = v.newId();
            return r;
        }
        if (f.kind().equals("kptr")) {
            throw v.access("store to referenced kptr disallowed");
        }
        boolean isNull = store.value() != null && store.value().isNull()
                || store.value() == null && store.immediate() != null && store.immediate() == 0;
        if (!isNull && (store.value() == null || !store.value().isBtf())) {
            throw v.access("invalid kptr access, R" + store.number() + " type="
                    + (store.value() == null ? "scalar" : store.value().typeName()) + " expected=ptr_");
        }
        return Reg.unknown();
    }

    private Reg mapConstant(Reg p, int off, int size, boolean signExtend) {
        if (p.map.constants().isPresent() && p.ranges.isConstant()) {
            byte[] contents = p.map.constants().get();
            int at = (int) (p.ranges.value() + off);
            long value = switch (size) {
                case 1 -> LittleEndian.u8(contents, at);
                case 2 -> LittleEndian.u16(contents, at);
                case 4 -> LittleEndian.u32(contents, at);
                default -> LittleEndian.s64(contents, at);
            };
            int unused = 64 - 8 * size;
            return Reg.constant(signExtend ? value << unused >> unused : value);
        }
        return Reg.unknown();
    }

    /** Reading {@code struct bpf_map} through a map pointer. */
    private Reg mapPointer(int number, Reg p, int off, int size, boolean write) {
        if (off < 0) {
            throw v.access("R" + number + " is bpf_map invalid negative access: off=" + off);
        }
        if (write) {
            throw v.access("only read from bpf_map is supported");
        }
        BtfRef type = v.kernel.struct("bpf_map").orElse(null);
        if (type == null) {
            // As in a kernel without BTF: there is nothing behind a map's address that could be read.
            throw new Refused(
                    Errno.ENOTSUPP,
                    v.slot,
                    "map_ptr access not supported for map type " + p.map.type().ordinal());
        }
        KernelTypesView.Walk walk = new KernelTypesView.Walk(type.btf());
        KernelTypesView.Found found = walk.at(type.id(), off, size);
        if (found == null) {
            throw v.access(walk.problem);
        }
        return found.isPointer() ? Reg.btf(found.pointee(), Reg.UNTRUSTED) : Reg.unknown();
    }

    // Kernel objects.

    Reg btf(int number, Reg p, int off, int size, boolean write) {
        String name = "ptr_" + p.btf.name();
        if (!v.input.gpl() && p.btf.btf() == v.kernel.btf()) {
            throw v.invalid("Cannot access kernel 'struct " + p.btf.name() + "' from non-GPL compatible program");
        }
        if (off < 0) {
            throw v.access("R" + number + " is " + name + " invalid negative access: off=" + off);
        }
        if (!p.ranges.isConstant(0)) {
            throw v.access("R" + number + " is " + name + " invalid variable offset: off=" + off + ", var_off="
                    + p.ranges.bits);
        }
        if (p.has(Reg.USER)) {
            throw v.access("R" + number + " is " + name + " access user memory: off=" + off);
        }
        if (p.has(Reg.PERCPU)) {
            throw v.access("R" + number + " is " + name + " access percpu memory: off=" + off);
        }
        if (!(p.btf.type() instanceof org.bpfsim.bpf.btf.BtfType.Struct)) {
            throw v.access("R" + number + " is " + name + " invalid access");
        }
        if (write && !p.has(Reg.ALLOC)) {
            v.context.checkWrite(number, p, off, size);
            return Reg.unknown();
        }
        KernelTypesView.Walk walk = new KernelTypesView.Walk(p.btf.btf());
        KernelTypesView.Found found = walk.at(p.btf.id(), off, size);
        if (found == null) {
            throw v.access(walk.problem);
        }
        if (!p.has(Reg.ALLOC)) {
            v.input.rights().limits().problem(p.btf.name(), off, size, false).ifPresent(problem -> {
                throw v.missing(Errno.ENOTSUPP, "byte " + off + " of struct " + p.btf.name() + " " + problem);
            });
        }
        // What the program itself stored in an object of its own is not to be trusted as a pointer.
        if (!found.isPointer() || p.has(Reg.ALLOC)) {
            return Reg.unknown();
        }
        int flags = SafeFields.flags(p, walk.field, found.flags(), v.inRcuSection());
        Reg r = Reg.btf(found.pointee(), flags);
        if ((flags & Reg.MAYBE_NULL) != 0) {
            r.id = v.newId();
        }
        return r;
    }

    // Memory that helpers touch.

    /** A helper (or a kfunc) accesses so many bytes behind an argument. */
    void helperAccess(int number, int size, boolean write, boolean zeroAllowed, StackCheck.RawWrite raw) {
        Reg p = v.reg(number);
        switch (p.type) {
            case PACKET, PACKET_META -> packet(number, p, p.off, size, zeroAllowed);
            case MAP_KEY -> {
                if (write) {
                    throw v.access("R" + number + " cannot write into " + p.typeName());
                }
                region(number, p, p.off, size, p.map.keyBytes(), zeroAllowed);
            }
            case MAP_VALUE -> {
                mapRights(number, p, p.off, size, write);
                mapValue(number, p, p.off, size, zeroAllowed, false);
            }
            case MEM -> {
                if (write && p.has(Reg.RDONLY)) {
                    throw v.access("R" + number + " cannot write into " + p.typeName());
                }
                region(number, p, p.off, size, p.memSize, zeroAllowed);
            }
            case BUF -> {
                if (write && p.has(Reg.RDONLY)) {
                    throw v.access("R" + number + " cannot write into " + p.typeName());
                }
                buffer(number, p, p.off, size);
            }
            case STACK -> v.stack.checkHelperAccess(number, p, size, zeroAllowed, write, raw);
            case BTF -> {
                if (size > 0) {
                    btf(number, p, p.off, size, false);
                }
            }
            default -> {
                if (zeroAllowed && size == 0 && p.isNull()) {
                    return;
                }
                throw v.access("R" + number + " type=" + p.typeName() + " expected=fp");
            }
        }
        if (raw != null && p.type != RegType.STACK) {
            raw.number = number;
            raw.size = size;
        }
    }

    /** The bytes that a raw write fills: on the stack they become data. */
    void fill(StackCheck.RawWrite raw) {
        Reg p = v.reg(raw.number).copy();
        if (p.type == RegType.STACK) {
            for (int i = 0; i < raw.size; i++) {
                v.stack.write(raw.number, p, p.off + i, 1, null, -1, null);
            }
        } else if (raw.size > 0) {
            access(raw.number, p, 0, 1, new Store(null, -1, null), -1, false, false);
        }
    }
}
