package org.bpfsim.bpf.map;

import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.MapType;

/**
 * Maps of maps and of programs: {@code array_of_maps}, {@code hash_of_maps}, {@code prog_array}
 * (docs.kernel.org/bpf/map_of_maps.html; Linux 6.12: bpf_fd_array_map_update_elem() in kernel/bpf/arraymap.c,
 * bpf_fd_htab_map_update_elem() in kernel/bpf/hashtab.c). A value is an id, which the host reads and writes; a program finds the
 * map behind it.
 */
public final class HandleMap extends MapInstance {
    private final MapInstance ids;
    private final Handles handles;

    HandleMap(MapDefinition definition, int index, Handles handles) {
        super(definition, index, new Region().opaque("map " + definition.name(), definition));
        this.handles = handles;
        boolean hash = definition.type() == MapType.HASH_OF_MAPS;
        this.ids = hash
                ? new HashTableMap(definition, index, 1, false, Handles.NONE)
                : ArrayMap.of(definition, index, 1, Handles.NONE);
    }

    private int idAt(byte[] key) {
        long offset = ids.find(key);
        return offset == NONE ? 0 : (int) ids.values().load(offset, 4, null);
    }

    /** What {@code bpf_tail_call} goes to; null if there is nothing. */
    public Object program(long index) {
        if (index >= maxEntries()) {
            return null;
        }
        int id = (int) ids.values().load(ids.find(indexKey(index)), 4, null);
        return id == 0 ? null : handles.program(id);
    }

    private byte[] indexKey(long index) {
        LittleEndian.put(scratchKey(), 0, 4, index);
        return scratchKey();
    }

    @Override
    public long address(byte[] key, int cpu) {
        int id = idAt(key);
        return id == 0 || definition().type() == MapType.PROG_ARRAY
                ? 0
                : handles.map(id).selfAddress();
    }

    @Override
    public long find(byte[] key) {
        return NONE;
    }

    @Override
    public int put(byte[] key, byte[] value, long flags, int cpu) {
        boolean array = definition().type() != MapType.HASH_OF_MAPS;
        if (array && flags != BPF_ANY) {
            return -Errno.EINVAL;
        } else if (array && LittleEndian.u32(key, 0) >= maxEntries()) {
            return -Errno.E2BIG;
        }
        int id = LittleEndian.s32(value, 0);
        if (definition().type() == MapType.PROG_ARRAY) {
            return handles.program(id) == null ? -Errno.EBADF : ids.put(key, value, flags, cpu);
        }
        MapInstance inner = handles.map(id);
        if (inner == null) {
            return -Errno.EBADF;
        }
        return inner != this && fits(definition(), inner.definition())
                ? ids.put(key, value, flags, cpu)
                : -Errno.EINVAL;
    }

    /**
     * Whether a map of maps may hold a map (Linux 6.12: bpf_map_meta_equal() in kernel/bpf/map_in_map.c, array_map_meta_equal()
     * in kernel/bpf/arraymap.c).
     */
    static boolean fits(MapDefinition outer, MapDefinition is) {
        MapDefinition wanted = outer.extras().inner().orElse(null);
        if (wanted == null) {
            return false;
        }
        boolean sized = wanted.type() != MapType.ARRAY
                || (wanted.flags() & BPF_F_INNER_MAP) != 0
                || wanted.maxEntries() == is.maxEntries();
        return sized
                && wanted.type() == is.type()
                && wanted.keyBytes() == is.keyBytes()
                && wanted.valueBytes() == is.valueBytes()
                && wanted.flags() == is.flags()
                && wanted.extras().fields().equals(is.extras().fields());
    }

    @Override
    public int remove(byte[] key) {
        if (definition().type() == MapType.HASH_OF_MAPS) {
            return ids.remove(key);
        }
        if (LittleEndian.u32(key, 0) >= maxEntries()) {
            return -Errno.E2BIG;
        }
        return idAt(key) == 0 ? missing() : ids.put(key, new byte[4], BPF_ANY, ALL_CPUS);
    }

    @Override
    public byte[] lookup(byte[] key) {
        byte[] id = ids.lookup(key);
        return id == null || LittleEndian.s32(id, 0) == 0 ? null : id;
    }

    @Override
    public List<byte[]> keys() {
        return ids.keys();
    }
}
