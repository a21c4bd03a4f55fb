package org.bpfsim.bpf.object;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A variable of {@code .struct_ops} or {@code .struct_ops.link}: an implementation of a kernel struct of function pointers.
 *
 * @param name the C variable
 * @param type the struct's name, such as {@code tcp_congestion_ops}
 * @param link whether it was in {@code .struct_ops.link}
 * @param functions program names by member; members that are NULL are missing
 * @param data the bytes of all other members by member
 */
public record StructOpsDefinition(
        String name, String type, boolean link, Map<String, String> functions, Map<String, byte[]> data) {
    public StructOpsDefinition {
        functions = Collections.unmodifiableMap(new TreeMap<>(functions));
        data = Collections.unmodifiableMap(new TreeMap<>(data));
    }
}
