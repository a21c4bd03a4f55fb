package org.bpfsim.bpf.program;

import java.util.List;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.memory.AddressLayout;
import org.bpfsim.bpf.object.MapDefinition;

/** What is known of memory before a program runs: {@code .rodata} and {@code .kconfig}. */
final class ReadOnlyData implements Reachability.Constants {
    private final List<MapDefinition> maps;

    ReadOnlyData(List<MapDefinition> maps) {
        this.maps = maps;
    }

    @Override
    public boolean known(long address, int bytes) {
        byte[] data = data(address);
        long offset = AddressLayout.offset(address);
        return data != null && offset >= 0 && offset + bytes <= data.length;
    }

    @Override
    public long load(long address, int bytes) {
        return LittleEndian.get(data(address), (int) AddressLayout.offset(address), bytes);
    }

    private byte[] data(long address) {
        for (int i = 0; i < maps.size(); i++) {
            if (AddressLayout.valuesRegion(i) == AddressLayout.region(address)
                    && maps.get(i).readOnly()) {
                return maps.get(i).data().orElse(null);
            }
        }
        return null;
    }
}
