package org.bpfsim.bpf.map;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.object.MapDefinition;

/**
 * {@code cgroup_storage} and {@code percpu_cgroup_storage} (docs.kernel.org/bpf/map_cgroup_storage.html; Linux 6.12:
 * kernel/bpf/local_storage.c): a value per cgroup that a program is attached to, shared by all attach types if keys are 8 bytes long,
 * otherwise one for each. Values come into being when a program is attached, here when it first asks for one, and the host
 * cannot make them.
 */
public final class CgroupStorageMap extends MapInstance {
    private static final int SHARED_KEY_BYTES = 8;

    private final Map<ByteBuffer, byte[][]> values = new LinkedHashMap<>();
    private final int cpus;

    CgroupStorageMap(MapDefinition definition, int index, int cpus) {
        super(definition, index, new Region().opaque("map " + definition.name(), definition));
        this.cpus = cpus;
    }

    /**
     * The value that a program on a cgroup sees, made if it is missing.
     *
     * @param cgroup id of the cgroup that the program is attached to
     * @param attachType Linux's number
     */
    public byte[] value(long cgroup, int attachType, int cpu) {
        byte[] key = scratchKey();
        LittleEndian.put(key, 0, 8, cgroup);
        if (key.length > SHARED_KEY_BYTES) {
            LittleEndian.put(key, 8, 4, attachType);
            LittleEndian.put(key, 12, 4, 0);
        }
        byte[][] found = values.get(ByteBuffer.wrap(key));
        if (found == null) {
            found = new byte[cpus][valueBytes()];
            values.put(ByteBuffer.wrap(key.clone()), found);
        }
        return found[cpus == 1 ? 0 : cpu];
    }

    @Override
    public int cpus() {
        return cpus;
    }

    @Override
    public long find(byte[] key) {
        return NONE;
    }

    /** Linux 6.12: cgroup_storage_update_elem(). */
    @Override
    public int put(byte[] key, byte[] value, long flags, int cpu) {
        boolean perCpu = cpus > 1;
        if ((flags & ~(perCpu ? BPF_EXIST : BPF_F_LOCK | BPF_EXIST)) != 0) {
            return -Errno.EINVAL;
        }
        byte[][] found = values.get(ByteBuffer.wrap(key));
        if (found == null) {
            return missing();
        }
        for (int i = 0; i < cpus; i++) {
            if (cpu == ALL_CPUS || cpu == i || !perCpu) {
                System.arraycopy(value, 0, found[i], 0, value.length);
            }
        }
        return 0;
    }

    @Override
    public int remove(byte[] key) {
        return -Errno.EINVAL;
    }

    @Override
    public byte[] lookup(byte[] key) {
        List<byte[]> all = lookupAll(key);
        return all.isEmpty() ? null : all.get(0);
    }

    @Override
    public List<byte[]> lookupAll(byte[] key) {
        checkLength("key", key, keyBytes());
        byte[][] found = values.get(ByteBuffer.wrap(key));
        List<byte[]> copies = new ArrayList<>();
        if (found != null) {
            for (byte[] value : found) {
                copies.add(value.clone());
            }
        }
        return copies;
    }

    @Override
    public List<byte[]> keys() {
        List<byte[]> keys = new ArrayList<>();
        values.keySet().forEach(k -> keys.add(k.array().clone()));
        return keys;
    }
}
