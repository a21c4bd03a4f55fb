package org.bpfsim.tcp.bpf;

/** A loaded program or map cannot take effect on a host; the message says which, why, and the way to mend it. */
public final class BpfAttachException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /** @param errno what Linux would have answered, positive */
    BpfAttachException(int errno, String message) {
        super(message);
        this.errno = errno;
    }

    /** What Linux would have answered, positive. */
    public int errno() {
        return errno;
    }
}
