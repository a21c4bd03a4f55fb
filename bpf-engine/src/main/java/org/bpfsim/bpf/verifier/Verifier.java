package org.bpfsim.bpf.verifier;

/** Decides whether Linux 6.12 would load a program. */
public final class Verifier {
    private Verifier() {}

    /**
     * Walks all paths of a program.
     *
     * @param logLevel 0 only the failure, 1 the path that failed, 2 every path
     * @throws VerifierRefusal with the kernel's reason and errno
     */
    public static VerifiedProgram verify(VerifierInput input, int logLevel) throws VerifierRefusal {
        Verification verification = new Verification(input, logLevel);
        try {
            verification.run();
        } catch (Refused refused) {
            verification.log.line(refused.getMessage());
            if (verification.processed > 0) {
                verification.log.line(verification.statistics().toString().stripTrailing());
            }
            throw new VerifierRefusal(
                    refused.getMessage(), refused.errno, refused.slot, refused.missing, verification.log.text());
        }
        verification.log.line(verification.statistics().toString().stripTrailing());
        return new VerifiedProgram(
                input,
                verification.statistics(),
                verification.log.text(),
                verification.reached,
                verification.facts.facts());
    }
}
