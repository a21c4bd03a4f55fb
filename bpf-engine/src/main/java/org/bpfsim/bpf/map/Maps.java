package org.bpfsim.bpf.map;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.MapType;

/** Makes maps from their definitions, and knows which can be made (Linux's rules for sizes and flags). */
public final class Maps {
    /** Keys are built on the stack (Linux 6.12: MAX_BPF_STACK). */
    private static final int MAX_KEY_BYTES = 512;

    /** Linux 6.12: KMALLOC_MAX_SIZE on x86-64. */
    private static final int MAX_ELEMENT_BYTES = 4 << 20;

    /** What a map may grow to here. */
    private static final long MAX_MAP_BYTES = 1 << 30;

    private static final long ACCESS_FLAGS = MapInstance.BPF_F_RDONLY
            | MapInstance.BPF_F_WRONLY
            | MapInstance.BPF_F_RDONLY_PROG
            | MapInstance.BPF_F_WRONLY_PROG;

    /** Linux 6.12: QUEUE_STACK_CREATE_FLAG_MASK in kernel/bpf/queue_stack_maps.c. */
    private static final long QUEUE_FLAGS = MapInstance.BPF_F_NUMA_NODE | ACCESS_FLAGS;

    /** The types that {@link #create} makes. */
    public static final Set<MapType> MODELLED = Collections.unmodifiableSet(EnumSet.of(
            MapType.ARRAY,
            MapType.PERCPU_ARRAY,
            MapType.HASH,
            MapType.PERCPU_HASH,
            MapType.LRU_HASH,
            MapType.LRU_PERCPU_HASH,
            MapType.LPM_TRIE,
            MapType.QUEUE,
            MapType.STACK,
            MapType.BLOOM_FILTER,
            MapType.PROG_ARRAY,
            MapType.ARRAY_OF_MAPS,
            MapType.HASH_OF_MAPS,
            MapType.PERF_EVENT_ARRAY,
            MapType.RINGBUF,
            MapType.SK_STORAGE,
            MapType.SOCKMAP,
            MapType.SOCKHASH,
            MapType.REUSEPORT_SOCKARRAY,
            MapType.XSKMAP,
            MapType.DEVMAP,
            MapType.DEVMAP_HASH,
            MapType.CPUMAP,
            MapType.CGROUP_STORAGE,
            MapType.PERCPU_CGROUP_STORAGE,
            MapType.USER_RINGBUF));

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
            case LPM_TRIE:
                return lpmTrie(d);
            case QUEUE:
            case STACK:
                return d.keyBytes() != 0 || d.valueBytes() <= 0
                        ? Optional.of("a " + d.type().linuxName() + " has values and no keys")
                        : flagsAnd(d, QUEUE_FLAGS, sizes(d));
            case BLOOM_FILTER:
                return bloomFilter(d);
            case PROG_ARRAY:
            case ARRAY_OF_MAPS:
            case PERF_EVENT_ARRAY:
                if (d.keyBytes() != 4 || d.valueBytes() != 4) {
                    return Optional.of("key and value of a " + d.type().linuxName() + " have 4 bytes each");
                }
                return d.type() == MapType.PERF_EVENT_ARRAY && d.maxEntries() == 0 ? inner(d) : or(inner(d), sizes(d));
            case HASH_OF_MAPS:
                return d.valueBytes() != 4
                        ? Optional.of("values of a hash_of_maps have 4 bytes")
                        : or(inner(d), hash(d));
            case RINGBUF:
                return ringBuffer(d);
            case USER_RINGBUF:
                return ringBuffer(d);
            case CGROUP_STORAGE:
            case PERCPU_CGROUP_STORAGE:
                return cgroupStorage(d);
            case SOCKMAP:
            case SOCKHASH:
                return socketMap(d);
            case REUSEPORT_SOCKARRAY:
            case XSKMAP:
            case DEVMAP:
            case DEVMAP_HASH:
            case CPUMAP:
                return d.keyBytes() != 4 || d.valueBytes() < 4 || d.maxEntries() <= 0
                        ? Optional.of(
                                "a " + d.type().linuxName() + " has keys of 4 bytes, values of 4 or more, and entries")
                        : Optional.empty();
            default:
                return Optional.of("maps of type " + d.type().linuxName() + " are not modelled; there are "
                        + MODELLED.stream().map(MapType::linuxName).collect(Collectors.joining(", ")));
        }
    }

    private static Optional<String> or(Optional<String> first, Optional<String> second) {
        return first.isPresent() ? first : second;
    }

    private static Optional<String> flagsAnd(MapDefinition d, long allowed, Optional<String> rest) {
        return (d.flags() & ~allowed) != 0
                ? Optional.of(String.format("a %s has no flags 0x%x", d.type().linuxName(), d.flags() & ~allowed))
                : rest;
    }

    /** Linux 6.12: cgroup_storage_map_alloc() in kernel/bpf/local_storage.c. */
    private static Optional<String> cgroupStorage(MapDefinition d) {
        int most = d.type() == MapType.CGROUP_STORAGE ? PAGE_BYTES : 8 * PAGE_BYTES;
        if (d.keyBytes() != 8 && d.keyBytes() != 16) {
            return Optional.of(
                    "its key is a __u64 or a struct bpf_cgroup_storage_key (16 bytes), not " + d.keyBytes() + " bytes");
        } else if (d.valueBytes() <= 0 || d.valueBytes() > most) {
            return Optional.of("a value has 1 to " + most + " bytes, not " + d.valueBytes());
        }
        return d.maxEntries() != 0
                ? Optional.of("a " + d.type().linuxName() + " has no max_entries")
                : flagsAnd(d, QUEUE_FLAGS, Optional.empty());
    }

    /** Linux 6.12: sock_map_alloc(), sock_hash_alloc() in net/core/sock_map.c. */
    private static Optional<String> socketMap(MapDefinition d) {
        if (d.type() == MapType.SOCKMAP && d.keyBytes() != 4) {
            return Optional.of("a sockmap's key has 4 bytes, not " + d.keyBytes());
        } else if (d.keyBytes() <= 0 || d.keyBytes() > MAX_KEY_BYTES) {
            return Optional.of("the key has " + d.keyBytes() + " bytes; 1 to " + MAX_KEY_BYTES + " are possible");
        }
        return d.valueBytes() != 4 && d.valueBytes() != 8
                ? Optional.of("a " + d.type().linuxName() + "'s value has 4 or 8 bytes, not " + d.valueBytes())
                : flagsAnd(
                        d, MapInstance.BPF_F_NUMA_NODE | MapInstance.BPF_F_RDONLY | MapInstance.BPF_F_WRONLY, sizes(d));
    }

    /** Linux 6.12: trie_alloc() in kernel/bpf/lpm_trie.c. */
    private static Optional<String> lpmTrie(MapDefinition d) {
        if (d.keyBytes() < 5 || d.keyBytes() > 4 + 256) {
            return Optional.of("the key of an lpm_trie is a 4-byte prefix length and 1 to 256 bytes of data");
        } else if ((d.flags() & MapInstance.BPF_F_NO_PREALLOC) == 0) {
            return Optional.of("lpm_trie needs __uint(map_flags, BPF_F_NO_PREALLOC)");
        }
        return flagsAnd(d, MapInstance.BPF_F_NO_PREALLOC | QUEUE_FLAGS, sizes(d));
    }

    /** Linux 6.12: bloom_map_alloc() in kernel/bpf/bloom_filter.c. */
    private static Optional<String> bloomFilter(MapDefinition d) {
        if (d.keyBytes() != 0 || d.valueBytes() <= 0) {
            return Optional.of("a bloom_filter has values and no keys");
        } else if ((d.extras().mapExtra() & ~15L) != 0) {
            return Optional.of("a bloom_filter has at most 15 hash functions (map_extra)");
        }
        return d.maxEntries() > 0 && BloomFilterMap.bits(d) > 8L << 30
                ? Optional.of("its bits would not fit into 1 GiB")
                : flagsAnd(d, MapInstance.BPF_F_ZERO_SEED | QUEUE_FLAGS, sizes(d));
    }

    /** Linux 6.12: ringbuf_map_alloc() in kernel/bpf/ringbuf.c. */
    private static Optional<String> ringBuffer(MapDefinition d) {
        int bytes = d.maxEntries();
        if (d.keyBytes() != 0 || d.valueBytes() != 0) {
            return Optional.of("a " + d.type().linuxName() + " has neither keys nor values");
        }
        return bytes < PAGE_BYTES || Integer.bitCount(bytes) != 1
                ? Optional.of("max_entries of a " + d.type().linuxName() + " is its size in bytes, a power of two from "
                        + PAGE_BYTES + " up, not " + Integer.toUnsignedString(bytes))
                : flagsAnd(d, MapInstance.BPF_F_NUMA_NODE, Optional.empty());
    }

    private static final int PAGE_BYTES = 4096;

    /** A map of maps must say what they look like. */
    private static Optional<String> inner(MapDefinition d) {
        if (d.type() != MapType.ARRAY_OF_MAPS && d.type() != MapType.HASH_OF_MAPS) {
            return Optional.empty();
        } else if (d.extras().inner().isEmpty()) {
            return Optional.of("it does not say what the maps in it look like: add __array(values, struct { … })");
        }
        MapDefinition inner = d.extras().inner().get();
        if (inner.type() == MapType.PROG_ARRAY || inner.type() == MapType.PERF_EVENT_ARRAY) {
            return Optional.of("Linux has no maps of " + inner.type().linuxName());
        }
        // The prototype may leave its size open; the maps that are put in have theirs.
        return problem(inner.maxEntries() == 0 && inner.type() != MapType.RINGBUF ? inner.with(inner.name(), 1) : inner)
                .map(p -> "the maps in it: " + p);
    }

    /** Linux 6.12: htab_map_alloc_check() in kernel/bpf/hashtab.c. */
    private static Optional<String> hash(MapDefinition d) {
        boolean lru = d.type() == MapType.LRU_HASH || d.type() == MapType.LRU_PERCPU_HASH;
        if (lru && (d.flags() & MapInstance.BPF_F_NO_PREALLOC) != 0) {
            return Optional.of("LRU maps cannot have BPF_F_NO_PREALLOC");
        } else if (!lru && (d.flags() & MapInstance.BPF_F_NO_COMMON_LRU) != 0) {
            return Optional.of("only LRU maps can have BPF_F_NO_COMMON_LRU");
        }
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
     * Why a map of maps or programs cannot begin with what its definition says; empty if it can.
     *
     * @param maps of the object
     * @param programs names of those that are loaded
     */
    public static Optional<String> initialProblem(MapDefinition d, List<MapDefinition> maps, Set<String> programs) {
        for (Map.Entry<Integer, String> entry : d.extras().initial().entrySet()) {
            String name = entry.getValue();
            Optional<MapDefinition> map =
                    maps.stream().filter(m -> m.name().equals(name)).findFirst();
            boolean there = d.type() == MapType.PROG_ARRAY ? programs.contains(name) : map.isPresent();
            if (!there) {
                return Optional.of("entry " + entry.getKey() + " is \"" + name + "\", which is not loaded");
            } else if (d.type() != MapType.PROG_ARRAY && !HandleMap.fits(d, map.get())) {
                return Optional.of("entry " + entry.getKey() + ", map " + name + ", is not of the kind that it holds");
            } else if (entry.getKey() < 0 || entry.getKey() >= d.maxEntries()) {
                return Optional.of("it has no entry " + entry.getKey() + " of " + d.maxEntries());
            }
        }
        return Optional.empty();
    }

    /**
     * Makes a map whose definition has no {@link #problem}.
     *
     * @param index of the map within its object, which its addresses are made from
     * @param cpus of the machine, for per-CPU maps
     */
    public static MapInstance create(MapDefinition d, int index, int cpus) {
        return create(d, index, cpus, Handles.NONE);
    }

    /**
     * Makes a map whose definition has no {@link #problem}.
     *
     * @param handles what maps of maps and programs refer to
     */
    public static MapInstance create(MapDefinition d, int index, int cpus, Handles handles) {
        if (d.data().isPresent()) {
            return ArrayMap.ofGlobalData(d, index, d.data().get());
        }
        switch (d.type()) {
            case ARRAY:
                return ArrayMap.of(d, index, 1, handles);
            case PERCPU_ARRAY:
                return ArrayMap.of(d, index, cpus, handles);
            case HASH:
                return new HashTableMap(d, index, 1, false, handles);
            case PERCPU_HASH:
                return new HashTableMap(d, index, cpus, false, handles);
            case LRU_HASH:
                return new HashTableMap(d, index, 1, true, handles);
            case LRU_PERCPU_HASH:
                return new HashTableMap(d, index, cpus, true, handles);
            case SK_STORAGE:
                return new StorageMap(d, index);
            case LPM_TRIE:
                return new LpmTrieMap(d, index);
            case QUEUE:
            case STACK:
                return new QueueMap(d, index, d.type() == MapType.STACK);
            case BLOOM_FILTER:
                return new BloomFilterMap(d, index);
            case PROG_ARRAY:
            case ARRAY_OF_MAPS:
            case HASH_OF_MAPS:
                return new HandleMap(d, index, handles);
            case PERF_EVENT_ARRAY:
                // libbpf makes room for every CPU where the object does not say.
                return new PerfEventArrayMap(d.maxEntries() == 0 ? d.with(d.name(), cpus) : d, index);
            case RINGBUF:
                return new RingBufferMap(d, index);
            case USER_RINGBUF:
                return new UserRingBufferMap(d, index);
            case CGROUP_STORAGE:
                return new CgroupStorageMap(d, index, 1);
            case PERCPU_CGROUP_STORAGE:
                return new CgroupStorageMap(d, index, cpus);
            case SOCKMAP:
            case SOCKHASH:
                return new SocketMap(d, index, handles);
            case REUSEPORT_SOCKARRAY:
            case XSKMAP:
            case DEVMAP:
            case DEVMAP_HASH:
            case CPUMAP:
                return new UnfilledMap(d, index);
            default:
                throw new AssertionError("no such map should have been loaded: " + d.type());
        }
    }
}
