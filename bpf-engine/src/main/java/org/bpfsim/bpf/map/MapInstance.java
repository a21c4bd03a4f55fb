package org.bpfsim.bpf.map;

import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.memory.AddressLayout;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.object.MapDefinition;

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

    MapInstance(MapDefinition definition, int index, Region values) {
        this.index = index;
        this.definition = definition;
        this.values = values;
        this.self = new Region().opaque("map " + definition.name(), this);
        this.scratchKey = new byte[definition.keyBytes()];
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

    private void checkLength(String what, byte[] bytes, int length) {
        if (bytes.length != length) {
            throw new IllegalArgumentException(
                    "a " + what + " of map " + name() + " has " + length + " bytes, not " + bytes.length);
        }
    }

    @Override
    public final byte[] lookup(byte[] key) {
        checkLength("key", key, keyBytes());
        long offset = find(key);
        return offset == NONE ? null : copy(offset);
    }

    final byte[] copy(long offset) {
        byte[] array = values.arrayFor(offset, valueBytes(), false);
        byte[] value = new byte[valueBytes()];
        System.arraycopy(array, values.indexOf(offset), value, 0, value.length);
        return value;
    }

    final void write(long offset, byte[] value) {
        // The region may be read-only to programs; the host and the kernel write it all the same.
        byte[] array = values.arrayFor(offset, valueBytes(), false);
        System.arraycopy(value, 0, array, values.indexOf(offset), valueBytes());
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

    static final long BPF_F_NO_PREALLOC = 1;
    static final long BPF_F_RDONLY_PROG = 1 << 7;

    /** Whether the flags are those of an update at all. */
    static boolean knownFlags(long flags) {
        return flags >= 0 && flags <= BPF_EXIST;
    }

    static int missing() {
        return -Errno.ENOENT;
    }
}
