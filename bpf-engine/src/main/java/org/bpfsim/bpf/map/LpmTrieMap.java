package org.bpfsim.bpf.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.object.MapDefinition;

/**
 * {@code lpm_trie}: keys are prefixes, and a look-up finds the longest one that matches
 * (docs.kernel.org/bpf/map_lpm_trie.html; Linux 6.12: kernel/bpf/lpm_trie.c). A binary trie with a node per bit.
 *
 * <p>Hot path: no allocation in look-ups.
 */
final class LpmTrieMap extends MapInstance {
    private static final int PREFIX_LENGTH_BYTES = 4;

    private final int stride;
    private final int maxPrefix;
    /** Two children per node, 0 where there is none; node 0 is the root. */
    private int[] children = new int[32];

    private int[] entryOf = filled(16);
    private int nodes = 1;
    private int[] freeNodes = new int[0];
    private int freeNodeCount;

    private byte[][] keys = new byte[16][];
    private int highWater;
    private int[] freeEntries = new int[0];
    private int freeEntryCount;
    private int entries;

    LpmTrieMap(MapDefinition definition, int index) {
        super(definition, index, valueRegion(definition, definition.maxEntries()));
        this.stride = stride(definition);
        this.maxPrefix = 8 * (definition.keyBytes() - PREFIX_LENGTH_BYTES);
    }

    private static int[] filled(int size) {
        int[] array = new int[size];
        Arrays.fill(array, -1);
        return array;
    }

    private static int bit(byte[] key, int number) {
        return key[PREFIX_LENGTH_BYTES + (number >> 3)] >> 7 - (number & 7) & 1;
    }

    private long prefix(byte[] key) {
        return LittleEndian.u32(key, 0);
    }

    @Override
    public long find(byte[] key) {
        long length = prefix(key);
        if (length > maxPrefix) {
            return NONE;
        }
        int node = 0;
        int best = entryOf[0];
        for (int i = 0; i < length; i++) {
            node = children[2 * node + bit(key, i)];
            if (node == 0) {
                break;
            }
            if (entryOf[node] >= 0) {
                best = entryOf[node];
            }
        }
        return best < 0 ? NONE : (long) stride * best;
    }

    /** The node of exactly this prefix, or -1. */
    private int exact(byte[] key) {
        int node = 0;
        for (int i = 0; i < prefix(key); i++) {
            node = children[2 * node + bit(key, i)];
            if (node == 0) {
                return -1;
            }
        }
        return node;
    }

    @Override
    public int put(byte[] key, byte[] value, long flags, int cpu) {
        if (!knownFlags(flags) || prefix(key) > maxPrefix) {
            return -Errno.EINVAL;
        }
        int node = exact(key);
        boolean exists = node >= 0 && entryOf[node] >= 0;
        if (exists && flags == BPF_NOEXIST) {
            return -Errno.EEXIST;
        } else if (!exists && flags == BPF_EXIST) {
            return missing();
        } else if (!exists && entries == maxEntries()) {
            return -Errno.ENOSPC;
        }
        int entry = exists ? entryOf[node] : newEntry();
        if (!exists) {
            // The path first: it may replace the arrays.
            int end = makePath(key);
            entryOf[end] = entry;
        }
        keys[entry] = key.clone();
        write((long) stride * entry, value);
        return 0;
    }

    private int newEntry() {
        entries++;
        int entry = freeEntryCount > 0 ? freeEntries[--freeEntryCount] : highWater++;
        if (entry >= keys.length) {
            keys = Arrays.copyOf(keys, 2 * keys.length);
        }
        return entry;
    }

    private int makePath(byte[] key) {
        int node = 0;
        for (int i = 0; i < prefix(key); i++) {
            int slot = 2 * node + bit(key, i);
            if (children[slot] == 0) {
                int made = newNode();
                children[slot] = made;
            }
            node = children[slot];
        }
        return node;
    }

    private int newNode() {
        int node = freeNodeCount > 0 ? freeNodes[--freeNodeCount] : nodes++;
        if (node >= entryOf.length) {
            int old = entryOf.length;
            entryOf = Arrays.copyOf(entryOf, 2 * old);
            Arrays.fill(entryOf, old, 2 * old, -1);
            children = Arrays.copyOf(children, 4 * old);
        }
        return node;
    }

    @Override
    public int remove(byte[] key) {
        if (prefix(key) > maxPrefix) {
            return -Errno.EINVAL;
        }
        int node = exact(key);
        if (node < 0 || entryOf[node] < 0) {
            return missing();
        }
        int entry = entryOf[node];
        entryOf[node] = -1;
        keys[entry] = null;
        entries--;
        freeEntries = pushed(freeEntries, freeEntryCount++, entry);
        prune(key);
        return 0;
    }

    /** Gives back the nodes at the end of a path that lead nowhere any more. */
    private void prune(byte[] key) {
        int length = (int) prefix(key);
        int[] path = new int[length + 1];
        for (int i = 0; i < length; i++) {
            path[i + 1] = children[2 * path[i] + bit(key, i)];
        }
        for (int i = length; i > 0; i--) {
            int node = path[i];
            if (entryOf[node] >= 0 || children[2 * node] != 0 || children[2 * node + 1] != 0) {
                return;
            }
            children[2 * path[i - 1] + bit(key, i - 1)] = 0;
            freeNodes = pushed(freeNodes, freeNodeCount++, node);
        }
    }

    private static int[] pushed(int[] array, int count, int value) {
        int[] room = count < array.length ? array : Arrays.copyOf(array, Math.max(8, 2 * count));
        room[count] = value;
        return room;
    }

    /** A host asks for the longest prefix that matches too, as {@code bpf(2)} does. */
    @Override
    public List<byte[]> keys() {
        List<byte[]> all = new ArrayList<>();
        for (int entry = 0; entry < highWater; entry++) {
            if (keys[entry] != null) {
                all.add(keys[entry].clone());
            }
        }
        return all;
    }
}
