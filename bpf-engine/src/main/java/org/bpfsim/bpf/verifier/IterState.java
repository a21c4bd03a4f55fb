package org.bpfsim.bpf.verifier;

/** An open-coded iterator on the stack (Linux: {@code struct bpf_iter_*}). Immutable. */
record IterState(String kind, boolean drained, int depth, boolean firstSlot, int slots, boolean rcu) {
    IterState with(boolean isDrained, int newDepth) {
        return new IterState(kind, isDrained, newDepth, firstSlot, slots, rcu);
    }
}
