package org.bpfsim.bpf.map;

import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.object.MapDefinition;

/**
 * {@code devmap}, {@code cpumap}, {@code xskmap}, {@code reuseport_sockarray}: maps of what no simulated kernel has. Objects that
 * declare them load; the maps stay empty.
 */
public final class UnfilledMap extends MapInstance {
    UnfilledMap(MapDefinition definition, int index) {
        super(definition, index, new Region().opaque("map " + definition.name(), definition));
    }

    @Override
    public long find(byte[] key) {
        return NONE;
    }

    /** There is no device, CPU, or socket to put in. */
    @Override
    public int put(byte[] key, byte[] value, long flags, int cpu) {
        if (flags > BPF_EXIST || flags < 0) {
            return -Errno.EINVAL;
        }
        return LittleEndian.u32(key, 0) >= Integer.toUnsignedLong(maxEntries()) ? -Errno.E2BIG : -Errno.EBADF;
    }

    @Override
    public int remove(byte[] key) {
        return LittleEndian.u32(key, 0) >= Integer.toUnsignedLong(maxEntries()) ? -Errno.EINVAL : missing();
    }

    @Override
    public byte[] lookup(byte[] key) {
        checkLength("key", key, keyBytes());
        return null;
    }

    @Override
    public List<byte[]> lookupAll(byte[] key) {
        checkLength("key", key, keyBytes());
        return List.of();
    }

    @Override
    public List<byte[]> keys() {
        return List.of();
    }
}
