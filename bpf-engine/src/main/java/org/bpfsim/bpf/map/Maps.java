package org.bpfsim.bpf.map;

import java.util.Optional;
import org.bpfsim.bpf.object.MapDefinition;

/** Makes maps from their definitions, and knows which can be made (Linux's rules for sizes and flags). */
public final class Maps {
    /** Keys are built on the stack (Linux 6.12: MAX_BPF_STACK). */
    private static final int MAX_KEY_BYTES = 512;

    /** Linux 6.12: KMALLOC_MAX_SIZE on x86-64. */
    private static final int MAX_ELEMENT_BYTES = 4 << 20;

    /** What a map may grow to here. */
    private static final long MAX_MAP_BYTES = 1 << 30;

    private Maps() {}

    /** What is wrong with a definition, or empty if the map can be made. */
    public static Optional<String> problem(MapDefinition d) {
        if (d.isGlobalData()) {
            return Optional.empty();
        }
        switch (d.type()) {
            case ARRAY:
            case PERCPU_ARRAY:
                if (d.keyBytes() != 4) {
                    return Optional.of("an array's key has 4 bytes, not " + d.keyBytes());
                }
                return sizes(d);
            case HASH:
            case PERCPU_HASH:
            case LRU_HASH:
            case LRU_PERCPU_HASH:
                return hash(d);
            case SK_STORAGE:
                // Linux 6.12: bpf_local_storage_map_alloc_check() in kernel/bpf/bpf_local_storage.c.
                if (d.keyBytes() != 4 || d.valueBytes() <= 0 || d.valueBytes() >= 1 << 16 || d.maxEntries() != 0) {
                    return Optional.of("sk_storage has an int as key, a value of less than 64 KiB, and no max_entries");
                }
                return (d.flags() & MapInstance.BPF_F_NO_PREALLOC) == 0
                        ? Optional.of("sk_storage needs __uint(map_flags, BPF_F_NO_PREALLOC)")
                        : Optional.empty();
            default:
                return Optional.of("maps of type " + d.type().linuxName() + " are not modelled; there are array, "
                        + "percpu_array, hash, percpu_hash, lru_hash, lru_percpu_hash, sk_storage");
        }
    }

    /** Linux 6.12: htab_map_alloc_check() in kernel/bpf/hashtab.c. */
    private static Optional<String> hash(MapDefinition d) {
        if (d.keyBytes() <= 0 || d.keyBytes() > MAX_KEY_BYTES) {
            return Optional.of("the key has " + d.keyBytes() + " bytes; 1 to " + MAX_KEY_BYTES + " are possible");
        }
        return (long) d.keyBytes() + d.valueBytes() >= MAX_ELEMENT_BYTES
                ? Optional.of("key and value together have 4 MiB or more")
                : sizes(d);
    }

    private static Optional<String> sizes(MapDefinition d) {
        if (d.valueBytes() <= 0 || d.maxEntries() == 0) {
            return Optional.of(
                    "a value of " + d.valueBytes() + " bytes and " + d.maxEntries() + " entries make no map");
        }
        long bytes = (long) MapInstance.stride(d) * d.maxEntries();
        return d.maxEntries() < 0 || bytes > MAX_MAP_BYTES
                ? Optional.of("its " + Integer.toUnsignedString(d.maxEntries()) + " entries would not fit into 1 GiB")
                : Optional.empty();
    }

    /**
     * Makes a map whose definition has no {@link #problem}.
     *
     * @param index of the map within its object, which its addresses are made from
     * @param cpus of the machine, for per-CPU maps
     */
    public static MapInstance create(MapDefinition d, int index, int cpus) {
        if (d.data().isPresent()) {
            return ArrayMap.ofGlobalData(d, index, d.data().get());
        }
        switch (d.type()) {
            case ARRAY:
                return ArrayMap.of(d, index, 1);
            case PERCPU_ARRAY:
                return ArrayMap.of(d, index, cpus);
            case HASH:
                return new HashTableMap(d, index, 1, false);
            case PERCPU_HASH:
                return new HashTableMap(d, index, cpus, false);
            case LRU_HASH:
                return new HashTableMap(d, index, 1, true);
            case LRU_PERCPU_HASH:
                return new HashTableMap(d, index, cpus, true);
            case SK_STORAGE:
                return new StorageMap(d, index);
            default:
                throw new AssertionError("no such map should have been loaded: " + d.type());
        }
    }
}
