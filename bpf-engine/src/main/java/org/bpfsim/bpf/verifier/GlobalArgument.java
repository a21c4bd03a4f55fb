package org.bpfsim.bpf.verifier;

import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;

/** What a global function's BTF says of one of its arguments (docs.kernel.org/bpf: global functions, {@code __arg_*}). */
record GlobalArgument(Kind kind, int bytes, boolean nullable, boolean untrusted, BtfRef type) {
    enum Kind {
        SCALAR,
        CTX,
        MEM,
        DYNPTR,
        ARENA,
        BTF,
        UNSUPPORTED
    }

    static GlobalArgument of(Verification v, Btf btf, int function, int index, BtfType.Prototype prototype) {
        boolean ctx = false;
        boolean nonNull = false;
        boolean nullable = false;
        boolean trusted = false;
        boolean untrusted = false;
        boolean arena = false;
        for (BtfType t : btf.types()) {
            if (t instanceof BtfType.DeclarationTag tag && tag.type() == function && tag.component() == index) {
                switch (tag.name()) {
                    case "arg:ctx" -> ctx = true;
                    case "arg:nonnull" -> nonNull = true;
                    case "arg:nullable" -> nullable = true;
                    case "arg:trusted" -> trusted = true;
                    case "arg:untrusted" -> untrusted = true;
                    case "arg:arena" -> arena = true;
                    default -> {
                        // Meant for others.
                    }
                }
            }
        }
        BtfType type = btf.resolve(prototype.parameters().get(index).type());
        if (!(type instanceof BtfType.Pointer p)) {
            return type instanceof BtfType.Int || type instanceof BtfType.Enum
                    ? new GlobalArgument(Kind.SCALAR, 0, false, false, null)
                    : unsupported();
        }
        int pointee = btf.skipModifiers(p.type());
        BtfType target = btf.type(pointee);
        if (ctx || v.context.isContextType(target.name(), typedefName(btf, p.type()))) {
            return new GlobalArgument(Kind.CTX, 0, false, false, null);
        }
        if (trusted || untrusted) {
            BtfRef ref = v.kernel.asKernelType(btf, pointee);
            return new GlobalArgument(Kind.BTF, 0, nullable, untrusted, ref);
        }
        if (arena) {
            return new GlobalArgument(Kind.ARENA, 0, false, false, null);
        }
        if (target.name().equals("bpf_dynptr")) {
            return new GlobalArgument(Kind.DYNPTR, 0, false, false, null);
        }
        long bytes = btf.bytes(pointee).orElse(0L);
        if (bytes <= 0) {
            return unsupported();
        }
        return new GlobalArgument(Kind.MEM, (int) bytes, !nonNull, false, null);
    }

    /** The first typedef on the way to the type: {@code bpf_user_pt_regs_t} is known by it. */
    private static String typedefName(Btf btf, int id) {
        int at = id;
        for (int i = 0; i < 32; i++) {
            BtfType t = btf.type(at);
            if (t instanceof BtfType.Typedef d) {
                return d.name();
            } else if (t instanceof BtfType.Modifier m) {
                at = m.type();
            } else {
                return "";
            }
        }
        return "";
    }

    private static GlobalArgument unsupported() {
        return new GlobalArgument(Kind.UNSUPPORTED, 0, false, false, null);
    }
}
