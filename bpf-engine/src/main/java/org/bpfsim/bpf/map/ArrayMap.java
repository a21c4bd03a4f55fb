package org.bpfsim.bpf.map;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.types.Addresses;

/**
 * {@code array} and {@code percpu_array}, and global data, which is an array of one (Linux 6.12: kernel/bpf/arraymap.c).
 * All entries exist from the beginning and are zero. A host's update of a per-CPU map sets the value of every CPU, its
 * look-up answers that of CPU 0.
 */
public final class ArrayMap extends MapInstance {
    private final int stride;
    private final int cpus;
    /** The key that a callback is shown; null before the first. */
    private byte[] callbackKey;

    private ArrayMap(MapDefinition definition, int index, Region values, int cpus, Handles handles) {
        super(definition, index, values, handles);
        this.stride = stride(definition);
        this.cpus = cpus;
    }

    static ArrayMap of(MapDefinition definition, int index, int cpus, Handles handles) {
        return new ArrayMap(
                definition, index, valueRegion(definition, (long) definition.maxEntries() * cpus), cpus, handles);
    }

    /** Global variables: one value with its initial contents. */
    static ArrayMap ofGlobalData(MapDefinition definition, int index, byte[] contents) {
        Region region =
                new Region().bytes(definition.name(), contents.clone(), 0, contents.length, !definition.readOnly());
        return new ArrayMap(definition, index, region, 1, Handles.NONE);
    }

    @Override
    public long find(byte[] key) {
        return find(key, 0);
    }

    @Override
    public long find(byte[] key, int cpu) {
        long index = LittleEndian.u32(key, 0);
        if (index >= maxEntries()) {
            return NONE;
        }
        return stride * (index + (cpus == 1 ? 0 : (long) cpu * maxEntries()));
    }

    @Override
    public int put(byte[] key, byte[] value, long flags, int cpu) {
        // In Linux's order: array_map_update_elem() in kernel/bpf/arraymap.c. A lock's absence comes last.
        if (!knownFlags(flags & ~BPF_F_LOCK)) {
            return -Errno.EINVAL;
        }
        long index = LittleEndian.u32(key, 0);
        if (index >= maxEntries()) {
            return -Errno.E2BIG;
        }
        if ((flags & BPF_NOEXIST) != 0) {
            return -Errno.EEXIST;
        }
        if (wrongFlags(flags) != 0) {
            return -Errno.EINVAL;
        }
        for (int i = 0; i < cpus; i++) {
            if (cpu == ALL_CPUS || cpus == 1 || i == cpu) {
                write(stride * (index + (long) i * maxEntries()), value);
            }
        }
        freeFields((int) index);
        return 0;
    }

    @Override
    public int remove(byte[] key) {
        return -Errno.EINVAL;
    }

    @Override
    public int cpus() {
        return cpus;
    }

    @Override
    public int places() {
        return maxEntries();
    }

    @Override
    public long keyAddress(int place, Addresses addresses) {
        if (callbackKey == null) {
            callbackKey = new byte[keyBytes()];
        }
        keyAt(place, callbackKey);
        return addresses.ofBytes(callbackKey, 0, callbackKey.length, false);
    }

    @Override
    public boolean keyAt(int place, byte[] key) {
        LittleEndian.put(key, 0, 4, place);
        return true;
    }

    @Override
    public List<byte[]> keys() {
        List<byte[]> all = new ArrayList<>();
        for (int index = 0; index < maxEntries(); index++) {
            byte[] key = new byte[4];
            LittleEndian.put(key, 0, 4, index);
            all.add(key);
        }
        return all;
    }
}
