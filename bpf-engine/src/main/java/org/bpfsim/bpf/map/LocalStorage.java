package org.bpfsim.bpf.map;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The storage that {@code sk_storage} maps keep with one object: the object holds it, so that it dies with it. Create
 * one per owner, or lazily at the first call of {@link Owner#localStorage}.
 */
public final class LocalStorage {
    /** An object that can have local storage, such as a socket. */
    public interface Owner {
        LocalStorage localStorage();
    }

    private static final int BPF_F_CLONE = 1 << 9;

    private BpfMap[] maps = new BpfMap[1];
    private byte[][] values = new byte[1][];
    private int size;

    /** The value that a map keeps here, or null. */
    byte[] get(BpfMap map) {
        for (int i = 0; i < size; i++) {
            if (maps[i] == map) {
                return values[i];
            }
        }
        return null;
    }

    void put(BpfMap map, byte[] value) {
        if (size == maps.length) {
            maps = Arrays.copyOf(maps, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        maps[size] = map;
        values[size++] = value;
    }

    boolean remove(BpfMap map) {
        for (int i = 0; i < size; i++) {
            if (maps[i] == map) {
                maps[i] = maps[--size];
                values[i] = values[size];
                maps[size] = null;
                values[size] = null;
                return true;
            }
        }
        return false;
    }

    /** What each map keeps here, by its name, in the order in which values were made; copies. */
    public Map<String, byte[]> values() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            all.put(maps[i].name(), values[i].clone());
        }
        return all;
    }

    /** Copies to a new owner what maps with {@code BPF_F_CLONE} keep here (Linux 6.12: bpf_sk_storage_clone()). */
    public void cloneTo(LocalStorage other) {
        for (int i = 0; i < size; i++) {
            if (maps[i] instanceof MapInstance map && (map.definition().flags() & BPF_F_CLONE) != 0) {
                other.put(maps[i], values[i].clone());
            }
        }
    }

    /** Forgets everything: the owner was freed and its Java object is used again. */
    public void clear() {
        Arrays.fill(maps, null);
        Arrays.fill(values, null);
        size = 0;
    }
}
