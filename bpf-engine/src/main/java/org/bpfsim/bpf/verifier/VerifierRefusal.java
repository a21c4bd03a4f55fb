package org.bpfsim.bpf.verifier;

/** Linux would not load the program. */
public final class VerifierRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int errno;
    private final int slot;
    private final boolean missing;
    private final String log;

    VerifierRefusal(String message, int errno, int slot, boolean missing, String log) {
        super(message);
        this.errno = errno;
        this.slot = slot;
        this.missing = missing;
        this.log = log;
    }

    /** Positive, such as {@code EACCES}. */
    public int errno() {
        return errno;
    }

    /** The instruction that is wrong, in 8-byte slots from the start of the program with its sub-programs; -1 if none. */
    public int slot() {
        return slot;
    }

    /**
     * Whether it is for lack of something in the kernel that was judged for: a type, a field, a function. Another kernel may have
     * it.
     */
    public boolean missing() {
        return missing;
    }

    /** The verifier's log; its last lines say what went wrong. */
    public String log() {
        return log;
    }
}
