package org.bpfsim.bpf.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.btf.SpecialField;
import org.bpfsim.bpf.memory.AddressLayout;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.types.Addresses;

/**
 * A map as programs use it. Keys and values are passed as a place in an array, values are found by their offset in the map's
 * value region, so that nothing is copied that need not be.
 */
public abstract class MapInstance implements BpfMap {
    /** Flags of updates (Linux: include/uapi/linux/bpf.h). */
    public static final long BPF_ANY = 0;

    public static final long BPF_NOEXIST = 1;
    public static final long BPF_EXIST = 2;

    /** Stands for every CPU where one can be named. */
    public static final int ALL_CPUS = -1;

    /** No such entry. */
    public static final long NONE = -1;

    private final MapDefinition definition;
    private final int index;
    private final Region self;
    private final Region values;
    private final byte[] scratchKey;
    private byte[] scratchValue;
    /** Parts of a value that are the kernel's, ordered by their offsets. */
    private final SpecialField[] fields;

    private final int lockOffset;
    /** Null if values have none. */
    private final ElementTimers timers;

    private boolean heldByUser = true;

    MapInstance(MapDefinition definition, int index, Region values) {
        this(definition, index, values, Handles.NONE);
    }

    MapInstance(MapDefinition definition, int index, Region values, Handles handles) {
        this.index = index;
        this.definition = definition;
        this.values = values;
        this.self = new Region().opaque("map " + definition.name(), this);
        this.scratchKey = new byte[definition.keyBytes()];
        this.fields = definition.extras().fields().toArray(SpecialField[]::new);
        this.lockOffset = definition.extras().offsetOf(SpecialField.Kind.SPIN_LOCK);
        this.timers =
                definition.extras().offsetOf(SpecialField.Kind.TIMER) < 0 ? null : new ElementTimers(this, handles);
    }

    /** Space that a helper may read a key into: helpers of one instance never run at once. */
    public final byte[] scratchKey() {
        return scratchKey;
    }

    public final byte[] scratchValue() {
        if (scratchValue == null) {
            scratchValue = new byte[definition.valueBytes()];
        }
        return scratchValue;
    }

    public final MapDefinition definition() {
        return definition;
    }

    /** The region by which programs name the map. */
    public final Region self() {
        return self;
    }

    /** The region that values lie in. */
    public final Region values() {
        return values;
    }

    @Override
    public final String name() {
        return definition.name();
    }

    @Override
    public final String type() {
        return definition.type().linuxName();
    }

    @Override
    public final int keyBytes() {
        return definition.keyBytes();
    }

    @Override
    public final int valueBytes() {
        return definition.valueBytes();
    }

    @Override
    public final int maxEntries() {
        return definition.maxEntries();
    }

    /** The address of a value by its offset; NULL for {@link #NONE}. */
    public final long valueAddress(long offset) {
        return offset == NONE ? 0 : AddressLayout.address(AddressLayout.valuesRegion(index), offset);
    }

    /** The offset of an entry's value in the value region, or {@link #NONE}. */
    public abstract long find(byte[] key);

    /**
     * Writes a value: 0 or a negated errno.
     *
     * @param cpu whose value a per-CPU map writes; {@link #ALL_CPUS} for every one
     */
    public abstract int put(byte[] key, byte[] value, long flags, int cpu);

    /** Deletes an entry: 0 or a negated errno. */
    public abstract int remove(byte[] key);

    /** The address of a value for the CPU that runs the program; NULL if there is none ({@code bpf_map_lookup_elem}). */
    public long address(byte[] key, int cpu) {
        return valueAddress(find(key, cpu));
    }

    /** The address by which programs know the map itself. */
    public final long selfAddress() {
        return AddressLayout.address(AddressLayout.mapRegion(index), 0);
    }

    /** What stands for the map where maps are values, unique within its instance; never 0. */
    public final int id() {
        return index + 1;
    }

    /** The offset of a value of CPU 0, found without using it: a host's look-ups leave no trace. */
    long locate(byte[] key) {
        return find(key);
    }

    /** Places that entries can be in, for a walk over all of them; 0 if programs cannot walk over this map. */
    public int places() {
        return 0;
    }

    /** Copies the key of the entry in a place; false if there is none. */
    public boolean keyAt(int place, byte[] key) {
        return false;
    }

    /** The address of the key of the entry in a place, for a callback: the key that it last had if it was deleted. */
    public long keyAddress(int place, Addresses addresses) {
        throw new UnsupportedOperationException(type() + " has no places");
    }

    /** The address of the value of the entry in a place, for one CPU. */
    public long addressAt(int place, int cpu) {
        return valueAddress(stride(definition) * (place + (cpus() == 1 ? 0 : (long) cpu * maxEntries())));
    }

    /** {@code bpf_map_push_elem}: 0 or a negated errno. */
    public int push(byte[] value, long flags) {
        return -Errno.EOPNOTSUPP;
    }

    /** {@code bpf_map_pop_elem}: fills {@code value}; 0 or a negated errno. */
    public int pop(byte[] value) {
        return -Errno.EOPNOTSUPP;
    }

    /** {@code bpf_map_peek_elem}: fills {@code value}, or asks whether it is there; 0 or a negated errno. */
    public int peek(byte[] value) {
        return -Errno.EOPNOTSUPP;
    }

    /** CPUs that have values of their own; 1 unless the map is per CPU. */
    public int cpus() {
        return 1;
    }

    /** The value's offset for the CPU that runs the program; the same as {@link #find} unless the map is per CPU. */
    public long find(byte[] key, int cpu) {
        return find(key);
    }

    @Override
    public final int update(byte[] key, byte[] value, long flags) {
        checkLength("key", key, keyBytes());
        checkLength("value", value, valueBytes());
        return put(key, value, flags, ALL_CPUS);
    }

    @Override
    public final int delete(byte[] key) {
        checkLength("key", key, keyBytes());
        return remove(key);
    }

    final void checkLength(String what, byte[] bytes, int length) {
        if (bytes.length != length) {
            throw new IllegalArgumentException(
                    "a " + what + " of map " + name() + " has " + length + " bytes, not " + bytes.length);
        }
    }

    @Override
    public byte[] lookup(byte[] key) {
        checkLength("key", key, keyBytes());
        long offset = locate(key);
        return offset == NONE ? null : copy(offset);
    }

    @Override
    public List<byte[]> lookupAll(byte[] key) {
        checkLength("key", key, keyBytes());
        List<byte[]> all = new ArrayList<>();
        if (locate(key) != NONE) {
            for (int cpu = 0; cpu < cpus(); cpu++) {
                all.add(copy(locate(key) + (long) cpu * maxEntries() * stride(definition)));
            }
        }
        return all;
    }

    @Override
    public byte[] take(byte[] key) {
        byte[] value = lookup(key);
        return value != null && delete(key) == 0 ? value : null;
    }

    final byte[] copy(long offset) {
        byte[] array = values.arrayFor(offset, valueBytes(), false);
        byte[] value = new byte[valueBytes()];
        System.arraycopy(array, values.indexOf(offset), value, 0, value.length);
        for (SpecialField field : fields) {
            Arrays.fill(value, field.offset(), field.offset() + field.bytes(), (byte) 0);
        }
        return value;
    }

    /** Copies a value, but for what of it is the kernel's (Linux 6.12: copy_map_value() in include/linux/bpf.h). */
    final void write(long offset, byte[] value) {
        // The region may be read-only to programs; the host and the kernel write it all the same.
        byte[] array = values.arrayFor(offset, valueBytes(), false);
        int from = 0;
        for (SpecialField field : fields) {
            System.arraycopy(value, from, array, values.indexOf(offset + from), field.offset() - from);
            from = field.offset() + field.bytes();
        }
        System.arraycopy(value, from, array, values.indexOf(offset + from), valueBytes() - from);
    }

    /** An entry's value is given up: what it owns goes with it (Linux 6.12: bpf_obj_free_fields()). */
    final void freeFields(int place) {
        if (timers != null) {
            timers.free(place);
        }
    }

    /** The timers in values; null if there are none. */
    public final ElementTimers timers() {
        return timers;
    }

    /** Whether user space still holds the map: a map with timers is of no use without. */
    public final boolean isHeldByUser() {
        return heldByUser;
    }

    /** User space gives the map back: its timers are cancelled, and no more can be made (Linux: map_release_uref()). */
    public final void giveBack() {
        heldByUser = false;
        if (timers != null) {
            timers.freeAll();
        }
    }

    /** The place of the entry whose value lies at an offset of the value region. */
    public final int placeOf(long offset) {
        return (int) (offset / stride(definition));
    }

    /** Values are aligned to 8 bytes, as in the kernel. */
    static int stride(MapDefinition definition) {
        return Math.max(8, (definition.valueBytes() + 7) / 8 * 8);
    }

    static Region valueRegion(MapDefinition definition, long count) {
        return new Region()
                .elements(
                        "map " + definition.name(),
                        stride(definition),
                        definition.valueBytes(),
                        count,
                        (definition.flags() & BPF_F_RDONLY_PROG) == 0);
    }

    /** Flags of map creation (Linux: include/uapi/linux/bpf.h). */
    static final long BPF_F_NO_PREALLOC = 1;

    static final long BPF_F_NO_COMMON_LRU = 1 << 1;
    static final long BPF_F_NUMA_NODE = 1 << 2;
    static final long BPF_F_RDONLY = 1 << 3;
    static final long BPF_F_WRONLY = 1 << 4;
    static final long BPF_F_ZERO_SEED = 1 << 6;
    static final long BPF_F_RDONLY_PROG = 1 << 7;
    static final long BPF_F_WRONLY_PROG = 1 << 8;
    static final long BPF_F_MMAPABLE = 1 << 10;
    static final long BPF_F_INNER_MAP = 1 << 12;

    /** Flag of updates: take the value's spin lock meanwhile. */
    public static final long BPF_F_LOCK = 4;

    /** What is wrong with the flags of an update of an array or hash (Linux 6.12: array_map_update_elem()); 0 if nothing. */
    final int wrongFlags(long flags) {
        return knownFlags(flags & ~BPF_F_LOCK) && ((flags & BPF_F_LOCK) == 0 || lockOffset >= 0) ? 0 : -Errno.EINVAL;
    }

    /** Whether the flags are those of an update at all. */
    static boolean knownFlags(long flags) {
        return flags >= 0 && flags <= BPF_EXIST;
    }

    static int missing() {
        return -Errno.ENOENT;
    }
}
