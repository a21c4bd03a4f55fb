package org.bpfsim.bpf.object;

import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.elf.ElfObject;

/** What an ELF object contains by libbpf's conventions. Knows no kernel; immutable. */
public final class BpfObject {
    private BpfObject() {}

    public static BpfObject open(ElfObject elf) throws BpfLoadException {
        throw new UnsupportedOperationException("in preparation");
    }
}
