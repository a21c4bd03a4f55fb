package org.bpfsim.bpf.verifier;

import java.util.List;
import java.util.Optional;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;

/** Calls of kfuncs: arguments by their C types and suffixes (docs.kernel.org/bpf/kfuncs.html). */
final class KfuncCheck {
    private final Verification v;

    KfuncCheck(Verification v) {
        this.v = v;
    }

    /** What the arguments of one call tell. */
    private static final class Call {
        String name;
        KfuncContract contract;
        Btf btf;
        BtfType.Prototype prototype;
        int releaseRegister;
        int refId;
        int iterator = -1;
        long constant = -1;
        boolean hasConstant;
        long sizeOfBuffer = -1;
        boolean readOnlyBuffer;
        BtfRef argument;
        DynptrKind dynptr;
        int dynptrId;
    }

    /** Answers the slot to go on with. */
    int call(String name, boolean present) {
        Optional<KernelTypesView.Function> function = v.kernel.kfunc(name);
        Optional<KfuncContract> contract = KfuncContract.of(name);
        if (!present || function.isEmpty()) {
            throw v.missing(Errno.EINVAL, "kernel function " + name + " does not exist");
        }
        if (contract.isEmpty() || !contract.get().allowedIn(v.input.family())) {
            throw v.access("calling kernel function " + name + " is not allowed");
        }
        if (contract.get().has("restricted") && !v.input.attach().startsWith("iter")) {
            throw v.access("calling kernel function " + name + " is not allowed");
        }
        if (!v.input.gpl()) {
            throw v.invalid("cannot call kernel function from non-GPL compatible program");
        }
        Call call = new Call();
        call.name = name;
        call.contract = contract.get();
        call.btf = function.get().btf();
        call.prototype = function.get().prototype();
        if (call.contract.has("sleepable")) {
            if (!v.sleepable) {
                throw v.access("program must be sleepable to call sleepable kfunc " + name);
            }
            if (v.state.rcuDepth > 0) {
                throw v.access("kernel func " + name + " is sleepable within rcu_read_lock region");
            }
            if (v.state.preemptDepth > 0) {
                throw v.access("kernel func " + name + " is sleepable within non-preemptible region");
            }
        }
        if (v.state.lockId != 0) {
            throw v.invalid("function calls are not allowed while holding a lock");
        }
        arguments(call);
        sections(name);
        release(call);
        if (call.contract.has("iter_next")) {
            iteratorNext(call);
            return v.slot + 1;
        }
        Reg result = result(call);
        v.clobberCallerSaved();
        v.reg(0).set(result);
        return v.slot + 1;
    }

    private void sections(String name) {
        switch (name) {
            case "bpf_rcu_read_lock" -> {
                if (v.state.rcuDepth > 0) {
                    throw v.invalid("nested rcu read lock (kernel function bpf_rcu_read_lock)");
                }
                v.state.rcuDepth = 1;
            }
            case "bpf_rcu_read_unlock" -> {
                if (v.state.rcuDepth == 0) {
                    throw v.invalid("unmatched rcu read unlock (kernel function bpf_rcu_read_unlock)");
                }
                v.state.rcuDepth = 0;
                v.state.forEachReg(r -> {
                    if (r.has(Reg.RCU)) {
                        r.flags = r.flags & ~(Reg.RCU | Reg.MAYBE_NULL) | Reg.UNTRUSTED;
                    }
                });
            }
            case "bpf_preempt_disable" -> v.state.preemptDepth++;
            case "bpf_preempt_enable" -> {
                if (v.state.preemptDepth == 0) {
                    throw v.invalid("unmatched attempt to enable preemption (kernel function bpf_preempt_enable)");
                }
                v.state.preemptDepth--;
            }
            default -> {
                // No section.
            }
        }
    }

    // Arguments.

    private void arguments(Call call) {
        List<BtfType.Parameter> parameters = call.prototype.parameters();
        if (parameters.size() > 5) {
            throw v.invalid("Function " + call.name + " has " + parameters.size() + " > 5 args");
        }
        for (int i = 0; i < parameters.size(); i++) {
            BtfType.Parameter p = parameters.get(i);
            if (p.name().endsWith("__ign")) {
                continue;
            }
            Reg r = v.readable(i + 1);
            BtfType type = call.btf.resolve(p.type());
            if (type instanceof BtfType.Int || type instanceof BtfType.Enum) {
                scalar(call, p, r, i + 1);
            } else if (type instanceof BtfType.Pointer pointer) {
                pointer(call, p, pointer, r, i);
            } else {
                throw v.invalid("Unrecognized arg#" + i + " type of " + call.name);
            }
        }
    }

    private void scalar(Call call, BtfType.Parameter p, Reg r, int number) {
        if (!r.isScalar()) {
            throw v.invalid("R" + number + " is not a scalar");
        }
        boolean constant = p.name().endsWith("__k") || p.name().endsWith("__szk");
        boolean bufferSize = p.name().equals("rdonly_buf_size") || p.name().equals("rdwr_buf_size");
        if (constant || bufferSize) {
            if (!r.ranges.isConstant()) {
                throw v.invalid("R" + number + " must be a known constant");
            }
            v.precision.mark(number);
            if (p.name().endsWith("__k")) {
                call.constant = r.ranges.value();
                call.hasConstant = true;
            } else if (bufferSize) {
                call.sizeOfBuffer = r.ranges.value();
                call.readOnlyBuffer = p.name().startsWith("rdonly");
            }
        }
        if (p.name().endsWith("__szk")) {
            call.sizeOfBuffer = r.ranges.value();
        }
    }

    private void pointer(Call call, BtfType.Parameter p, BtfType.Pointer pointer, Reg r, int index) {
        int number = index + 1;
        int pointee = call.btf.skipModifiers(pointer.type());
        BtfType target = call.btf.type(pointee);
        boolean nullable = p.name().contains("__nullable") || p.name().endsWith("__opt");
        if (r.isNull() && nullable) {
            return;
        }
        if (r.isNull() && !followedBySize(call, index)) {
            throw v.access("Possibly NULL pointer passed to trusted arg" + index);
        }
        boolean trustedNeeded = call.contract.has("trusted_args") || call.contract.has("release");
        if (r.maybeNull() && (trustedNeeded || call.contract.has("rcu")) && !nullable) {
            throw v.access("Possibly NULL pointer passed to trusted arg" + index);
        }
        if (r.refId != 0) {
            if (call.contract.has("release") && call.refId != 0) {
                throw v.invalid("verifier internal error: more than one arg with ref_obj_id R" + number);
            }
            call.refId = r.refId;
            if (call.contract.has("release")) {
                v.memory.checkNoOffset(r, number);
                call.releaseRegister = number;
            }
        }
        if (p.name().endsWith("__map")) {
            requireType(r, RegType.CONST_MAP, index, "map");
            return;
        }
        if (p.name().endsWith("__str")) {
            if (r.type != RegType.MAP_VALUE || r.map.constants().isEmpty()) {
                throw v.invalid("arg#" + index + " doesn't point to a const string");
            }
            return;
        }
        if (isContext(call, target, r)) {
            if (r.type != RegType.CTX) {
                throw v.invalid("arg#" + index + " expected pointer to ctx, but got " + r.typeName());
            }
            return;
        }
        if (target instanceof BtfType.Struct s && s.name().equals("bpf_dynptr")) {
            dynptr(call, p, r, number);
        } else if (target instanceof BtfType.Struct s
                && s.name().startsWith("bpf_iter_")
                && (call.contract.has("iter_new")
                        || call.contract.has("iter_next")
                        || call.contract.has("iter_destroy"))
                && index == 0) {
            iterator(call, s, number, (int) ((call.btf.bytes(pointee).orElse(8L) + 7) / 8));
        } else if (target instanceof BtfType.Struct
                && !followedBySize(call, index)
                && !isScalarStruct(call, pointee, r)) {
            kernelObject(call, p, r, index, pointee, nullable);
        } else {
            memory(call, p, r, index, pointee);
        }
    }

    private boolean isContext(Call call, BtfType target, Reg r) {
        boolean special = call.name.equals("bpf_cast_to_kern_ctx");
        if (special) {
            return true;
        }
        return target instanceof BtfType.Struct s
                && (v.context.isContextType(s.name(), "")
                        || v.context.isKernelContext(s.name()) && r.type == RegType.CTX);
    }

    private void requireType(Reg r, RegType type, int index, String what) {
        if (r.type != type) {
            throw v.invalid("arg#" + index + " pointer in R" + (index + 1) + " isn't " + what + " pointer");
        }
    }

    private static boolean followedBySize(Call call, int index) {
        List<BtfType.Parameter> all = call.prototype.parameters();
        if (index + 1 >= all.size()) {
            return false;
        }
        String next = all.get(index + 1).name();
        return next.endsWith("__sz") || next.endsWith("__szk");
    }

    /** Plain memory given for a struct of numbers. */
    private static boolean isScalarStruct(Call call, int id, Reg r) {
        return !r.isBtf()
                && r.type != RegType.SOCKET
                && r.type != RegType.SOCK_COMMON
                && r.type != RegType.TCP_SOCK
                && onlyNumbers(call.btf, id, 0);
    }

    private static boolean onlyNumbers(Btf btf, int id, int depth) {
        BtfType t = btf.type(btf.skipModifiers(id));
        if (t instanceof BtfType.Int || t instanceof BtfType.Enum) {
            return true;
        } else if (t instanceof BtfType.Array a) {
            return onlyNumbers(btf, a.elementType(), depth + 1);
        } else if (t instanceof BtfType.Struct s && depth < 4) {
            return s.members().stream().allMatch(m -> onlyNumbers(btf, m.type(), depth + 1));
        }
        return false;
    }

    private void kernelObject(Call call, BtfType.Parameter p, Reg r, int index, int pointee, boolean nullable) {
        BtfRef want = v.kernel.asKernelType(call.btf, pointee);
        call.argument = want;
        if (r.isNull() && nullable) {
            return;
        }
        boolean socket = r.type.isSocket();
        if (!r.isBtf() && !socket) {
            throw v.invalid(
                    "arg#" + index + " pointer type STRUCT " + want.name() + " must point to scalar, or struct with"
                            + " scalar" + " (R" + (index + 1) + " is " + r.typeName() + ")");
        }
        boolean trusted = r.isBtf() ? r.has(Reg.TRUSTED) || r.refId != 0 : true;
        boolean rcu = r.has(Reg.RCU);
        if (r.isBtf() && r.has(Reg.UNTRUSTED)) {
            throw v.invalid("R" + (index + 1) + " must be referenced or trusted");
        }
        if (call.contract.has("trusted_args") && !trusted) {
            throw v.invalid("R" + (index + 1) + " must be referenced or trusted");
        }
        if (call.contract.has("rcu") && !trusted && !rcu) {
            throw v.invalid("R" + (index + 1) + " must be a rcu pointer");
        }
        if (call.contract.has("release") && r.refId == 0) {
            throw v.invalid("arg#" + index + " is neither owning or non-owning ref");
        }
        BtfRef have = r.isBtf() ? r.btf : v.kernel.struct(socketStruct(r.type)).orElse(want);
        boolean matches = KernelTypesView.embeds(have, r.off, want)
                || want.name().equals("cpumask") && have.name().equals("bpf_cpumask")
                || have.name().equals("tcp_sock") && SocketNames.isSocket(want.name()) && r.off == 0
                || have.name().equals(want.name())
                || have.name().equals("sk_buff") && want.name().equals("__sk_buff");
        if (!matches) {
            throw v.invalid("kernel function " + call.name + " args#" + index + " expected pointer to STRUCT "
                    + want.name() + " but R" + (index + 1) + " has a pointer to STRUCT " + have.name());
        }
    }

    private static String socketStruct(RegType type) {
        return switch (type) {
            case TCP_SOCK -> "tcp_sock";
            case SOCKET -> "sock";
            default -> "sock_common";
        };
    }

    private void memory(Call call, BtfType.Parameter p, Reg r, int index, int pointee) {
        int number = index + 1;
        if (followedBySize(call, index)) {
            Reg size = v.readable(number + 1);
            if (!size.isScalar()) {
                throw v.invalid("R" + (number + 1) + " is not a scalar");
            }
            if (r.isNull()) {
                return;
            }
            v.helpers.sizeOf(number + 1, number, p.name().contains("buffer"), true, null);
            return;
        }
        long bytes = call.btf.bytes(pointee).orElse(0L);
        if (call.btf.type(pointee) instanceof BtfType.Void || bytes == 0) {
            // void *obj: any pointer will do (bpf_rdonly_cast).
            call.argument = null;
            return;
        }
        if (r.isScalar()) {
            throw v.invalid("arg#" + index + " pointer type must point to scalar");
        }
        v.memory.helperAccess(number, (int) bytes, true, false, null);
    }

    private void dynptr(Call call, BtfType.Parameter p, Reg r, int number) {
        boolean uninit = p.name().endsWith("__uninit");
        if (uninit) {
            v.dynptrs.checkUninit(number);
            DynptrKind kind = switch (call.name) {
                case "bpf_dynptr_from_skb" -> DynptrKind.SKB;
                case "bpf_dynptr_from_xdp" -> DynptrKind.XDP;
                default -> call.dynptr == null ? DynptrKind.LOCAL : call.dynptr;
            };
            int ref = call.name.equals("bpf_dynptr_clone") && kind.acquiresReference() ? call.refId : 0;
            v.dynptrs.make(number, kind, ref);
            return;
        }
        v.dynptrs.checkArgument(number, null, false);
        if (r.type == RegType.STACK) {
            Slot s = v.dynptrs.slotOf(r, number);
            call.dynptr = s.spilled.dynptr;
            call.dynptrId = s.spilled.id;
            call.refId = s.spilled.refId;
        } else {
            call.dynptr = r.dynptr;
            call.dynptrId = r.id;
        }
    }

    private void iterator(Call call, BtfType.Struct s, int number, int slots) {
        String kind = s.name().substring("bpf_iter_".length());
        call.iterator = number;
        if (call.contract.has("iter_new")) {
            v.iterators.begin(number, kind, slots, call.contract.has("rcu_protected"));
        } else if (call.contract.has("iter_destroy")) {
            v.iterators.end(number, kind, slots);
        }
    }

    private void iteratorNext(Call call) {
        List<BtfType.Parameter> parameters = call.prototype.parameters();
        boolean pointer =
                !parameters.isEmpty() && call.btf.resolve(parameters.get(0).type()) instanceof BtfType.Pointer;
        int pointee = pointer
                ? call.btf.skipModifiers(
                        ((BtfType.Pointer) call.btf.resolve(parameters.get(0).type())).type())
                : 0;
        String name = call.btf.type(pointee).name();
        if (call.iterator < 0 || !name.startsWith("bpf_iter_")) {
            throw v.invalid("kernel function " + call.name + " has no iterator as its first argument");
        }
        String kind = name.substring("bpf_iter_".length());
        int slots = (int) ((call.btf.bytes(pointee).orElse(8L) + 7) / 8);
        Reg element = result(call);
        element.flags &= ~Reg.MAYBE_NULL;
        element.id = 0;
        v.iterators.next(call.iterator, kind, slots, aside -> {
            for (int i = 0; i <= 5; i++) {
                aside.reg(i).setNotInit();
            }
            aside.reg(0).set(element);
        });
        v.clobberCallerSaved();
        v.reg(0).setConstant(0);
    }

    // Effects.

    private void release(Call call) {
        if (!call.contract.has("release")) {
            return;
        }
        if (call.releaseRegister == 0) {
            throw v.invalid("release kernel function " + call.name + " expects refcounted PTR_TO_BTF_ID");
        }
        if (!v.releaseReference(v.reg(call.releaseRegister).refId)) {
            throw v.invalid("kfunc " + call.name + " reference has not been acquired before");
        }
    }

    private Reg result(Call call) {
        BtfType type = call.btf.resolve(call.prototype.returnType());
        Reg r;
        if (type instanceof BtfType.Void) {
            return Reg.notInit();
        } else if (type instanceof BtfType.Int || type instanceof BtfType.Enum) {
            return Reg.unknown();
        } else if (!(type instanceof BtfType.Pointer p)) {
            return Reg.unknown();
        } else if (call.name.equals("bpf_rdonly_cast")) {
            return rdonlyCast(call);
        } else if (call.name.equals("bpf_cast_to_kern_ctx")) {
            BtfRef struct = v.kernel
                    .struct(v.context.kernelContext())
                    .orElseThrow(() -> v.invalid("this kernel does not have struct " + v.context.kernelContext()));
            return Reg.btf(struct, Reg.TRUSTED);
        } else if (call.name.startsWith("bpf_dynptr_slice")) {
            if (call.name.endsWith("rdwr") && !v.memory.packetWritable()) {
                throw v.invalid("the prog does not allow writes to packet data");
            }
            r = Reg.mem(call.sizeOfBuffer, call.name.endsWith("rdwr") ? 0 : Reg.RDONLY);
            r.refId = call.dynptrId;
            r.dynptr = call.dynptr;
        } else if (call.name.equals("bpf_obj_new_impl") || call.name.equals("bpf_percpu_obj_new_impl")) {
            if (!call.hasConstant
                    || !v.input.types().has((int) call.constant)
                    || !(v.input.types().type((int) call.constant) instanceof BtfType.Struct)) {
                throw v.invalid("bpf_obj_new type ID argument must be of a struct");
            }
            if (!MapFields.of(v.input.types(), (int) call.constant).isEmpty()) {
                throw v.invalid("bpf_obj_new of a struct with locks, lists or kernel pointers is not supported");
            }
            r = Reg.btf(new BtfRef(v.input.types(), (int) call.constant), Reg.ALLOC);
        } else {
            int pointee = call.btf.skipModifiers(p.type());
            if (call.btf.type(pointee) instanceof BtfType.Struct) {
                r = Reg.btf(
                        v.kernel.asKernelType(call.btf, pointee),
                        call.contract.has("iter_next") && call.name.contains("task") ? Reg.RCU : Reg.TRUSTED);
            } else {
                long bytes = call.sizeOfBuffer >= 0
                        ? call.sizeOfBuffer
                        : call.btf.bytes(pointee).orElse(0L);
                r = Reg.mem(bytes, Reg.RDONLY);
            }
        }
        if (call.contract.has("ret_null")) {
            r.flags |= Reg.MAYBE_NULL;
            r.id = v.newId();
        }
        if (call.contract.has("acquire")) {
            int id = v.acquireReference();
            r.id = id;
            r.refId = id;
        }
        return r;
    }

    private Reg rdonlyCast(Call call) {
        if (!call.hasConstant) {
            throw v.invalid("kfunc bpf_rdonly_cast type ID argument must be of a struct or void");
        }
        int id = (int) call.constant;
        if (id == 0) {
            return Reg.mem(0, Reg.RDONLY | Reg.UNTRUSTED);
        }
        // The program passes the id in the kernel's BTF, put there by a CO-RE relocation.
        if (!v.kernel.btf().has(id) || !(v.kernel.btf().type(id) instanceof BtfType.Struct)) {
            throw v.invalid("kfunc bpf_rdonly_cast type ID argument must be of a struct or void");
        }
        return Reg.btf(new BtfRef(v.kernel.btf(), id), Reg.UNTRUSTED);
    }
}
