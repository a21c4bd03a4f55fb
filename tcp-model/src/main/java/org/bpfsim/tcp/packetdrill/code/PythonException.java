package org.bpfsim.tcp.packetdrill.code;

/** An assertion that failed, or code outside of the subset. */
public final class PythonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PythonException(String message) {
        super(message);
    }
}
