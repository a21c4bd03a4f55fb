package org.bpfsim.bpf.map;

import java.util.List;

/** A map of an instance, as the host reads and writes it ({@code bpf(2)}'s map commands): keys and values are bytes. */
public interface BpfMap {
    String name();

    /** Linux's name of the map type in lower case, such as {@code hash}. */
    String type();

    int keyBytes();

    int valueBytes();

    int maxEntries();

    /** All keys, in an order that depends on nothing but what was done to the map. */
    List<byte[]> keys();

    /**
     * A copy of the value, or null if there is none.
     *
     * @throws IllegalArgumentException if the key is not {@link #keyBytes} long
     */
    byte[] lookup(byte[] key);

    /** Copies of the value of each CPU; one if the map is not per CPU, none if there is no such entry. */
    List<byte[]> lookupAll(byte[] key);

    /**
     * Reads a value and deletes it ({@code BPF_MAP_LOOKUP_AND_DELETE_ELEM}); the next one of a queue or stack, whose keys
     * are empty. Null if there is none.
     */
    byte[] take(byte[] key);

    /**
     * Writes a value.
     *
     * @param flags {@code BPF_ANY} 0, {@code BPF_NOEXIST} 1, {@code BPF_EXIST} 2
     * @return 0 or a negated errno
     * @throws IllegalArgumentException if key or value have the wrong length
     */
    int update(byte[] key, byte[] value, long flags);

    /** Deletes an entry: 0 or a negated errno. */
    int delete(byte[] key);
}
