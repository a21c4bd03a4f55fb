package org.bpfsim.bpf.object;

import java.util.Arrays;
import java.util.Optional;

/**
 * A map that an object declares, or a section of global data, which is an array map with one value.
 *
 * @param name the C variable; for global data the section, such as {@code .rodata}
 * @param flags {@code BPF_F_*} of map creation
 * @param keyType BTF id of the key; 0 when unknown
 * @param valueType BTF id of the value; 0 when unknown
 * @param data the initial value of global data
 * @param readOnly whether programs must not write it ({@code .rodata}, {@code .kconfig})
 */
public record MapDefinition(
        String name,
        MapType type,
        int keyBytes,
        int valueBytes,
        int maxEntries,
        long flags,
        int keyType,
        int valueType,
        Optional<byte[]> data,
        boolean readOnly) {

    static MapDefinition globalData(String section, byte[] contents, boolean readOnly) {
        return new MapDefinition(
                section, MapType.ARRAY, 4, contents.length, 1, 0, 0, 0, Optional.of(contents), readOnly);
    }

    /** The same global data with other contents. */
    public MapDefinition withData(byte[] contents) {
        return globalData(name, contents, readOnly);
    }

    /** Whether it holds global variables. */
    public boolean isGlobalData() {
        return data.isPresent();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MapDefinition that
                && name.equals(that.name)
                && type == that.type
                && keyBytes == that.keyBytes
                && valueBytes == that.valueBytes
                && maxEntries == that.maxEntries
                && flags == that.flags
                && readOnly == that.readOnly
                && Arrays.equals(data.orElse(null), that.data.orElse(null));
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
