package org.bpfsim.bpf.verifier;

import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.btf.BtfType;

/** A type of the kernel's or of a program's own BTF. */
record BtfRef(Btf btf, int id) {
    String name() {
        return btf.type(id).name();
    }

    BtfType type() {
        return btf.type(id);
    }

    BtfType.Struct struct() {
        return (BtfType.Struct) btf.type(id);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof BtfRef r && r.btf == btf && r.id == id;
    }

    @Override
    public int hashCode() {
        return id;
    }

    @Override
    public String toString() {
        return name();
    }
}
