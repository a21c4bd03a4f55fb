package org.bpfsim.bpf.object;

import java.util.Locale;
import java.util.Optional;

/** Linux's map types in the order of their numbers (Linux 6.12: include/uapi/linux/bpf.h, enum bpf_map_type). */
public enum MapType {
    UNSPEC,
    HASH,
    ARRAY,
    PROG_ARRAY,
    PERF_EVENT_ARRAY,
    PERCPU_HASH,
    PERCPU_ARRAY,
    STACK_TRACE,
    CGROUP_ARRAY,
    LRU_HASH,
    LRU_PERCPU_HASH,
    LPM_TRIE,
    ARRAY_OF_MAPS,
    HASH_OF_MAPS,
    DEVMAP,
    SOCKMAP,
    CPUMAP,
    XSKMAP,
    SOCKHASH,
    CGROUP_STORAGE,
    REUSEPORT_SOCKARRAY,
    PERCPU_CGROUP_STORAGE,
    QUEUE,
    STACK,
    SK_STORAGE,
    DEVMAP_HASH,
    STRUCT_OPS,
    RINGBUF,
    INODE_STORAGE,
    TASK_STORAGE,
    BLOOM_FILTER,
    USER_RINGBUF,
    CGRP_STORAGE,
    ARENA;

    /** The type of a number. */
    public static Optional<MapType> of(long number) {
        return number > 0 && number < values().length ? Optional.of(values()[(int) number]) : Optional.empty();
    }

    /** Linux's name in lower case, as {@code bpftool} writes it. */
    public String linuxName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
