package org.bpfsim.tcp.packetdrill.files;

import java.util.Map;
import java.util.TreeMap;

/** Files that a script's shell lines make, by their sizes: nothing is written anywhere. */
public final class ScratchFiles {
    private final Map<String, Long> sizes = new TreeMap<>();

    public void create(String path, long bytes) {
        sizes.put(path, bytes);
    }

    public void remove(String path) {
        sizes.remove(path);
    }

    /** Bytes of a file, or -1 if there is none. */
    public long size(String path) {
        return sizes.getOrDefault(path, -1L);
    }
}
