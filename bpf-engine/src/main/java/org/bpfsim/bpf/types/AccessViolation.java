package org.bpfsim.bpf.types;

/** A program's access that cannot be made; whoever runs the program adds where it happened and makes it a fault. */
public final class AccessViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param reason what was tried and why it cannot be, without a final stop */
    public AccessViolation(String reason) {
        super(reason);
    }
}
