package org.bpfsim.bpf.verifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;

/** Answers what lies where in the kernel's structs. Names are looked up once. */
final class KernelTypesView {
    private final Btf kernel;
    private final Btf own;
    private final Map<String, Integer> structs = new HashMap<>();
    private final Map<String, Integer> functions = new HashMap<>();

    KernelTypesView(Btf kernel, Btf own) {
        this.kernel = kernel;
        this.own = own;
        for (int id = 1; id < kernel.types().size(); id++) {
            BtfType type = kernel.type(id);
            if (type instanceof BtfType.Struct s && !s.name().isEmpty()) {
                structs.putIfAbsent(s.name(), id);
            } else if (type instanceof BtfType.Func f) {
                functions.putIfAbsent(f.name(), id);
            }
        }
    }

    Btf btf() {
        return kernel;
    }

    Optional<BtfRef> struct(String name) {
        return Optional.ofNullable(structs.get(name)).map(id -> new BtfRef(kernel, id));
    }

    Optional<BtfType.Prototype> function(String name) {
        return Optional.ofNullable(functions.get(name))
                .map(id -> (BtfType.Prototype) kernel.type(((BtfType.Func) kernel.type(id)).prototype()));
    }

    /** The prototype of a kfunc and the BTF that it is in: the kernel's, or else what the object declared. */
    record Function(Btf btf, BtfType.Prototype prototype) {}

    Optional<Function> kfunc(String name) {
        Optional<BtfType.Prototype> known = function(name);
        if (known.isPresent()) {
            return known.map(p -> new Function(kernel, p));
        }
        return own.find(BtfType.Func.class, name)
                .map(id -> new Function(own, asInKernel(name, (BtfType.Prototype)
                        own.type(((BtfType.Func) own.type(id)).prototype()))));
    }

    /** A declaration in an object may leave out the suffixes that the kernel's own names of parameters have. */
    private static BtfType.Prototype asInKernel(String name, BtfType.Prototype declared) {
        List<String> names =
                KfuncContract.of(name).map(KfuncContract::parameters).orElse(List.of());
        if (names.size() != declared.parameters().size()) {
            return declared;
        }
        List<BtfType.Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            parameters.add(new BtfType.Parameter(
                    names.get(i), declared.parameters().get(i).type()));
        }
        return new BtfType.Prototype(declared.returnType(), parameters);
    }

    /** A type of the object's as the kernel's type of the same name, or the object's own if there is none. */
    BtfRef asKernelType(Btf btf, int id) {
        int at = btf.skipModifiers(id);
        if (btf == kernel) {
            return new BtfRef(btf, at);
        }
        return struct(org.bpfsim.bpf.core.CoreRelocator.essentialName(
                        btf.type(at).name()))
                .orElse(new BtfRef(btf, at));
    }

    /** What a load finds. */
    record Found(BtfRef pointee, int flags) {
        boolean isPointer() {
            return pointee != null;
        }
    }

    static final Found SCALAR = new Found(null, 0);

    /** What a load of {@code size} bytes at an offset of a struct finds; a message if it is not allowed. */
    static final class Walk {
        final Btf btf;
        String problem;
        /** The member that was read, if it is the struct's own. */
        String field = "";

        private int depth;
        private int flags;

        Walk(Btf btf) {
            this.btf = btf;
        }

        Found at(int structId, long off, int size) {
            BtfType.Struct s = (BtfType.Struct) btf.type(structId);
            if (off + size > s.bytes()) {
                Found tail = flexibleTail(s, off, size);
                if (tail == null) {
                    problem = "access beyond struct " + s.name() + " at off " + off + " size " + size;
                }
                return tail;
            }
            if (s.union() && s.members().size() != 1) {
                // Which member is the live one? Only __bpf_md_ptr() makes unions of one.
                flags |= Reg.UNTRUSTED;
            }
            for (BtfType.Member m : s.members()) {
                long start = m.bitOffset() / 8;
                if (m.bitfieldWidth() != 0) {
                    long end = (m.bitOffset() + m.bitfieldWidth() + 7) / 8;
                    if (off <= start && end <= off + size || off >= start && off < end) {
                        return SCALAR;
                    }
                    continue;
                }
                int type = btf.skipModifiers(m.type());
                long bytes = btf.bytes(type).orElse(0L);
                if (off + size <= start) {
                    if (!s.union()) {
                        break;
                    }
                    continue;
                }
                if (off < start || off >= start + bytes) {
                    continue;
                }
                Found found = member(m, type, bytes, off - start, size, s);
                if (found == null && s.union()) {
                    continue;
                }
                return found;
            }
            if (problem == null) {
                problem = "struct " + s.name() + " doesn't have field at offset " + off;
            }
            return null;
        }

        private Found flexibleTail(BtfType.Struct s, long off, int size) {
            if (s.members().isEmpty()) {
                return null;
            }
            BtfType.Member last = s.members().get(s.members().size() - 1);
            int type = btf.skipModifiers(last.type());
            if (btf.type(type) instanceof BtfType.Array a && a.count() == 0 && off >= last.bitOffset() / 8) {
                int element = btf.skipModifiers(a.elementType());
                long bytes = btf.bytes(element).orElse(0L);
                if (bytes > 0 && btf.type(element) instanceof BtfType.Struct) {
                    return at(element, (off - last.bitOffset() / 8) % bytes, size);
                }
                return SCALAR;
            }
            return null;
        }

        private Found member(BtfType.Member m, int type, long bytes, long off, int size, BtfType.Struct in) {
            BtfType t = btf.type(type);
            long rest = off;
            int element = type;
            while (t instanceof BtfType.Array a) {
                element = btf.skipModifiers(a.elementType());
                t = btf.type(element);
                long each = btf.bytes(element).orElse(1L);
                rest = each == 0 ? 0 : rest % each;
                bytes = each;
            }
            if (t instanceof BtfType.Struct) {
                depth += m.name().isEmpty() ? 0 : 1;
                return at(element, rest, size);
            }
            if (t instanceof BtfType.Pointer p) {
                if (rest != 0 || size != 8) {
                    problem = "cannot access ptr member " + m.name() + " with moff " + m.bitOffset() / 8 + " in struct "
                            + in.name() + " with off " + off + " size " + size;
                    return null;
                }
                int tags = tags(p.type());
                field = depth == 0 ? m.name() : "";
                int pointee = btf.skipModifiers(p.type());
                return btf.type(pointee) instanceof BtfType.Struct
                        ? new Found(new BtfRef(btf, pointee), flags | tags)
                        : SCALAR;
            }
            if (rest + size > bytes && off + size > btf.bytes(type).orElse(0L)) {
                problem = "access beyond the end of member " + m.name() + " (mend:" + (m.bitOffset() / 8 + bytes)
                        + ") in struct " + in.name() + " with off " + off + " size " + size;
                return null;
            }
            return SCALAR;
        }

        /** Type tags such as {@code __rcu} on what a pointer points to. */
        private int tags(int id) {
            int found = 0;
            int at = id;
            for (int depth = 0; depth < 32; depth++) {
                BtfType t = btf.type(at);
                if (t instanceof BtfType.Modifier mod) {
                    if (mod.qualifier() == BtfType.Modifier.Qualifier.TYPE_TAG) {
                        switch (mod.name()) {
                            case "user" -> found |= Reg.USER;
                            case "percpu" -> found |= Reg.PERCPU;
                            case "rcu" -> found |= Reg.RCU;
                            default -> {
                                // Others do not concern loads.
                            }
                        }
                    }
                    at = mod.type();
                } else if (t instanceof BtfType.Typedef d) {
                    at = d.type();
                } else {
                    break;
                }
            }
            return found;
        }
    }

    /** Whether a {@code want} begins at an offset of a {@code have}: the struct itself, or one embedded there. */
    static boolean embeds(BtfRef have, long off, BtfRef want) {
        if (off == 0 && same(have, want)) {
            return true;
        }
        return embeds(have.btf(), have.id(), off, want, 0);
    }

    static boolean same(BtfRef a, BtfRef b) {
        return a.equals(b) || a.btf() != b.btf() && a.name().equals(b.name());
    }

    private static boolean embeds(Btf btf, int id, long off, BtfRef want, int depth) {
        if (depth > 16 || !(btf.type(id) instanceof BtfType.Struct s)) {
            return false;
        }
        if (off == 0 && depth > 0 && same(new BtfRef(btf, id), want)) {
            return true;
        }
        for (BtfType.Member m : s.members()) {
            long start = m.bitOffset() / 8;
            int type = btf.skipModifiers(m.type());
            long bytes = btf.bytes(type).orElse(0L);
            if (off >= start && off < start + bytes && embeds(btf, type, off - start, want, depth + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Offset and size in bytes of a member by name, searched through embedded structs; null if there is none. */
    static long[] find(Btf btf, int structId, String path) {
        String name = path.contains(".") ? path.substring(0, path.indexOf('.')) : path;
        String rest = path.contains(".") ? path.substring(path.indexOf('.') + 1) : "";
        if (!(btf.type(structId) instanceof BtfType.Struct s)) {
            return null;
        }
        for (BtfType.Member m : s.members()) {
            int type = btf.skipModifiers(m.type());
            long start = m.bitOffset() / 8;
            if (m.name().equals(name)) {
                if (rest.isEmpty()) {
                    long end = m.bitfieldWidth() != 0
                            ? (m.bitOffset() + m.bitfieldWidth() + 7) / 8
                            : start + btf.bytes(type).orElse(0L);
                    return new long[] {start, end - start};
                }
                long[] inner = find(btf, type, rest);
                return inner == null ? null : new long[] {start + inner[0], inner[1]};
            }
        }
        for (BtfType.Member m : s.members()) {
            int type = btf.skipModifiers(m.type());
            long[] inner = btf.type(type) instanceof BtfType.Struct ? find(btf, type, path) : null;
            if (inner != null) {
                return new long[] {m.bitOffset() / 8 + inner[0], inner[1]};
            }
        }
        return null;
    }
}
