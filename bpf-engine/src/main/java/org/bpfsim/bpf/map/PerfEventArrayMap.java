package org.bpfsim.bpf.map;

import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.object.MapDefinition;

/**
 * {@code perf_event_array}: where {@code bpf_perf_event_output} writes to, an index per CPU (Linux 6.12: kernel/bpf/arraymap.c). The
 * events themselves are the embedder's: {@code RuntimeServices.perfEvent} takes the records.
 */
public final class PerfEventArrayMap extends MapInstance {
    PerfEventArrayMap(MapDefinition definition, int index) {
        super(definition, index, new Region().opaque("map " + definition.name(), definition));
    }

    @Override
    public long find(byte[] key) {
        return NONE;
    }

    /** No event can be opened from here. */
    @Override
    public int put(byte[] key, byte[] value, long flags, int cpu) {
        if (flags != BPF_ANY) {
            return -Errno.EINVAL;
        }
        return LittleEndian.u32(key, 0) >= maxEntries() ? -Errno.E2BIG : -Errno.EBADF;
    }

    @Override
    public int remove(byte[] key) {
        return LittleEndian.u32(key, 0) >= maxEntries() ? -Errno.E2BIG : missing();
    }

    @Override
    public List<byte[]> keys() {
        return List.of();
    }
}
