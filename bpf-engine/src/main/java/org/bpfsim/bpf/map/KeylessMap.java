package org.bpfsim.bpf.map;

import java.util.List;
import org.bpfsim.bpf.memory.Region;
import org.bpfsim.bpf.object.MapDefinition;

/** A map whose values have no keys: nothing is found in it, and there is nothing to go through. */
abstract class KeylessMap extends MapInstance {
    KeylessMap(MapDefinition definition, int index, Region values) {
        super(definition, index, values);
    }

    @Override
    public final long find(byte[] key) {
        return NONE;
    }

    @Override
    public final List<byte[]> keys() {
        return List.of();
    }
}
