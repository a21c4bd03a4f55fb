package org.bpfsim.bpf.verifier;

import org.bpfsim.bpf.Errno;

/** The verifier for those who try many programs and cannot wait for the few that take a million instructions to be refused. */
public final class QuickVerification {
    private QuickVerification() {}

    /** Whether the verifier is done with a program, whatever it says of it, after so many instructions. */
    public static boolean ends(VerifierInput input, int instructions) {
        Verification verification = new Verification(input, 0, instructions);
        try {
            verification.run();
            return true;
        } catch (Refused refused) {
            return refused.errno != Errno.E2BIG || verification.processed <= instructions;
        }
    }
}
