package org.bpfsim.tcp.packetdrill.socket;

/** A system call that has begun and may have to wait. */
public interface PendingCall {
    /** Result of {@link #attempt} for a call that has to wait. */
    long BLOCKED = Long.MIN_VALUE;

    /**
     * Goes on with the call.
     *
     * @return its result (negated errno for an error), or {@link #BLOCKED}
     */
    long attempt();

    /** When the call gives up waiting, in microseconds of the run; {@link Long#MAX_VALUE} if never. */
    default long deadlineUs() {
        return Long.MAX_VALUE;
    }
}
