package org.bpfsim.bpf.fuzz;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.MapType;
import org.bpfsim.bpf.verifier.MapSpec;

/** The maps that every made-up program can use, by number. The peer that asks the kernel makes the same ones. */
final class FuzzMaps {
    static final int ARRAY = 0;
    static final int HASH = 1;
    static final int ONE = 2;
    static final int PERCPU = 3;
    static final int LRU = 4;
    static final int QUEUE = 5;
    static final int PROGRAMS = 6;
    static final int RING = 7;
    static final int READ_ONLY = 8;

    static final List<MapDefinition> ALL = List.of(
            map("array", MapType.ARRAY, 4, 48, 4, 0),
            map("hash", MapType.HASH, 8, 16, 8, 0),
            map("one", MapType.ARRAY, 4, 64, 1, 0),
            map("percpu", MapType.PERCPU_ARRAY, 4, 24, 2, 0),
            map("lru", MapType.LRU_HASH, 4, 8, 64, 0),
            map("queue", MapType.QUEUE, 0, 8, 4, 0),
            map("programs", MapType.PROG_ARRAY, 4, 4, 2, 0),
            map("ring", MapType.RINGBUF, 0, 0, 4096, 0),
            map("read_only", MapType.ARRAY, 4, 16, 1, 1 << 7));

    private static final Map<String, MapSpec> SPECS =
            ALL.stream().collect(Collectors.toUnmodifiableMap(MapDefinition::name, FuzzMaps::spec));

    private FuzzMaps() {}

    private static MapDefinition map(String name, MapType type, int key, int value, int entries, long flags) {
        return new MapDefinition(name, type, key, value, entries, flags, 0, 0, Optional.empty(), false);
    }

    private static MapSpec spec(MapDefinition m) {
        return new MapSpec(
                m.name(),
                m.type(),
                m.keyBytes(),
                m.valueBytes(),
                m.maxEntries(),
                m.flags(),
                Btf.empty(),
                0,
                0,
                Optional.empty(),
                Optional.empty());
    }

    static boolean has(int number) {
        return number >= 0 && number < ALL.size();
    }

    static MapSpec spec(String name) {
        return SPECS.get(name);
    }

    static int keyBytes(int map) {
        return ALL.get(map).keyBytes();
    }

    static int valueBytes(int map) {
        return ALL.get(map).valueBytes();
    }
}
