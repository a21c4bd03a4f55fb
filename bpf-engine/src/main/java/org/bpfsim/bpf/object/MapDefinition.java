package org.bpfsim.bpf.object;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.SpecialField;

/**
 * A map that an object declares, or a section of global data, which is an array map with one value.
 *
 * @param name the C variable; for global data the section, such as {@code .rodata}
 * @param flags {@code BPF_F_*} of map creation
 * @param keyType BTF id of the key; 0 when unknown
 * @param valueType BTF id of the value; 0 when unknown
 * @param data the initial value of global data
 * @param extras what few maps have
 * @param readOnly whether programs must not write it ({@code .rodata}, {@code .kconfig})
 */
public record MapDefinition(
        String name,
        MapType type,
        int keyBytes,
        int valueBytes,
        int maxEntries,
        long flags,
        int keyType,
        int valueType,
        Optional<byte[]> data,
        boolean readOnly,
        Extras extras) {

    private static final long BPF_F_RDONLY_PROG = 1 << 7;
    private static final long BPF_F_WRONLY_PROG = 1 << 8;

    private static final Set<MapType> WITH_TIMERS =
            Collections.unmodifiableSet(EnumSet.of(MapType.ARRAY, MapType.HASH, MapType.LRU_HASH));
    private static final Set<MapType> WITH_LOCKS = Collections.unmodifiableSet(EnumSet.of(
            MapType.ARRAY,
            MapType.HASH,
            MapType.CGROUP_STORAGE,
            MapType.SK_STORAGE,
            MapType.INODE_STORAGE,
            MapType.TASK_STORAGE,
            MapType.CGRP_STORAGE));
    private static final Set<MapType> WITH_POINTERS = Collections.unmodifiableSet(EnumSet.of(
            MapType.ARRAY,
            MapType.PERCPU_ARRAY,
            MapType.HASH,
            MapType.PERCPU_HASH,
            MapType.LRU_HASH,
            MapType.LRU_PERCPU_HASH,
            MapType.SK_STORAGE,
            MapType.INODE_STORAGE,
            MapType.TASK_STORAGE,
            MapType.CGRP_STORAGE));

    /**
     * What few maps have.
     *
     * @param mapExtra {@code map_extra}: the number of hash functions of a bloom filter
     * @param fields parts of the value that are the kernel's
     * @param inner what the maps in a map of maps look like
     * @param initial names of the maps or programs that an object puts into a map of them, by index
     */
    public record Extras(
            long mapExtra, List<SpecialField> fields, Optional<MapDefinition> inner, Map<Integer, String> initial) {
        public static final Extras NONE = new Extras(0, List.of(), Optional.empty(), Map.of());

        public Extras {
            fields = List.copyOf(fields);
            initial = Collections.unmodifiableMap(new TreeMap<>(initial));
        }

        /** The offset of the first part of a kind; -1 if there is none. */
        public int offsetOf(SpecialField.Kind kind) {
            for (SpecialField field : fields) {
                if (field.kind() == kind) {
                    return field.offset();
                }
            }
            return -1;
        }
    }

    /** A map without {@link Extras}. */
    public MapDefinition(
            String name,
            MapType type,
            int keyBytes,
            int valueBytes,
            int maxEntries,
            long flags,
            int keyType,
            int valueType,
            Optional<byte[]> data,
            boolean readOnly) {
        this(name, type, keyBytes, valueBytes, maxEntries, flags, keyType, valueType, data, readOnly, Extras.NONE);
    }

    static MapDefinition globalData(String section, byte[] contents, boolean readOnly) {
        return new MapDefinition(
                section, MapType.ARRAY, 4, contents.length, 1, 0, 0, 0, Optional.of(contents), readOnly);
    }

    /** The same global data with other contents. */
    public MapDefinition withData(byte[] contents) {
        return globalData(name, contents, readOnly);
    }

    /** The same map under another name and with room for {@code entries}. */
    public MapDefinition with(String newName, int entries) {
        return new MapDefinition(
                newName, type, keyBytes, valueBytes, entries, flags, keyType, valueType, data, readOnly, extras);
    }

    /**
     * Parts of the values of a map that are the kernel's. Where the kernel takes no such parts for maps of this type or with these flags,
     * libbpf makes the map without telling of its types, so that there are none (Linux 6.12: map_check_btf() in kernel/bpf/syscall.c,
     * bpf_object__create_map() in tools/lib/bpf/libbpf.c).
     *
     * @param btf null if the types are not known
     * @param valueType an id of it; 0 if the type is not known
     */
    public static List<SpecialField> fieldsOf(MapType type, long flags, Btf btf, int valueType) {
        if (btf == null || valueType == 0) {
            return List.of();
        }
        List<SpecialField> fields = SpecialField.of(btf, valueType);
        boolean restricted = (flags & (BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG)) != 0;
        return restricted || !fields.stream().allMatch(f -> typesWith(f.kind()).contains(type)) ? List.of() : fields;
    }

    private static Set<MapType> typesWith(SpecialField.Kind kind) {
        return switch (kind) {
            case SPIN_LOCK -> WITH_LOCKS;
            case TIMER, WORKQUEUE, LIST_HEAD, RB_ROOT -> WITH_TIMERS;
            case REFCOUNT, KPTR_UNTRUSTED, KPTR, PERCPU_KPTR -> WITH_POINTERS;
        };
    }

    /** Whether it holds global variables. */
    public boolean isGlobalData() {
        return data.isPresent();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MapDefinition that
                && name.equals(that.name)
                && type == that.type
                && keyBytes == that.keyBytes
                && valueBytes == that.valueBytes
                && maxEntries == that.maxEntries
                && flags == that.flags
                && readOnly == that.readOnly
                && extras.equals(that.extras)
                && Arrays.equals(data.orElse(null), that.data.orElse(null));
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
