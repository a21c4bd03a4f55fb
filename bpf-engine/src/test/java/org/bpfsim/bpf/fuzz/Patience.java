package org.bpfsim.bpf.fuzz;

import org.bpfsim.bpf.interpreter.Watch;

/** Ends interpreted runs that take too long to be run to their end. */
final class Patience {
    static final long INSTRUCTIONS = 1 << 24;

    static final Watch WATCH = (slot, frame, registers, stack) -> {
        throw new Lost();
    };

    /** A run was ended. */
    static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private Patience() {}
}
