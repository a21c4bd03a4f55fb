package org.bpfsim.bpf.verifier;

/** How a check inside the verifier ends the verification; {@link Verifier} turns it into a {@link VerifierRefusal}. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int errno;
    final int slot;

    Refused(int errno, int slot, String message) {
        super(message, null, false, false);
        this.errno = errno;
        this.slot = slot;
    }
}
