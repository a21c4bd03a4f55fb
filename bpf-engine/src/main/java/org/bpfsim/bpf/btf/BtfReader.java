package org.bpfsim.bpf.btf;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.BpfLoadException;

/** Reads the wire format of {@code .BTF} (docs.kernel.org/bpf/btf.html, section 2). */
final class BtfReader {
    private static final int MAX_NESTING = 32;

    private final BtfBytes bytes;

    BtfReader(byte[] section, String objectName) {
        this.bytes = new BtfBytes(section, objectName, ".BTF");
    }

    Btf read() throws BpfLoadException {
        int headerBytes = bytes.header(24);
        bytes.strings(headerBytes + bytes.u32(16), bytes.u32(20));
        long start = headerBytes + bytes.u32(8);
        long end = start + bytes.u32(12);
        bytes.check(start, end - start);

        List<BtfType> types = new ArrayList<>();
        types.add(new BtfType.Void());
        long at = start;
        while (at < end) {
            TypeReader reader = new TypeReader(at, end, types.size());
            types.add(reader.read());
            at = reader.at;
        }
        checkReferences(types);
        int[] nesting = new int[types.size()];
        for (int type = 1; type < types.size(); type++) {
            checkKinds(types, type);
            checkNesting(types, type, nesting, 0);
        }
        return new Btf(types);
    }

    /** Reads one type: a common part of 12 bytes, then what its kind adds. */
    private final class TypeReader {
        private final long end;
        private final int id;
        private final String name;
        private final int kind;
        private final int count;
        private final boolean flag;
        private final long sizeOrType;
        private long at;

        TypeReader(long at, long end, int id) throws BpfLoadException {
            this.end = end;
            this.id = id;
            this.at = at;
            this.name = bytes.string(next());
            long info = next();
            this.kind = (int) (info >>> 24 & 31);
            this.count = (int) (info & 0xffff);
            this.flag = info >>> 31 != 0;
            this.sizeOrType = next();
        }

        private long next() throws BpfLoadException {
            if (at + 4 > end) {
                throw bytes.bad("type " + id + " is cut off");
            }
            long value = bytes.u32(at);
            at += 4;
            return value;
        }

        BtfType read() throws BpfLoadException {
            switch (kind) {
                case 1:
                    return integer(next());
                case 2:
                    return new BtfType.Pointer(type(sizeOrType));
                case 3:
                    return new BtfType.Array(type(next()), type(next()), size(next()));
                case 4:
                    return new BtfType.Struct(name, false, size(sizeOrType), members());
                case 5:
                    return new BtfType.Struct(name, true, size(sizeOrType), members());
                case 6:
                    return new BtfType.Enum(name, size(sizeOrType), flag, enumerators(false));
                case 7:
                    return new BtfType.Forward(name, flag);
                case 8:
                    return new BtfType.Typedef(name, type(sizeOrType));
                case 9:
                    return modifier(BtfType.Modifier.Qualifier.VOLATILE);
                case 10:
                    return modifier(BtfType.Modifier.Qualifier.CONST);
                case 11:
                    return modifier(BtfType.Modifier.Qualifier.RESTRICT);
                case 12:
                    return new BtfType.Func(name, type(sizeOrType), linkage(count));
                case 13:
                    return new BtfType.Prototype(type(sizeOrType), parameters());
                case 14:
                    return new BtfType.Variable(name, type(sizeOrType), linkage((int) next()));
                case 15:
                    return new BtfType.DataSection(name, size(sizeOrType), entries());
                case 16:
                    return new BtfType.Float(name, size(sizeOrType));
                case 17:
                    return new BtfType.DeclarationTag(name, type(sizeOrType), (int) next());
                case 18:
                    return modifier(BtfType.Modifier.Qualifier.TYPE_TAG);
                case 19:
                    return new BtfType.Enum(name, size(sizeOrType), flag, enumerators(true));
                default:
                    throw bytes.bad("type " + id + " is of kind " + kind + ", which Linux 6.12 does not have");
            }
        }

        private BtfType integer(long description) throws BpfLoadException {
            int encoding = (int) (description >>> 24 & 15);
            int bits = (int) (description & 0xff);
            int size = size(sizeOrType);
            if (size < 1 || size > 16 || bits > 8 * size) {
                throw bytes.bad(
                        "type " + id + " (" + name + ") is an integer of " + bits + " bits in " + size + " bytes");
            }
            return new BtfType.Int(
                    name,
                    size,
                    bits,
                    (int) (description >>> 16 & 0xff),
                    (encoding & 1) != 0,
                    (encoding & 2) != 0,
                    (encoding & 4) != 0);
        }

        private BtfType modifier(BtfType.Modifier.Qualifier qualifier) throws BpfLoadException {
            return new BtfType.Modifier(qualifier, name, type(sizeOrType));
        }

        private List<BtfType.Member> members() throws BpfLoadException {
            List<BtfType.Member> members = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String member = bytes.string(next());
                int type = type(next());
                long offset = next();
                int width = flag ? (int) (offset >>> 24) : 0;
                long bitOffset = flag ? offset & 0xff_ffff : offset;
                members.add(new BtfType.Member(member, type, size(bitOffset), width));
            }
            return members;
        }

        private List<BtfType.Enumerator> enumerators(boolean wide) throws BpfLoadException {
            List<BtfType.Enumerator> values = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String enumerator = bytes.string(next());
                long low = next();
                long value = wide ? low | next() << 32 : flag ? (int) low : low;
                values.add(new BtfType.Enumerator(enumerator, value));
            }
            return values;
        }

        private List<BtfType.Parameter> parameters() throws BpfLoadException {
            List<BtfType.Parameter> parameters = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                parameters.add(new BtfType.Parameter(bytes.string(next()), type(next())));
            }
            return parameters;
        }

        private List<BtfType.Entry> entries() throws BpfLoadException {
            List<BtfType.Entry> entries = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                entries.add(new BtfType.Entry(type(next()), size(next()), size(next())));
            }
            return entries;
        }

        private int type(long value) throws BpfLoadException {
            return size(value);
        }

        private int size(long value) throws BpfLoadException {
            if (value > Integer.MAX_VALUE) {
                throw bytes.bad("type " + id + " (" + name + ") has a size or type id of " + value);
            }
            return (int) value;
        }

        private BtfType.Linkage linkage(int value) throws BpfLoadException {
            BtfType.Linkage[] all = BtfType.Linkage.values();
            if (value < 0 || value >= all.length) {
                throw bytes.bad("type " + id + " (" + name + ") has linkage " + value);
            }
            return all[value];
        }
    }

    private void checkReferences(List<BtfType> types) throws BpfLoadException {
        for (int id = 1; id < types.size(); id++) {
            for (int target : references(types.get(id))) {
                if (target >= types.size()) {
                    throw bytes.bad("type " + id + " refers to type " + target + " of " + types.size());
                }
            }
        }
    }

    /** Linux 6.12: btf_func_check(), btf_datasec_resolve() in kernel/bpf/btf.c. */
    private void checkKinds(List<BtfType> types, int id) throws BpfLoadException {
        if (types.get(id) instanceof BtfType.Func f && !(types.get(f.prototype()) instanceof BtfType.Prototype)) {
            throw bytes.bad(
                    "type " + id + " (" + f.name() + ") is a function, and type " + f.prototype() + " no prototype");
        }
        if (types.get(id) instanceof BtfType.DataSection s) {
            for (BtfType.Entry entry : s.entries()) {
                BtfType in = types.get(entry.variable());
                if (!(in instanceof BtfType.Variable) && !(in instanceof BtfType.Func)) {
                    throw bytes.bad("type " + id + " (" + s.name() + ") is a section of variables, and type "
                            + entry.variable() + " none");
                }
            }
        }
    }

    /** No type may contain itself, nor others deeper than Linux resolves them (MAX_RESOLVE_DEPTH in kernel/bpf/btf.c). */
    private int checkNesting(List<BtfType> types, int id, int[] known, int depth) throws BpfLoadException {
        if (depth > MAX_NESTING) {
            throw bytes.bad("type " + id + " is nested more than " + MAX_NESTING + " deep, or contains itself");
        }
        BtfType type = types.get(id);
        boolean contains = type instanceof BtfType.Array
                || type instanceof BtfType.Struct
                || type instanceof BtfType.Typedef
                || type instanceof BtfType.Modifier
                || type instanceof BtfType.Variable;
        if (contains && known[id] == 0) {
            int deepest = 0;
            for (int inner : references(type)) {
                deepest = Math.max(deepest, checkNesting(types, inner, known, depth + 1));
            }
            known[id] = deepest + 1;
        }
        if (depth + known[id] > MAX_NESTING) {
            throw bytes.bad("type " + id + " is nested more than " + MAX_NESTING + " deep");
        }
        return known[id];
    }

    private static int[] references(BtfType type) {
        if (type instanceof BtfType.Pointer t) {
            return new int[] {t.type()};
        } else if (type instanceof BtfType.Array t) {
            return new int[] {t.elementType(), t.indexType()};
        } else if (type instanceof BtfType.Struct t) {
            return t.members().stream().mapToInt(BtfType.Member::type).toArray();
        } else if (type instanceof BtfType.Typedef t) {
            return new int[] {t.type()};
        } else if (type instanceof BtfType.Modifier t) {
            return new int[] {t.type()};
        } else if (type instanceof BtfType.Func t) {
            return new int[] {t.prototype()};
        } else if (type instanceof BtfType.Prototype t) {
            int[] all = new int[t.parameters().size() + 1];
            all[0] = t.returnType();
            for (int i = 1; i < all.length; i++) {
                all[i] = t.parameters().get(i - 1).type();
            }
            return all;
        } else if (type instanceof BtfType.Variable t) {
            return new int[] {t.type()};
        } else if (type instanceof BtfType.DataSection t) {
            return t.entries().stream().mapToInt(BtfType.Entry::variable).toArray();
        } else if (type instanceof BtfType.DeclarationTag t) {
            return new int[] {t.type()};
        }
        return new int[0];
    }
}
