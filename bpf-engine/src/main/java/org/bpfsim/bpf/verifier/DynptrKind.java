package org.bpfsim.bpf.verifier;

/** What a dynptr gives access to (Linux: {@code enum bpf_dynptr_type}). */
enum DynptrKind {
    LOCAL,
    RINGBUF,
    SKB,
    XDP;

    boolean acquiresReference() {
        return this == RINGBUF;
    }
}
