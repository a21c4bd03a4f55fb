package org.bpfsim.bpf.map;

import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.object.MapDefinition;

/**
 * {@code sk_storage}: one value per socket, kept by the socket (Linux 6.12: net/core/bpf_sk_storage.c). Programs reach values
 * through {@code bpf_sk_storage_get()} only.
 */
public final class StorageMap extends MapInstance {
    /** Flag of {@code bpf_sk_storage_get}: make the value if it is missing (BPF_SK_STORAGE_GET_F_CREATE). */
    public static final long CREATE = 1;

    StorageMap(MapDefinition definition, int index) {
        super(definition, index, new Region().opaque("map " + definition.name(), definition));
    }

    /** The owner's value, or null. */
    public byte[] get(LocalStorage.Owner owner) {
        return owner.localStorage().get(this);
    }

    /** The owner's value, made if it is missing: zero, or a copy of {@code initial} if that is not null. */
    public byte[] getOrCreate(LocalStorage.Owner owner, byte[] initial) {
        byte[] value = owner.localStorage().get(this);
        if (value == null) {
            value = initial == null ? new byte[valueBytes()] : initial.clone();
            owner.localStorage().put(this, value);
        }
        return value;
    }

    /** Removes the owner's value: 0 or a negated errno. */
    public int remove(LocalStorage.Owner owner) {
        return owner.localStorage().remove(this) ? 0 : missing();
    }

    @Override
    public long find(byte[] key) {
        return NONE;
    }

    @Override
    public int put(byte[] key, byte[] value, long flags, int cpu) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    public int remove(byte[] key) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    public List<byte[]> keys() {
        return List.of();
    }
}
