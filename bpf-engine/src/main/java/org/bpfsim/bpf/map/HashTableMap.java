package org.bpfsim.bpf.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.types.Addresses;

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
    /** LRU forms: the living entries from the oldest use to the latest, as a list. */
    private int[] older = new int[0];

    private int[] newer = new int[0];
    private int oldest = -1;
    private int newest = -1;
    private int entries;
    /** Entries ever used; freed ones are listed in {@code free}. */
    private int highWater;

    private int[] free = new int[8];
    private int freeCount;

    HashTableMap(MapDefinition definition, int index, int cpus, boolean evicts, Handles handles) {
        super(definition, index, valueRegion(definition, (long) definition.maxEntries() * cpus), handles);
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
        use(entry);
        return offset(entry, cpu);
    }

    @Override
    long locate(byte[] key) {
        int entry = entryOf(key);
        return entry < 0 ? NONE : offset(entry, 0);
    }

    @Override
    public int cpus() {
        return cpus;
    }

    @Override
    public int places() {
        return highWater;
    }

    @Override
    public boolean keyAt(int place, byte[] key) {
        if (place >= highWater || !live[place]) {
            return false;
        }
        System.arraycopy(keys, place * keyBytes, key, 0, keyBytes);
        return true;
    }

    @Override
    public long keyAddress(int place, Addresses addresses) {
        return addresses.ofBytes(keys, place * keyBytes, keyBytes, false);
    }

    private long offset(int entry, int cpu) {
        return stride * (entry + (cpus == 1 ? 0 : (long) cpu * maxEntries()));
    }

    @Override
    public int put(byte[] key, byte[] value, long flags, int onlyCpu) {
        if (wrongFlags(flags) != 0) {
            return -Errno.EINVAL;
        }
        long mode = flags & ~BPF_F_LOCK;
        int entry = entryOf(key);
        if (entry >= 0 && mode == BPF_NOEXIST) {
            return -Errno.EEXIST;
        } else if (entry < 0 && mode == BPF_EXIST) {
            return missing();
        }
        if (entry < 0) {
            if (entries == maxEntries()) {
                if (!evicts) {
                    return -Errno.E2BIG;
                }
                removeEntry(oldest);
            }
            entry = insert(key);
            if (onlyCpu != ALL_CPUS) {
                // The other CPUs' values of a new entry are zero (Linux 6.12: pcpu_init_value() in
                // kernel/bpf/hashtab.c).
                for (int cpu = 0; cpu < cpus; cpu++) {
                    write(offset(entry, cpu), zero);
                }
            }
        } else if ((flags & BPF_F_LOCK) == 0) {
            // Linux puts another element in the place of this one, unless it only writes the value under its lock.
            freeFields(entry);
        }
        use(entry);
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
            if (evicts) {
                older = Arrays.copyOf(older, capacity);
                newer = Arrays.copyOf(newer, capacity);
            }
            keys = Arrays.copyOf(keys, Math.multiplyExact(capacity, keyBytes));
        }
        System.arraycopy(key, 0, keys, entry * keyBytes, keyBytes);
        live[entry] = true;
        append(entry);
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
        freeFields(entry);
        unlink(entry);
        entries--;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = entry;
    }

    private void use(int entry) {
        if (evicts && entry != newest) {
            unlink(entry);
            append(entry);
        }
    }

    private void append(int entry) {
        if (evicts) {
            older[entry] = newest;
            newer[entry] = -1;
            if (newest >= 0) {
                newer[newest] = entry;
            } else {
                oldest = entry;
            }
            newest = entry;
        }
    }

    private void unlink(int entry) {
        if (evicts) {
            int before = older[entry];
            int after = newer[entry];
            if (before >= 0) {
                newer[before] = after;
            } else {
                oldest = after;
            }
            if (after >= 0) {
                older[after] = before;
            } else {
                newest = before;
            }
        }
    }
}
