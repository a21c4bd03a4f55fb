package org.bpfsim.tcp.segment;

/** The bytes of one direction of a connection, where a program or an application reads them. */
public interface Payload {
    /** Copies {@code length} bytes that begin {@code streamOffset} bytes after the start of the stream. */
    void copyTo(long streamOffset, int length, byte[] target, int targetOffset);

    /** Nobody will ask for bytes before this offset again: the application at the end of their way has read them. */
    default void forget(long streamOffset) {}
}
