package org.bpfsim.bpf.elf;

import org.bpfsim.bpf.BpfLoadException;

/** A relocatable ELF64 object for {@code EM_BPF}. */
public final class ElfObject {
    private ElfObject() {}

    /**
     * Reads an object.
     *
     * @param name how messages call it, usually the file's name
     */
    public static ElfObject parse(byte[] bytes, String name) throws BpfLoadException {
        throw new UnsupportedOperationException("in preparation");
    }
}
