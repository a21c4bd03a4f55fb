package org.bpfsim.tcp.packetdrill.socket;

/** A system call that a script describes wrongly, that is not modelled, or that gave something else. */
public final class CallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CallException(String message) {
        super(message);
    }
}
