package org.bpfsim.bpf.verifier;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.helper.FormatCheck;
import org.bpfsim.bpf.helper.HelperNames;
import org.bpfsim.bpf.object.MapType;

/**
 * Calls of helpers: arguments against the contract, then what the call leaves behind. Long because each kind of argument
 * has its own obligation; they are methods of a few lines in the order of the contract's words.
 */
final class HelperCheck {
    /** Helpers after which pointers into the packet are void (Linux: {@code bpf_helper_changes_pkt_data()}). */
    static final Set<String> CHANGE_PACKETS = Set.of(
            "skb_vlan_push",
            "skb_vlan_pop",
            "skb_store_bytes",
            "skb_change_proto",
            "skb_change_head",
            "skb_change_tail",
            "skb_adjust_room",
            "skb_pull_data",
            "clone_redirect",
            "l3_csum_replace",
            "l4_csum_replace",
            "xdp_adjust_head",
            "xdp_adjust_meta",
            "xdp_adjust_tail",
            "msg_pull_data",
            "msg_push_data",
            "msg_pop_data",
            "lwt_push_encap",
            "store_hdr_opt",
            // The program called may do any of these.
            "tail_call");

    private static final Set<RegType> MEMORY = EnumSet.of(
            RegType.STACK,
            RegType.PACKET,
            RegType.PACKET_META,
            RegType.MAP_KEY,
            RegType.MAP_VALUE,
            RegType.MEM,
            RegType.BUF,
            RegType.BTF);
    private static final Set<RegType> KEYS = EnumSet.of(
            RegType.STACK, RegType.PACKET, RegType.PACKET_META, RegType.MAP_KEY, RegType.MAP_VALUE, RegType.MEM);
    private static final Set<MapType> FOR_EACH = EnumSet.of(
            MapType.ARRAY,
            MapType.PERCPU_ARRAY,
            MapType.HASH,
            MapType.PERCPU_HASH,
            MapType.LRU_HASH,
            MapType.LRU_PERCPU_HASH);
    private static final Set<RegType> SOCKETS =
            EnumSet.of(RegType.SOCK_COMMON, RegType.SOCKET, RegType.TCP_SOCK, RegType.XDP_SOCK);

    private static final long U32_MAX = 0xffff_ffffL;

    private final Verification v;

    HelperCheck(Verification v) {
        this.v = v;
    }

    /** What the arguments of one call tell. */
    static final class Call {
        HelperContract contract;
        MapSpec map;
        int mapUid;
        int refId;
        int releaseRegister;
        long allocSize;
        Reg function;
        StackCheck.RawWrite raw;
        int dynptrId;
        /** What the dynptr gives access to that is an argument. */
        DynptrKind dynptrKind;

        BtfRef btf;
        boolean percpu;
        MapFields.Field kptr;
    }

    /** Answers the slot to go on with. */
    int call(int id) {
        String name = HelperNames.nameOf(id);
        if (id <= 0 || name.startsWith("bpf_helper#")) {
            throw v.invalid("invalid func unknown#" + id);
        }
        Optional<HelperContract> known = v.rules.helper(id).filter(v.context::allowsHelper);
        if (known.isEmpty()) {
            throw v.invalid("program of this type cannot use helper " + name + "#" + id);
        }
        HelperContract contract = known.get();
        if (contract.gpl() && !v.input.gpl()) {
            throw v.invalid("cannot call GPL-restricted function from non-GPL compatible program");
        }
        if (contract.restricted() && !v.context.allowsRestricted(contract)) {
            throw v.invalid("helper call is not allowed in probe");
        }
        checkRegion(contract, name, id);
        Call call = new Call();
        call.contract = contract;
        for (int i = 0; i < contract.arguments().size(); i++) {
            argument(call, i);
        }
        if (contract.name().equals("for_each_map_elem") && !FOR_EACH.contains(call.map.type())) {
            throw v.refuse(Errno.ENOTSUPP, "callback function not allowed for map");
        }
        if (call.map != null) {
            MapHelperRules.check(v, call.map, contract.name());
        }
        if (contract.name().equals("map_delete_elem") || contract.name().equals("map_update_elem")) {
            checkSockmapUpdate(call);
        }
        if (call.raw != null && call.raw.number >= 0) {
            v.memory.fill(call.raw);
        }
        if (contract.name().equals("dynptr_from_mem") && v.reg(1).type != RegType.MAP_VALUE) {
            throw v.access("Unsupported reg type " + v.reg(1).typeName() + " for bpf_dynptr_from_mem data");
        }
        if (contract.name().equals("tail_call")) {
            checkTailCall();
        } else if (contract.name().equals("snprintf")) {
            checkFormat();
        }
        release(call);
        callbacks(call, id);
        if (contract.name().equals("get_local_storage") && !v.reg(2).isNull()) {
            throw v.invalid("get_local_storage() doesn't support non-zero flags");
        }
        Reg result = result(call);
        v.clobberCallerSaved();
        v.reg(0).set(result);
        afterwards(call);
        return v.slot + 1;
    }

    private void checkRegion(HelperContract contract, String name, int id) {
        if (contract.sleeps()) {
            if (!v.sleepable) {
                throw v.invalid("helper call might sleep in a non-sleepable prog");
            }
            if (v.state.rcuDepth > 0) {
                throw v.invalid("sleepable helper " + name + "#" + id + " in rcu_read_lock region");
            }
            if (v.state.preemptDepth > 0) {
                throw v.invalid("sleepable helper " + name + "#" + id + " in non-preemptible region");
            }
        }
        if (v.state.lockId != 0
                && !contract.name().equals("spin_unlock")
                && !contract.name().equals("spin_lock")
                && !contract.name().equals("kptr_xchg")) {
            throw v.invalid("function calls are not allowed while holding a lock");
        }
    }

    private void checkTailCall() {
        v.checkNoReferences("tail_call");
        v.context.tailCalls = true;
        if (v.state.rcuDepth > 0) {
            throw v.invalid("tail_call cannot be used inside bpf_rcu_read_lock-ed region");
        }
        if (v.state.preemptDepth > 0) {
            throw v.invalid("tail_call cannot be used inside bpf_preempt_disable-ed region");
        }
        if (v.frame().callback) {
            throw v.invalid("tail_call is not allowed in callbacks");
        }
    }

    /** Programs may only change sockmaps where that does not tear down what they run in. */
    private void checkSockmapUpdate(Call call) {
        if (call.map == null || call.map.type() != MapType.SOCKMAP && call.map.type() != MapType.SOCKHASH) {
            return;
        }
        boolean allowed = switch (v.input.family()) {
            case "tracing" -> v.input.attach().startsWith("iter");
            case "socket_filter", "sched_cls", "sched_act", "xdp", "sk_reuseport", "flow_dissector", "sk_lookup" ->
                true;
            case "sock_ops" -> call.contract.name().equals("map_delete_elem");
            default -> false;
        };
        if (!allowed) {
            throw v.invalid("cannot update sockmap in this context");
        }
    }

    // Arguments.

    private void argument(Call call, int index) {
        HelperContract.Argument a = call.contract.arguments().get(index);
        int number = index + 1;
        Reg r = v.readable(number);
        if (a.kind().equals("any")) {
            return;
        }
        if (r.type.isPacket() && !(v.rules.packetArguments && call.contract.packet())) {
            throw v.access("helper access to the packet is not allowed");
        }
        boolean isNull = r.isNull() && a.maybeNull();
        if (!isNull) {
            checkType(call, a, r, number);
            checkOffset(a, r, number);
        }
        if (a.has("release")) {
            checkRelease(call, a, r, number);
        }
        if (r.refId != 0 && !a.kind().equals("dynptr")) {
            if (call.refId != 0 && call.refId != r.refId) {
                throw v.invalid("verifier internal error: more than one arg with ref_obj_id");
            }
            call.refId = r.refId;
        }
        if (isNull && !a.kind().startsWith("size")) {
            if (a.kind().equals("mem") || a.kind().equals("memuninit")) {
                call.raw = null;
            }
            return;
        }
        byKind(call, a, r, number);
    }

    private void byKind(Call call, HelperContract.Argument a, Reg r, int number) {
        switch (a.kind()) {
            case "map" -> map(call, r);
            case "key" -> {
                requireMap(call, number);
                v.memory.helperAccess(number, call.map.keyBytes(), false, false, null);
            }
            case "value" -> value(call, a, r, number);
            case "mem" -> call.raw = a.uninit() ? new StackCheck.RawWrite() : null;
            case "memuninit" -> call.raw = new StackCheck.RawWrite();
            case "fixed" -> {
                StackCheck.RawWrite raw = a.uninit() ? new StackCheck.RawWrite() : null;
                v.memory.helperAccess(number, a.bytes(), a.writes(), false, raw);
                if (a.has("aligned")) {
                    alignment(r, number, a.bytes());
                }
                if (raw != null) {
                    fillLater(call, raw);
                }
            }
            case "size" -> size(call, number, false);
            case "size0" -> size(call, number, true);
            case "allocsize" -> {
                if (!r.ranges.isConstant()) {
                    throw v.access("R" + number + " is not a known constant'");
                }
                v.precision.mark(number);
                call.allocSize = r.ranges.value() & U32_MAX;
            }
            case "func" -> call.function = r.copy();
            case "conststr" -> constantString(r, number);
            case "spinlock" ->
                v.context.spinLock(r, number, call.contract.name().equals("spin_lock"));
            case "timer" -> timer(call, r, number);
            case "btf" -> call.btf = r.btf;
            case "percpu" -> call.btf = r.btf;
            case "dynptr" -> v.dynptrs.helperArgument(call, a, number);
            case "kptrdest" -> kptrDestination(call, r, number);
            default -> {
                // The type is all.
            }
        }
    }

    private void alignment(Reg r, int number, int bytes) {
        if (r.type == RegType.STACK && !r.ranges.bits.add(Tnum.of(r.off)).isAligned(bytes)) {
            throw v.access("misaligned stack access off " + r.ranges.bits + "+" + r.off + "+0 size " + bytes);
        }
    }

    /** Memory of a fixed size that the helper fills; another argument may have filled some already. */
    private void fillLater(Call call, StackCheck.RawWrite raw) {
        if (raw.number >= 0) {
            v.memory.fill(raw);
        }
    }

    private void requireMap(Call call, int number) {
        if (call.map == null) {
            throw v.access("invalid map_ptr to access map->key");
        }
    }

    private void value(Call call, HelperContract.Argument a, Reg r, int number) {
        requireMap(call, number);
        boolean sockets = call.map.type() == MapType.SOCKMAP || call.map.type() == MapType.SOCKHASH;
        if (sockets) {
            return;
        }
        StackCheck.RawWrite raw = a.uninit() ? new StackCheck.RawWrite() : null;
        v.memory.helperAccess(number, call.map.valueBytes(), a.uninit(), false, raw);
        if (raw != null) {
            fillLater(call, raw);
        }
    }

    /** The size of the memory that the argument before points to. */
    private void size(Call call, int number, boolean zeroAllowed) {
        Reg size = v.reg(number);
        int memory = number - 1;
        HelperContract.Argument a = call.contract.arguments().get(memory - 1);
        StackCheck.RawWrite raw = call.raw;
        sizeOf(number, memory, a.writes(), zeroAllowed, size.ranges.isConstant() ? raw : null);
        if (!size.ranges.isConstant()) {
            call.raw = null;
        }
        if (call.raw != null && call.raw.number >= 0) {
            v.memory.fill(call.raw);
            call.raw = null;
        }
    }

    void sizeOf(int number, int memory, boolean writes, boolean zeroAllowed, StackCheck.RawWrite raw) {
        Ranges r = v.reg(number).ranges;
        if (r.smin < 0) {
            throw v.access("R" + number + " min value is negative, either use unsigned or 'var &= const'");
        }
        if (r.umin == 0 && !zeroAllowed) {
            throw v.access("R" + number + " invalid zero-sized read: u64=[" + Long.toUnsignedString(r.umin) + ","
                    + Long.toUnsignedString(r.umax) + "]");
        }
        if (r.umax >= Verification.MAX_VAR_OFFSET || r.umax < 0) {
            throw v.access("R" + number + " unbounded memory access, use 'var &= const' or 'if (var < const)'");
        }
        v.memory.helperAccess(memory, (int) r.umax, writes, zeroAllowed, raw);
        v.precision.mark(number);
    }

    private void constantString(Reg r, int number) {
        if (!r.map.constants().isPresent()) {
            throw v.access("R" + number + " does not point to a readonly map'");
        }
        if (!r.ranges.isConstant()) {
            throw v.access("R" + number + " is not a constant address'");
        }
        byte[] contents = r.map.constants().get();
        int at = r.off + (int) r.ranges.value();
        v.memory.mapValue(number, r, r.off, r.map.valueBytes() - at, false, false);
        for (int i = at; i < contents.length; i++) {
            if (contents[i] == 0) {
                return;
            }
        }
        throw v.invalid("string is not zero-terminated");
    }

    private void map(Call call, Reg r) {
        // A timer belongs to its own map; two maps out of a map of maps look alike.
        if (call.map != null && (call.map != r.map || call.mapUid != r.mapUid)) {
            throw v.invalid("timer pointer in R1 map_uid=" + call.mapUid + " doesn't match map pointer in R2 map_uid="
                    + r.mapUid);
        }
        call.map = r.map;
        call.mapUid = r.mapUid;
    }

    private void timer(Call call, Reg r, int number) {
        if (!r.ranges.isConstant()) {
            throw v.invalid("R" + number + " doesn't have constant offset. bpf_timer has to be at the constant offset");
        }
        MapFields.Field f = v.mapFields.find(r.map, "timer");
        if (f == null) {
            throw v.invalid("map '" + r.map.name() + "' has no valid bpf_timer");
        }
        long at = r.off + r.ranges.value();
        if (f.offset() != at) {
            throw v.invalid("off " + at + " doesn't point to 'struct bpf_timer' that is at " + f.offset());
        }
        call.map = r.map;
        call.mapUid = r.mapUid;
    }

    private void kptrDestination(Call call, Reg r, int number) {
        if (!r.ranges.isConstant()) {
            throw v.invalid("R" + number + " doesn't have constant offset. kptr has to be at the constant offset");
        }
        long at = r.off + r.ranges.value();
        call.kptr = v.mapFields.of(r.map).stream()
                .filter(f -> f.kind().contains("kptr") && f.offset() == at)
                .findFirst()
                .orElseThrow(() -> v.access("off=" + at + " doesn't point to kptr"));
        if (call.kptr.kind().equals("kptr_untrusted")) {
            throw v.access("off=" + at + " kptr isn't referenced kptr");
        }
    }

    private void checkRelease(Call call, HelperContract.Argument a, Reg r, int number) {
        if (a.kind().equals("dynptr")) {
            call.releaseRegister = number;
            return;
        }
        if (r.refId == 0 && !r.isNull()) {
            throw v.invalid("R" + number + " must be referenced when passed to release function");
        }
        call.releaseRegister = number;
    }

    private Refused wrongType(int number, Reg r, String expected) {
        return v.access("R" + number + " type=" + r.typeName() + " expected=" + expected);
    }

    private void checkType(Call call, HelperContract.Argument a, Reg r, int number) {
        boolean nullOk = !r.maybeNull() || a.maybeNull();
        boolean readOnlyOk = !r.has(Reg.RDONLY) || !a.writes();
        int strange = Reg.UNTRUSTED | Reg.USER | Reg.PERCPU | Reg.NON_OWNING;
        boolean plain = (r.flags & strange) == 0;
        switch (a.kind()) {
            case "key" ->
                require(KEYS.contains(r.type) && nullOk && plain, number, r, "fp, pkt, pkt_meta, map_key, map_value");
            case "value" -> {
                boolean sockets = call.map != null
                        && (call.map.type() == MapType.SOCKMAP || call.map.type() == MapType.SOCKHASH)
                        && !a.uninit();
                if (sockets) {
                    require(
                            isBtfSocket(r) && nullOk,
                            number,
                            r,
                            "sock_common, sock, tcp_sock, xdp_sock, ptr_, trusted_ptr_");
                } else {
                    require(
                            KEYS.contains(r.type) && nullOk && plain && readOnlyOk,
                            number,
                            r,
                            "fp, pkt, pkt_meta, map_key, map_value");
                }
            }
            case "mem", "memuninit", "fixed" -> {
                boolean ok = MEMORY.contains(r.type) && nullOk && plain && readOnlyOk;
                if (r.type == RegType.BTF) {
                    ok &= r.has(Reg.TRUSTED) && !a.writes();
                }
                require(ok, number, r, "fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_");
            }
            case "size", "size0", "allocsize", "scalar" -> require(r.isScalar(), number, r, "scalar");
            case "map" -> require(r.type == RegType.CONST_MAP && nullOk, number, r, "map_ptr");
            case "ctx" -> require(r.type == RegType.CTX, number, r, "ctx");
            case "sockcommon" ->
                require(SOCKETS.contains(r.type) && nullOk, number, r, "sock_common, sock, tcp_sock, xdp_sock");
            case "btfsock" ->
                require(
                        isBtfSocket(r) && nullOk,
                        number,
                        r,
                        "sock_common, sock, tcp_sock, xdp_sock, ptr_, trusted_ptr_");
            case "socket" -> require(r.type == RegType.SOCKET && nullOk, number, r, "sock");
            case "btf" -> btfType(call, a, r, number);
            case "percpu" -> require(r.type == RegType.BTF && r.has(Reg.PERCPU), number, r, "percpu_ptr_");
            case "spinlock", "timer", "conststr", "kptrdest" ->
                require(r.type == RegType.MAP_VALUE && nullOk, number, r, "map_value");
            case "func" -> require(r.type == RegType.FUNC, number, r, "func");
            case "stack" -> require(r.type == RegType.STACK, number, r, "fp");
            case "dynptr" -> require(r.type == RegType.STACK || r.type == RegType.DYNPTR, number, r, "fp, dynptr_ptr");
            case "ringbufmem" ->
                require(r.type == RegType.MEM && r.has(Reg.RINGBUF) && nullOk, number, r, "ringbuf_mem");
            default -> throw new AssertionError("argument kind " + a.kind());
        }
    }

    private void require(boolean ok, int number, Reg r, String expected) {
        if (!ok) {
            throw wrongType(number, r, expected);
        }
    }

    /** Socket pointers that helpers taking {@code ARG_PTR_TO_BTF_ID_SOCK_COMMON} accept. */
    private boolean isBtfSocket(Reg r) {
        if (SOCKETS.contains(r.type)) {
            return true;
        }
        if (r.type != RegType.BTF || (r.flags & ~(Reg.TRUSTED | Reg.MAYBE_NULL)) != 0) {
            return false;
        }
        Optional<BtfRef> common = v.kernel.struct("sock_common");
        return common.isPresent()
                ? KernelTypesView.embeds(r.btf, r.off, common.get())
                : SocketNames.isSocket(r.btf.name()) && r.off == 0;
    }

    private void btfType(Call call, HelperContract.Argument a, Reg r, int number) {
        int allowed = Reg.TRUSTED | Reg.RCU | (a.maybeNull() ? Reg.MAYBE_NULL : 0);
        String want = a.type().orElse("");
        if (want.equals("kptr")) {
            kptrValue(call, r, number);
            return;
        }
        boolean null_ = r.type == RegType.BTF && r.maybeNull() && !a.maybeNull();
        if (null_ && (r.flags & ~(allowed | Reg.MAYBE_NULL)) == 0) {
            throw v.access("Possibly NULL pointer passed to helper arg" + number);
        }
        require(r.type == RegType.BTF && (r.flags & ~allowed) == 0, number, r, "ptr_, trusted_ptr_, rcu_ptr_");
        Optional<BtfRef> type = v.kernel.struct(want);
        boolean matches = type.isPresent()
                ? KernelTypesView.embeds(r.btf, r.off, type.get())
                : r.btf.name().equals(want) && r.off == 0;
        if (!matches) {
            throw v.access("R" + number + " is of type " + r.btf.name() + " but " + want + " is expected");
        }
    }

    private void kptrValue(Call call, Reg r, int number) {
        if (call.kptr == null || r.type != RegType.BTF || r.has(Reg.UNTRUSTED)) {
            throw wrongType(number, r, "ptr_");
        }
        BtfRef want =
                v.kernel.asKernelType(call.kptr.type().btf(), call.kptr.type().id());
        if (!KernelTypesView.same(r.btf, want)) {
            throw v.access(
                    "invalid kptr access, R" + number + " type=ptr_" + r.btf.name() + " expected=ptr_" + want.name());
        }
    }

    private void checkOffset(HelperContract.Argument a, Reg r, int number) {
        if (a.has("release") && !a.kind().equals("dynptr")) {
            v.memory.checkNoOffset(r, number);
        }
        switch (r.type) {
            case SCALAR, STACK, PACKET, PACKET_META, MAP_KEY, MAP_VALUE, MEM, BUF -> {
                // Their bounds are checked where they are used.
            }
            case BTF -> v.memory.checkFixedOffset(r, number, true);
            default -> v.memory.checkFixedOffset(r, number, false);
        }
    }

    // Effects.

    private void release(Call call) {
        if (call.releaseRegister == 0) {
            return;
        }
        Reg r = v.reg(call.releaseRegister);
        if (call.contract.arguments().get(call.releaseRegister - 1).kind().equals("dynptr")) {
            v.dynptrs.release(call.releaseRegister);
            return;
        }
        if (r.isNull()) {
            return;
        }
        if (!v.releaseReference(r.refId)) {
            throw v.invalid("func " + "bpf_" + call.contract.name() + "#" + call.contract.id()
                    + " reference has not been acquired before");
        }
    }

    /** Linux 6.12: check_bpf_snprintf_call(). */
    private void checkFormat() {
        Reg format = v.reg(3);
        long bytes = v.reg(5).ranges.bits.value();
        byte[] contents = format.map.constants().orElseThrow();
        StringBuilder text = new StringBuilder();
        for (int at = format.off + (int) format.ranges.value(); contents[at] != 0; at++) {
            text.append((char) (contents[at] & 0xff));
        }
        if (bytes % 8 != 0) {
            throw v.invalid("the arguments of bpf_snprintf() have " + bytes + " bytes, not 8 each");
        } else if (!FormatCheck.isValid(text.toString(), (int) (bytes / 8))) {
            throw v.invalid("Invalid format string");
        }
    }

    private void callbacks(Call call, int id) {
        if (call.function == null) {
            return;
        }
        String name = call.contract.name();
        if (name.equals("loop")) {
            v.precision.mark(1);
            Reg count = v.reg(1);
            int depth = v.frame().callbackDepth;
            if (Long.compareUnsigned(depth, count.ranges.umax) < 0) {
                v.calls.synchronousCallback(id, call.function);
            } else {
                v.frame().callbackDepth = 0;
            }
        } else if (CallCheck.callsSynchronousCallback(id)) {
            v.calls.synchronousCallback(id, call.function);
        } else {
            v.calls.asynchronousCallback(call.function, call.map, call.mapUid);
        }
    }

    private Reg result(Call call) {
        HelperContract c = call.contract;
        int maybeNull = c.resultMaybeNull() ? Reg.MAYBE_NULL : 0;
        Reg r;
        switch (c.result()) {
            case "integer" -> r = integer(c);
            case "void" -> r = Reg.notInit();
            case "map_value" -> {
                r = Reg.pointer(RegType.MAP_VALUE, maybeNull);
                r.map = call.map;
                r.mapUid = call.mapUid;
                if (maybeNull == 0 && v.mapFields.find(call.map, "spin_lock") != null) {
                    r.id = v.newId();
                }
            }
            case "socket" -> r = Reg.pointer(RegType.SOCKET, maybeNull);
            case "sock_common" -> r = Reg.pointer(RegType.SOCK_COMMON, maybeNull);
            case "tcp_sock" -> r = Reg.pointer(RegType.TCP_SOCK, maybeNull);
            case "ringbufmem" -> {
                r = Reg.mem(call.allocSize, maybeNull | Reg.RINGBUF);
            }
            case "dynptr_mem" -> {
                r = Reg.mem(call.allocSize, maybeNull);
                r.refId = call.dynptrId;
            }
            case "btf", "btf+trusted" -> r = btfResult(call, maybeNull);
            case "percpu" -> r = percpuResult(call, maybeNull);
            default -> throw new AssertionError("result " + c.result());
        }
        if (r.maybeNull()) {
            r.id = v.newId();
        }
        references(call, r);
        return r;
    }

    /** Some helpers promise bounds: errors are small negative numbers, sizes no larger than asked for. */
    private Reg integer(HelperContract c) {
        switch (c.name()) {
            case "get_stack", "get_task_stack", "probe_read_str", "probe_read_kernel_str", "probe_read_user_str" -> {
                int sizeRegister = c.name().equals("get_stack") || c.name().equals("get_task_stack") ? 3 : 2;
                Ranges size = v.reg(sizeRegister).ranges;
                return Reg.scalar(Ranges.of(
                        Tnum.UNKNOWN,
                        -4095,
                        size.umax,
                        0,
                        -1,
                        -4095,
                        (int) Math.min(size.umax, Integer.MAX_VALUE),
                        0,
                        -1));
            }
            case "get_smp_processor_id" -> {
                // CONFIG_NR_CPUS - 1 of the reference kernel's configuration.
                return Reg.scalar(Ranges.unsigned(0, 8191));
            }
            default -> {
                return Reg.unknown();
            }
        }
    }

    private Reg btfResult(Call call, int maybeNull) {
        HelperContract c = call.contract;
        String name = c.resultType().orElse("");
        if (name.equals("kptr")) {
            BtfRef type = v.kernel.asKernelType(
                    call.kptr.type().btf(), call.kptr.type().id());
            return Reg.btf(type, maybeNull);
        }
        BtfRef type = v.kernel
                .struct(name)
                .orElseThrow(() -> v.invalid(
                        "helper bpf_" + c.name() + "() gives a struct " + name + ", which this kernel does not have"));
        return Reg.btf(type, maybeNull | (c.result().endsWith("trusted") ? Reg.TRUSTED : 0));
    }

    private Reg percpuResult(Call call, int maybeNull) {
        BtfType type = call.btf.type();
        if (type instanceof BtfType.Struct) {
            return Reg.btf(call.btf, maybeNull);
        }
        long bytes = call.btf.btf().bytes(call.btf.id()).orElse(0L);
        return Reg.mem(bytes, maybeNull | Reg.RDONLY);
    }

    private void references(Call call, Reg r) {
        switch (call.contract.name()) {
            case "sk_lookup_tcp", "sk_lookup_udp", "skc_lookup_tcp", "ringbuf_reserve", "kptr_xchg" -> {
                int id = v.acquireReference();
                r.id = id;
                r.refId = id;
            }
            case "map_lookup_elem" -> {
                if (call.map.type() == MapType.SOCKMAP || call.map.type() == MapType.SOCKHASH) {
                    int id = v.acquireReference();
                    r.id = id;
                    r.refId = id;
                }
            }
            case "tcp_sock",
                    "sk_fullsock",
                    "skc_to_tcp_sock",
                    "skc_to_tcp6_sock",
                    "skc_to_udp6_sock",
                    "skc_to_mptcp_sock",
                    "skc_to_tcp_timewait_sock",
                    "skc_to_tcp_request_sock" -> r.refId = call.refId;
            default -> {
                // Nothing is acquired.
            }
        }
    }

    private void afterwards(Call call) {
        // A write through a dynptr may make the packet's data private, at another place.
        boolean writesPacket = call.contract.name().equals("dynptr_write") && call.dynptrKind == DynptrKind.SKB;
        if (writesPacket || CHANGE_PACKETS.contains(call.contract.name())) {
            v.clearPacketPointers();
        }
    }

    static List<String> changingPackets() {
        return List.copyOf(new java.util.TreeSet<>(CHANGE_PACKETS));
    }
}
