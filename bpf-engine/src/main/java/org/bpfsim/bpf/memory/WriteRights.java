package org.bpfsim.bpf.memory;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bpfsim.bpf.types.Leaf;
import org.bpfsim.bpf.types.StructLayout;
import org.bpfsim.bpf.types.StructType;

/** Which kernel fields a program may write, as tables over the leaves of each struct. Immutable after construction. */
public final class WriteRights {
    private final Map<StructLayout, boolean[]> byLayout = new IdentityHashMap<>();

    /**
     * @param structs all structs that programs can meet
     * @param writableFields {@code struct.field}; a field counts wherever its struct is embedded
     * @param contexts structs whose fields may be written wherever they have a setter
     */
    public WriteRights(Iterable<StructType<?>> structs, Set<String> writableFields, List<StructType<?>> contexts) {
        for (StructType<?> struct : structs) {
            List<Leaf> leaves = struct.layout().leaves();
            boolean[] rights = new boolean[leaves.size()];
            for (Leaf leaf : leaves) {
                String field = leaf.path().endsWith("]")
                        ? leaf.path().substring(0, leaf.path().lastIndexOf('['))
                        : leaf.path();
                rights[leaf.index()] =
                        leaf.hasSetter() && (contexts.contains(struct) || writableFields.contains(field));
            }
            byLayout.put(struct.layout(), rights);
        }
    }

    /** By leaf; null where nothing may be written. */
    public boolean[] of(StructLayout layout) {
        return byLayout.get(layout);
    }
}
