package org.bpfsim.bpf.btf;

import java.util.List;
import java.util.Optional;
import org.bpfsim.bpf.BpfLoadException;

/** The types of an object or of a kernel. Immutable; every id that a type refers to exists. */
public final class Btf {
    /** Chains of typedefs and qualifiers longer than this are a loop (Linux: MAX_RESOLVE_DEPTH in kernel/bpf/btf.c). */
    private static final int MAX_DEPTH = 32;

    private final List<BtfType> types;

    /** @param types by id, beginning with {@link BtfType.Void} */
    public Btf(List<BtfType> types) {
        this.types = List.copyOf(types);
    }

    /** No types but {@code void}: an object without BTF. */
    public static Btf empty() {
        return new Btf(List.of(new BtfType.Void()));
    }

    /**
     * Reads a {@code .BTF} section.
     *
     * @param objectName how messages call the object
     */
    public static Btf parse(byte[] section, String objectName) throws BpfLoadException {
        return new BtfReader(section, objectName).read();
    }

    public boolean isEmpty() {
        return types.size() == 1;
    }

    /** All types by id. */
    public List<BtfType> types() {
        return types;
    }

    public boolean has(int id) {
        return id >= 0 && id < types.size();
    }

    public BtfType type(int id) {
        return types.get(id);
    }

    /** The id behind typedefs, qualifiers and tags; 0 if they form a loop. */
    public int skipModifiers(int id) {
        int at = id;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            BtfType type = types.get(at);
            if (type instanceof BtfType.Modifier modifier) {
                at = modifier.type();
            } else if (type instanceof BtfType.Typedef typedef) {
                at = typedef.type();
            } else {
                return at;
            }
        }
        return 0;
    }

    /** The type behind typedefs, qualifiers and tags. */
    public BtfType resolve(int id) {
        return types.get(skipModifiers(id));
    }

    /** The id of a type of this Java class and C name. */
    public Optional<Integer> find(Class<? extends BtfType> kind, String name) {
        for (int id = 1; id < types.size(); id++) {
            if (kind.isInstance(types.get(id)) && types.get(id).name().equals(name)) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }

    /** Size in bytes of a type's objects; empty for functions, declarations and loops. */
    public Optional<Long> bytes(int id) {
        return bytes(id, 0);
    }

    private Optional<Long> bytes(int id, int depth) {
        BtfType type = resolve(id);
        if (depth > MAX_DEPTH) {
            return Optional.empty();
        } else if (type instanceof BtfType.Int t) {
            return Optional.of((long) t.bytes());
        } else if (type instanceof BtfType.Float t) {
            return Optional.of((long) t.bytes());
        } else if (type instanceof BtfType.Enum t) {
            return Optional.of((long) t.bytes());
        } else if (type instanceof BtfType.Struct t) {
            return Optional.of((long) t.bytes());
        } else if (type instanceof BtfType.DataSection t) {
            return Optional.of((long) t.bytes());
        } else if (type instanceof BtfType.Pointer) {
            return Optional.of(8L);
        } else if (type instanceof BtfType.Array t) {
            return bytes(t.elementType(), depth + 1).map(b -> b * t.count());
        } else if (type instanceof BtfType.Variable t) {
            return bytes(t.type(), depth + 1);
        }
        return Optional.empty();
    }
}
