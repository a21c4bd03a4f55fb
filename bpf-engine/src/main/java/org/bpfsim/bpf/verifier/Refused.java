package org.bpfsim.bpf.verifier;

/** How a check inside the verifier ends the verification; {@link Verifier} turns it into a {@link VerifierRefusal}. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int errno;
    final int slot;
    /** Whether another kernel might have what is missing here. */
    final boolean missing;

    Refused(int errno, int slot, String message) {
        this(errno, slot, message, false);
    }

    Refused(int errno, int slot, String message, boolean missing) {
        super(message, null, false, false);
        this.errno = errno;
        this.slot = slot;
        this.missing = missing;
    }
}
