package org.bpfsim.bpf.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.object.MapDefinition;

/**
 * {@code hash} and its per-CPU and LRU forms (Linux 6.12: kernel/bpf/hashtab.c): open addressing over entries whose keys
 * and values lie in slabs. Entries keep their place while they live, and a deleted entry's value stays readable until
 * the entry is used again, as under RCU. Keys are listed in the order of their places, which depends on nothing but the
 * history of the map. The LRU forms evict exactly the entry that was used longest ago, where Linux approximates.
 */
final class HashTableMap extends MapInstance {
    private static final int EMPTY = -1;
    private static final int DELETED = -2;

    private final int keyBytes;
    private final int stride;
    private final int cpus;
    private final boolean evicts;
    private final byte[] zero;

    /** Entry numbers by hash; a power of two, at most half full. */
    private int[] table = filled(16);
    /** Cells of {@code table} that are not empty. */
    private int usedCells;

    private byte[] keys = new byte[0];
    private boolean[] live = new boolean[0];
    /** When an entry was last used, counted in uses: LRU forms evict the smallest. */
    private long[] lastUse = new long[0];

    private long uses;
    private int entries;
    /** Entries ever used; freed ones are listed in {@code free}. */
    private int highWater;

    private int[] free = new int[8];
    private int freeCount;

    HashTableMap(MapDefinition definition, int index, int cpus, boolean evicts) {
        super(definition, index, valueRegion(definition, (long) definition.maxEntries() * cpus));
        this.keyBytes = definition.keyBytes();
        this.stride = stride(definition);
        this.cpus = cpus;
        this.evicts = evicts;
        this.zero = new byte[definition.valueBytes()];
    }

    private static int[] filled(int size) {
        int[] table = new int[size];
        Arrays.fill(table, EMPTY);
        return table;
    }

    @Override
    public long find(byte[] key) {
        return find(key, 0);
    }

    @Override
    public long find(byte[] key, int cpu) {
        int entry = entryOf(key);
        if (entry < 0) {
            return NONE;
        }
        lastUse[entry] = ++uses;
        return offset(entry, cpu);
    }

    private long offset(int entry, int cpu) {
        return stride * (entry + (cpus == 1 ? 0 : (long) cpu * maxEntries()));
    }

    @Override
    public int put(byte[] key, byte[] value, long flags, int onlyCpu) {
        if (!knownFlags(flags)) {
            return -Errno.EINVAL;
        }
        int entry = entryOf(key);
        if (entry >= 0 && flags == BPF_NOEXIST) {
            return -Errno.EEXIST;
        } else if (entry < 0 && flags == BPF_EXIST) {
            return missing();
        }
        if (entry < 0) {
            if (entries == maxEntries()) {
                if (!evicts) {
                    return -Errno.E2BIG;
                }
                removeEntry(leastRecentlyUsed());
            }
            entry = insert(key);
            if (onlyCpu != ALL_CPUS) {
                // The other CPUs' values of a new entry are zero (Linux 6.12: pcpu_init_value() in
                // kernel/bpf/hashtab.c).
                for (int cpu = 0; cpu < cpus; cpu++) {
                    write(offset(entry, cpu), zero);
                }
            }
        }
        lastUse[entry] = ++uses;
        for (int cpu = 0; cpu < cpus; cpu++) {
            if (onlyCpu == ALL_CPUS || cpus == 1 || cpu == onlyCpu) {
                write(offset(entry, cpu), value);
            }
        }
        return 0;
    }

    @Override
    public int remove(byte[] key) {
        int entry = entryOf(key);
        if (entry < 0) {
            return missing();
        }
        removeEntry(entry);
        return 0;
    }

    @Override
    public List<byte[]> keys() {
        List<byte[]> all = new ArrayList<>();
        for (int entry = 0; entry < highWater; entry++) {
            if (live[entry]) {
                all.add(Arrays.copyOfRange(keys, entry * keyBytes, (entry + 1) * keyBytes));
            }
        }
        return all;
    }

    private int entryOf(byte[] key) {
        int cell = cellOf(key);
        return cell < 0 ? -1 : table[cell];
    }

    private int cellOf(byte[] key) {
        int mask = table.length - 1;
        for (int cell = hash(key, 0) & mask; table[cell] != EMPTY; cell = cell + 1 & mask) {
            int entry = table[cell];
            if (entry >= 0 && sameKey(entry, key)) {
                return cell;
            }
        }
        return -1;
    }

    private boolean sameKey(int entry, byte[] key) {
        int at = entry * keyBytes;
        return Arrays.equals(keys, at, at + keyBytes, key, 0, keyBytes);
    }

    /** FNV-1a with a final mix, so that keys that differ in high bytes only spread too. */
    private int hash(byte[] key, int at) {
        int hash = 0x811c9dc5;
        for (int i = at; i < at + keyBytes; i++) {
            hash = (hash ^ key[i] & 0xff) * 0x01000193;
        }
        hash ^= hash >>> 15;
        return hash * 0x2c1b3c6d;
    }

    private int insert(byte[] key) {
        int entry = freeCount > 0 ? free[--freeCount] : highWater++;
        if (entry >= live.length) {
            int capacity = (int) Math.min(maxEntries(), Math.max(16L, 2L * live.length));
            live = Arrays.copyOf(live, capacity);
            lastUse = Arrays.copyOf(lastUse, capacity);
            keys = Arrays.copyOf(keys, Math.multiplyExact(capacity, keyBytes));
        }
        System.arraycopy(key, 0, keys, entry * keyBytes, keyBytes);
        live[entry] = true;
        entries++;
        if (2 * (usedCells + 1) > table.length) {
            rehash();
        } else {
            place(entry);
        }
        return entry;
    }

    private void place(int entry) {
        int mask = table.length - 1;
        int cell = hash(keys, entry * keyBytes) & mask;
        while (table[cell] >= 0) {
            cell = cell + 1 & mask;
        }
        if (table[cell] == EMPTY) {
            usedCells++;
        }
        table[cell] = entry;
    }

    private void rehash() {
        int size = 16;
        while (size < 4 * entries) {
            size *= 2;
        }
        table = filled(size);
        usedCells = 0;
        for (int entry = 0; entry < highWater; entry++) {
            if (live[entry]) {
                place(entry);
            }
        }
    }

    private void removeEntry(int entry) {
        int mask = table.length - 1;
        int cell = hash(keys, entry * keyBytes) & mask;
        while (table[cell] != entry) {
            cell = cell + 1 & mask;
        }
        table[cell] = DELETED;
        live[entry] = false;
        entries--;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = entry;
    }

    private int leastRecentlyUsed() {
        int oldest = -1;
        for (int entry = 0; entry < highWater; entry++) {
            if (live[entry] && (oldest < 0 || lastUse[entry] < lastUse[oldest])) {
                oldest = entry;
            }
        }
        return oldest;
    }
}
