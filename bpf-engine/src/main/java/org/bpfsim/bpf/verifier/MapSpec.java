package org.bpfsim.bpf.verifier;

import java.util.Optional;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.object.MapType;

/**
 * A map as the verifier needs to know it.
 *
 * @param name as Linux shows it, cut to 15 characters
 * @param definition its name in the object; for what is in a map of maps, no map's
 * @param btf the BTF that {@code keyType} and {@code valueType} are ids of
 * @param flags {@code BPF_F_*} of map creation
 * @param constants the contents, if the program can rely on them ({@code .rodata}, {@code .kconfig})
 * @param inner for maps of maps: what they hold
 */
public record MapSpec(
        String name,
        String definition,
        MapType type,
        int keyBytes,
        int valueBytes,
        int maxEntries,
        long flags,
        Btf btf,
        int keyType,
        int valueType,
        Optional<byte[]> constants,
        Optional<MapSpec> inner) {
    static final long F_RDONLY_PROG = 1L << 7;
    static final long F_WRONLY_PROG = 1L << 8;

    /** A map whose name is short enough to be the same everywhere. */
    public MapSpec(
            String name,
            MapType type,
            int keyBytes,
            int valueBytes,
            int maxEntries,
            long flags,
            Btf btf,
            int keyType,
            int valueType,
            Optional<byte[]> constants,
            Optional<MapSpec> inner) {
        this(name, name, type, keyBytes, valueBytes, maxEntries, flags, btf, keyType, valueType, constants, inner);
    }

    boolean readable() {
        return (flags & F_WRONLY_PROG) == 0;
    }

    boolean writable() {
        return (flags & F_RDONLY_PROG) == 0 && type != MapType.DEVMAP && type != MapType.DEVMAP_HASH;
    }

    /** Maps are compared by identity: two definitions may look alike. */
    @Override
    public boolean equals(Object o) {
        return this == o;
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
