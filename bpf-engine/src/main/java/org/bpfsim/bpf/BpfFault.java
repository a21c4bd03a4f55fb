package org.bpfsim.bpf;

/**
 * A program did at run time what it must not do: touched memory outside its regions, wrote what it may only read, ran
 * out of its instruction budget. The message names program, instruction, C source line, register and reason.
 *
 * <p>Programs are verified before they run, so this is a defect of ours or of an embedder's helper: the second line of defence.
 */
public final class BpfFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient SourceLocation location;
    private final String reason;

    /**
     * @param location program, instruction and C source line
     * @param reason what the program did, with the register that it did it through
     */
    public BpfFault(SourceLocation location, String reason) {
        super(location
                + ": "
                + reason
                + "."
                + location.line()
                        .filter(l -> !l.text().isEmpty())
                        .map(l -> "\n  > " + l.text())
                        .orElse(""));
        this.location = location;
        this.reason = reason;
    }

    public SourceLocation location() {
        return location;
    }

    public String reason() {
        return reason;
    }
}
