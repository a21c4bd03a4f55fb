package org.bpfsim.bpf.verifier;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;
import org.bpfsim.bpf.object.MapType;

/**
 * What depends on the program's type and on what it attaches to: its context, its exits, exceptions to its helpers. Long
 * because Linux's program types differ in many small ways; what can be said by a table is in the module's resources.
 */
final class ProgramContext {
    private static final Set<String> TRACING =
            Set.of("kprobe", "tracepoint", "perf_event", "raw_tracepoint", "raw_tracepoint_writable", "tracing");
    private static final Set<String> SKB = Set.of(
            "socket_filter",
            "cgroup_skb",
            "sched_cls",
            "sched_act",
            "sk_skb",
            "lwt_in",
            "lwt_out",
            "lwt_xmit",
            "flow_dissector");
    /** Cgroup hooks that have no error to return or replace. */
    private static final Set<String> NO_RETVAL = Set.of(
            "cgroup_inet_ingress",
            "cgroup_inet_egress",
            "cgroup_sock_ops",
            "cgroup_udp4_recvmsg",
            "cgroup_udp6_recvmsg",
            "cgroup_unix_recvmsg",
            "cgroup_inet4_getpeername",
            "cgroup_inet6_getpeername",
            "cgroup_unix_getpeername",
            "cgroup_inet4_getsockname",
            "cgroup_inet6_getsockname",
            "cgroup_unix_getsockname");

    private static final Set<MapType> SLEEPABLE_MAPS = EnumSet.of(
            MapType.HASH,
            MapType.LRU_HASH,
            MapType.ARRAY,
            MapType.PERCPU_HASH,
            MapType.PERCPU_ARRAY,
            MapType.LRU_PERCPU_HASH,
            MapType.ARRAY_OF_MAPS,
            MapType.HASH_OF_MAPS,
            MapType.RINGBUF,
            MapType.USER_RINGBUF,
            MapType.INODE_STORAGE,
            MapType.SK_STORAGE,
            MapType.TASK_STORAGE,
            MapType.CGRP_STORAGE,
            MapType.QUEUE,
            MapType.STACK,
            MapType.ARENA);

    private final Verification v;
    private final String family;
    private final String attach;
    private BtfType.Prototype prototype;
    private Btf prototypeBtf;
    private int firstParameter;
    private final Map<Integer, Boolean> packetChanges = new HashMap<>();
    boolean tailCalls;

    /** What R0 may be at exit. */
    record ReturnRange(long min, long max, boolean unsigned32) {}

    ProgramContext(Verification v) {
        this.v = v;
        this.family = v.input.family();
        this.attach = v.input.attach();
    }

    private String member() {
        return attach.substring(attach.indexOf('/') + 1);
    }

    private String hookType() {
        return attach.contains("/") ? attach.substring(0, attach.indexOf('/')) : attach;
    }

    /** Finds what the program is attached to. */
    void checkAttachment() {
        if (v.sleepable
                && !Set.of("tracing", "lsm", "kprobe", "struct_ops", "syscall").contains(family)) {
            throw new Refused(
                    Errno.EINVAL,
                    -1,
                    "Only fentry/fexit/fmod_ret, lsm, iter, uprobe, and struct_ops programs can be sleepable");
        }
        if (family.equals("struct_ops")) {
            structOps();
        } else if (family.equals("tracing") || family.equals("lsm")) {
            tracing();
        } else if (family.equals("netfilter")) {
            if (!attach.equals("netfilter")) {
                // The hook is chosen when it is linked.
            }
        }
    }

    private void structOps() {
        if (!v.input.gpl()) {
            throw new Refused(Errno.EINVAL, -1, "struct ops programs must have a GPL compatible license");
        }
        String struct = hookType();
        if (struct.isEmpty()) {
            throw new Refused(Errno.EINVAL, -1, "struct_ops program is not a member of any struct");
        }
        BtfRef type = v.kernel
                .struct(struct)
                .or(() -> v.input.types().find(BtfType.Struct.class, struct).map(id -> new BtfRef(v.input.types(), id)))
                .orElseThrow(() -> new Refused(Errno.EINVAL, -1, "struct " + struct + " is not in kernel"));
        for (BtfType.Member m : type.struct().members()) {
            if (m.name().equals(member())
                    && type.btf().resolve(m.type()) instanceof BtfType.Pointer p
                    && type.btf().resolve(p.type()) instanceof BtfType.Prototype proto) {
                prototype = proto;
                prototypeBtf = type.btf();
            }
        }
        if (prototype == null) {
            throw new Refused(Errno.EINVAL, -1, "attach to invalid member " + member() + " of struct " + struct);
        }
        if (struct.equals("tcp_congestion_ops") && member().equals("get_info")) {
            throw new Refused(Errno.ENOTSUPP, -1, "attach to unsupported member get_info of struct tcp_congestion_ops");
        }
    }

    private void tracing() {
        String target = member();
        if (hookType().equals("tp_btf")) {
            for (int id = 1; id < v.kernel.btf().types().size(); id++) {
                if (v.kernel.btf().type(id) instanceof BtfType.Typedef d
                        && d.name().equals("btf_trace_" + target)
                        && v.kernel.btf().resolve(d.type()) instanceof BtfType.Pointer p
                        && v.kernel.btf().resolve(p.type()) instanceof BtfType.Prototype proto) {
                    prototype = proto;
                    prototypeBtf = v.kernel.btf();
                    firstParameter = 1;
                }
            }
        } else {
            String function = isIterator() ? "bpf_iter_" + target : target;
            prototype = v.kernel.function(function).orElse(null);
            prototypeBtf = v.kernel.btf();
        }
        if (prototype == null) {
            throw new Refused(Errno.EINVAL, -1, "attach_btf_id of " + attach + " is not known", true);
        }
    }

    boolean isIterator() {
        return hookType().startsWith("iter");
    }

    /** What the program finds in its registers at the start. */
    void initial(Frame f) {
        if (!family.equals("bare")) {
            f.regs[1].set(Reg.pointer(RegType.CTX, 0));
            return;
        }
        int bytes = Integer.parseInt(attach);
        if (bytes == 0) {
            f.regs[1].setConstant(0);
        } else {
            f.regs[1].set(Reg.mem(bytes, 0));
        }
        f.regs[2].setConstant(bytes);
    }

    // Accesses.

    Reg access(int off, int size, boolean write, Reg pointer) {
        switch (v.rules.context) {
            case "btf":
                return arguments(off, size, write);
            case "tracepoint":
                if (off < 8 || off + size > 8192 || write || off % size != 0) {
                    throw bad(off, size);
                }
                return Reg.unknown();
            case "raw_tracepoint":
                if (off < 0 || off >= 96 || write || off % size != 0) {
                    throw bad(off, size);
                }
                if (family.equals("raw_tracepoint_writable") && off == 0) {
                    return Reg.pointer(RegType.TP_BUFFER, 0);
                }
                return Reg.unknown();
            case "syscall":
                if (off < 0 || off + size > 65535 || off % size != 0) {
                    throw bad(off, size);
                }
                return Reg.unknown();
            default:
                return field(off, size, write);
        }
    }

    private Refused bad(int off, int size) {
        return v.access("invalid bpf_context access off=" + off + " size=" + size);
    }

    private Reg field(int off, int size, boolean write) {
        ContextLayout layout = ContextLayout.of(v.rules.context);
        if (off < 0 || off + size > layout.bytes()) {
            throw bad(off, size);
        }
        boolean cgroupSock = family.equals("cgroup_sock_addr");
        if (off % size != 0) {
            throw bad(off, size);
        }
        ContextLayout.Field f = layout.at(off);
        if (f == null || v.rules.denied.contains(f.name()) || !attachAllows(f, size, write)) {
            throw bad(off, size);
        }
        if (write) {
            boolean allowed = v.rules.writable.contains(f.name()) || attachWrites(f);
            boolean width = f.kind().equals("bytes")
                    ? ContextLayout.readable(f, off, size)
                    : size == Math.min(f.bytes(), f.name().equals("tstamp") ? 8 : 4)
                            || cgroupSock && (f.kind().equals("narrow") && wideAddress(f, off, size));
            if (!allowed || !width) {
                throw bad(off, size);
            }
            checkLimits(v.rules.context, f, off, size, true);
            return Reg.unknown();
        }
        if (!ContextLayout.readable(f, off, size) && !(cgroupSock && wideAddress(f, off, size))) {
            throw bad(off, size);
        }
        checkLimits(v.rules.context, f, off, size, false);
        switch (f.kind()) {
            case "packet":
                return Reg.pointer(RegType.PACKET, 0);
            case "packet_meta":
                return Reg.pointer(RegType.PACKET_META, 0);
            case "packet_end":
                return Reg.pointer(RegType.PACKET_END, 0);
            case "flow_keys":
                return Reg.pointer(RegType.FLOW_KEYS, 0);
            case "socket":
                return Reg.pointer(RegType.SOCKET, 0);
            case "socket?":
                return withId(Reg.pointer(RegType.SOCKET, Reg.MAYBE_NULL));
            case "sock_common?":
                return withId(Reg.pointer(RegType.SOCK_COMMON, Reg.MAYBE_NULL));
            default:
                return Reg.unknown();
        }
    }

    /** What Linux allows and this kernel does not have. */
    void checkLimits(String struct, ContextLayout.Field f, int off, int size, boolean write) {
        v.input.rights().limits().problem(struct, off, size, write).ifPresent(problem -> {
            throw v.missing(Errno.ENOTSUPP, struct + "." + f.name() + " " + problem);
        });
    }

    private static boolean wideAddress(ContextLayout.Field f, int off, int size) {
        return f.bytes() == 16 && size == 8 && (off - f.offset()) % 8 == 0;
    }

    private Reg withId(Reg r) {
        r.id = v.newId();
        return r;
    }

    /** Fields that only some hooks of a family have. */
    private boolean attachAllows(ContextLayout.Field f, int size, boolean write) {
        switch (family) {
            case "xdp":
                return !f.name().equals("egress_ifindex") || attach.equals("xdp_devmap");
            case "cgroup_sockopt":
                return !f.name().equals("retval") || attach.equals("cgroup_getsockopt");
            case "cgroup_sock":
                switch (f.name()) {
                    case "bound_dev_if", "mark", "priority":
                        return attach.equals("cgroup_inet_sock_create") || attach.equals("cgroup_inet_sock_release");
                    case "src_ip4":
                        return !write && attach.equals("cgroup_inet4_post_bind");
                    case "src_ip6":
                        return !write && attach.equals("cgroup_inet6_post_bind");
                    case "src_port":
                        return !write && attach.contains("post_bind");
                    default:
                        return !write;
                }
            case "cgroup_sock_addr":
                return addressAllowed(f, write);
            default:
                return !write || !f.name().equals("hwtstamp");
        }
    }

    private boolean addressAllowed(ContextLayout.Field f, boolean write) {
        boolean v4 = attach.contains("inet4") || attach.contains("udp4");
        boolean v6 = attach.contains("inet6") || attach.contains("udp6");
        switch (f.name()) {
            case "user_ip4":
                return v4;
            case "user_ip6":
                return v6;
            case "msg_src_ip4":
                return attach.equals("cgroup_udp4_sendmsg");
            case "msg_src_ip6":
                return attach.equals("cgroup_udp6_sendmsg");
            case "user_port":
                return true;
            default:
                return !write;
        }
    }

    private boolean attachWrites(ContextLayout.Field f) {
        switch (family) {
            case "cgroup_sockopt":
                switch (f.name()) {
                    case "retval":
                        return attach.equals("cgroup_getsockopt");
                    case "level", "optname":
                        return attach.equals("cgroup_setsockopt");
                    case "optlen":
                        return true;
                    default:
                        return false;
                }
            case "cgroup_sock":
                return Set.of("bound_dev_if", "mark", "priority").contains(f.name());
            case "cgroup_sock_addr":
                return Set.of("user_ip4", "user_ip6", "user_port", "msg_src_ip4", "msg_src_ip6")
                        .contains(f.name());
            default:
                return false;
        }
    }

    /** Arguments of the function that is implemented or traced: 8 bytes each. */
    private Reg arguments(int off, int size, boolean write) {
        if (family.equals("netfilter")) {
            if (write || size != 8 || off != 0 && off != 8) {
                throw bad(off, size);
            }
            return v.kernel
                    .struct(off == 0 ? "nf_hook_state" : "sk_buff")
                    .map(t -> Reg.btf(t, Reg.TRUSTED))
                    .orElseGet(Reg::unknown);
        }
        if (write || off < 0 || off >= 8 * 12 || off % size != 0) {
            throw bad(off, size);
        }
        int index = off / 8 + firstParameter;
        if (off % 8 != 0) {
            throw v.access("func '" + member() + "' offset " + off + " is not multiple of 8");
        }
        if (index >= prototype.parameters().size()) {
            throw v.access("func '" + member() + "' doesn't have " + (index + 1) + "-th argument");
        }
        int id = prototype.parameters().get(index).type();
        BtfType type = prototypeBtf.resolve(id);
        if (type instanceof BtfType.Int || type instanceof BtfType.Enum) {
            return Reg.unknown();
        }
        if (!(type instanceof BtfType.Pointer p)) {
            throw v.access("func '" + member() + "' arg" + index + " has type that is not supported");
        }
        if (size != 8) {
            throw v.access("func '" + member() + "' size " + size + " must be 8");
        }
        int pointee = prototypeBtf.skipModifiers(p.type());
        BtfType target = prototypeBtf.type(pointee);
        if (isIterator() && index > 0) {
            return iteratorArgument(target, pointee);
        }
        if (target instanceof BtfType.Int || target instanceof BtfType.Void || target instanceof BtfType.Enum) {
            return Reg.unknown();
        }
        if (!(target instanceof BtfType.Struct)) {
            throw v.access("func '" + member() + "' arg" + index + " type is not a struct");
        }
        BtfRef ref = v.kernel.asKernelType(prototypeBtf, pointee);
        v.log.note(
                "func '" + member() + "' arg" + index + " has btf_id " + pointee + " type STRUCT '" + ref.name() + "'");
        if (family.equals("struct_ops")
                && hookType().equals("tcp_congestion_ops")
                && ref.name().equals("sock")) {
            // Congestion controls only ever see TCP sockets.
            ref = v.kernel.struct("tcp_sock").orElse(ref);
        }
        return Reg.btf(ref, Reg.TRUSTED);
    }

    private Reg iteratorArgument(BtfType target, int pointee) {
        if (target instanceof BtfType.Struct) {
            return withId(Reg.btf(v.kernel.asKernelType(prototypeBtf, pointee), Reg.TRUSTED | Reg.MAYBE_NULL));
        } else if (target instanceof BtfType.Void) {
            Reg r = Reg.pointer(RegType.BUF, Reg.MAYBE_NULL);
            r.memSize = Integer.MAX_VALUE;
            return withId(r);
        }
        return Reg.unknown();
    }

    /** A store into a kernel object. */
    void checkWrite(int number, Reg p, int off, int size) {
        boolean tcp = family.equals("struct_ops") && hookType().equals("tcp_congestion_ops");
        if (!tcp || !p.btf.name().equals("tcp_sock")) {
            throw v.access("only read is supported");
        }
        for (String path : v.input.rights().writable()) {
            // A field of an embedded struct (sock.sk_pacing_rate), or one by its place (icsk_ack.pending).
            String field = path;
            long[] place = KernelTypesView.find(p.btf.btf(), p.btf.id(), field);
            if (place == null) {
                field = path.substring(path.indexOf('.') + 1);
                place = KernelTypesView.find(p.btf.btf(), p.btf.id(), field);
            }
            if (place != null && off >= place[0] && off < place[0] + place[1]) {
                if (off + size > place[0] + place[1]) {
                    throw v.access("access beyond the end of member " + field + " in struct tcp_sock");
                }
                if (p.has(Reg.UNTRUSTED)) {
                    throw v.access("only read is supported");
                }
                return;
            }
        }
        throw v.access("no write support to tcp_sock at off " + off);
    }

    // Helpers.

    boolean allowsHelper(HelperContract h) {
        switch (h.name()) {
            case "get_retval", "set_retval":
                return !NO_RETVAL.contains(attach);
            case "setsockopt", "getsockopt":
                if (family.equals("struct_ops")) {
                    return !member().equals("release");
                }
                if (family.equals("tracing")) {
                    return isIterator();
                }
                return !family.equals("cgroup_sockopt") || attach.equals("cgroup_setsockopt");
            case "bind":
                return attach.equals("cgroup_inet4_connect") || attach.equals("cgroup_inet6_connect");
            case "seq_printf", "seq_write", "seq_printf_btf":
                return isIterator();
            case "get_func_arg", "get_func_ret", "get_func_arg_cnt":
                return hookType().startsWith("f");
            case "map_update_elem", "map_delete_elem":
                return true;
            default:
                return true;
        }
    }

    boolean allowsRestricted(HelperContract h) {
        return h.name().startsWith("sk_storage") && (isIterator() || hookType().equals("tp_btf"));
    }

    // Maps.

    void checkMap(MapSpec map) {
        boolean tracing = TRACING.contains(family) && !isIterator();
        if (v.mapFields.find(map, "spin_lock") != null) {
            if (family.equals("socket_filter")) {
                throw v.invalid("socket filter progs cannot use bpf_spin_lock yet");
            }
            if (tracing) {
                throw v.invalid("tracing progs cannot use bpf_spin_lock yet");
            }
        }
        if ((v.mapFields.find(map, "timer") != null || v.mapFields.find(map, "workqueue") != null) && tracing) {
            throw v.invalid("tracing progs cannot use bpf_timer yet");
        }
        if (v.sleepable && !SLEEPABLE_MAPS.contains(map.type())) {
            throw v.invalid("Sleepable programs can only use array, hash, ringbuf and local storage maps");
        }
        if (map.type() == MapType.STRUCT_OPS) {
            throw v.invalid("bpf_struct_ops map cannot be used in prog");
        }
    }

    void spinLock(Reg r, int number, boolean lock) {
        if (!r.ranges.isConstant()) {
            throw v.invalid(
                    "R" + number + " doesn't have constant offset. bpf_spin_lock has to be at the constant offset");
        }
        MapFields.Field f = v.mapFields.find(r.map, "spin_lock");
        if (f == null) {
            throw v.invalid("map '" + r.map.name() + "' has no valid bpf_spin_lock");
        }
        if (f.offset() != r.ranges.value() + r.off) {
            throw v.invalid("off " + (r.ranges.value() + r.off) + " doesn't point to 'struct bpf_spin_lock' that is at "
                    + f.offset());
        }
        if (lock) {
            if (v.state.lockId != 0) {
                throw v.invalid("Locking two bpf_spin_locks are not allowed");
            }
            v.state.lockHolder = r.map;
            v.state.lockId = r.id == 0 ? -1 : r.id;
        } else {
            if (v.state.lockId == 0) {
                throw v.invalid("bpf_spin_unlock without taking a lock");
            }
            if (v.state.lockHolder != r.map || v.state.lockId != (r.id == 0 ? -1 : r.id)) {
                throw v.invalid("bpf_spin_unlock of different lock");
            }
            v.state.lockId = 0;
            v.state.lockHolder = null;
        }
    }

    // Exits.

    boolean mayReturnNothing() {
        return family.equals("struct_ops") && prototypeBtf.resolve(prototype.returnType()) instanceof BtfType.Void;
    }

    boolean mayReturnPointer() {
        return true;
    }

    boolean returnsVoid(int subprogram) {
        BtfType.Prototype p = v.subprograms.prototype(subprogram);
        return p != null && v.input.types().resolve(p.returnType()) instanceof BtfType.Void;
    }

    ReturnRange returnRange() {
        switch (family) {
            case "cgroup_sock_addr":
                if (NO_RETVAL.contains(attach)) {
                    return new ReturnRange(1, 1, false);
                }
                return new ReturnRange(0, attach.endsWith("_bind") ? 3 : 1, false);
            case "cgroup_skb":
                return new ReturnRange(0, attach.equals("cgroup_inet_egress") ? 3 : 1, false);
            case "tracing":
                if (hookType().startsWith("fentry") || hookType().startsWith("fexit")) {
                    return new ReturnRange(0, 0, false);
                }
                return isIterator() ? new ReturnRange(0, 1, false) : null;
            default:
                return v.rules.checksReturn ? new ReturnRange(v.rules.returnMin, v.rules.returnMax, false) : null;
        }
    }

    // Names.

    /** Whether a C type is the context of this family. */
    boolean isContextType(String struct, String typedef) {
        String name = switch (family) {
            case "kprobe" -> "bpf_user_pt_regs_t";
            case "perf_event" -> "bpf_perf_event_data";
            case "raw_tracepoint", "raw_tracepoint_writable" -> "bpf_raw_tracepoint_args";
            case "netfilter" -> "bpf_nf_ctx";
            default -> v.rules.context;
        };
        return !struct.isEmpty() && struct.equals(name) || typedef.equals(name) && !typedef.isEmpty();
    }

    String kernelContext() {
        if (SKB.contains(family)) {
            return "sk_buff";
        }
        return switch (family) {
            case "xdp" -> "xdp_buff";
            case "sock_ops" -> "bpf_sock_ops_kern";
            case "sk_msg" -> "sk_msg";
            case "cgroup_sockopt" -> "bpf_sockopt_kern";
            case "perf_event" -> "bpf_perf_event_data_kern";
            case "cgroup_sock" -> "sock";
            case "cgroup_sock_addr" -> "bpf_sock_addr_kern";
            default -> v.rules.context;
        };
    }

    boolean isKernelContext(String struct) {
        return struct.equals(kernelContext()) || struct.equals("__sk_buff") && SKB.contains(family);
    }

    /** Whether a function, or one that it calls, may move the packet. */
    boolean changesPackets(int subprogram) {
        Boolean known = packetChanges.get(subprogram);
        if (known != null) {
            return known;
        }
        packetChanges.put(subprogram, false);
        boolean changes = false;
        List<Integer> called = new ArrayList<>();
        for (int i = v.subprograms.start(subprogram); i < v.subprograms.end(subprogram); i++) {
            if (v.code[i] == null || !v.isCall(i)) {
                continue;
            }
            if (v.code[i].isLocalCall()) {
                called.add(v.subprograms.at(v.subprograms.target(i)));
            } else if (v.code[i].src() == 0) {
                Optional<HelperContract> h = v.rules.helper((int) v.code[i].immediate());
                changes |= h.isPresent()
                        && HelperCheck.CHANGE_PACKETS.contains(h.get().name());
            }
        }
        for (int c : called) {
            changes |= changesPackets(c);
        }
        packetChanges.put(subprogram, changes);
        return changes;
    }
}
