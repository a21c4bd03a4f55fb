package org.bpfsim.tcp.app;

/** An application at one end of a connection: what the network tells it. It may call the socket back at once. */
public interface SocketHandler {
    /** The handshake is complete. */
    default void onConnected(Socket socket) {}

    /** So many bytes can be read; called again with every arrival until they are. */
    default void onReadable(Socket socket, long bytesAvailable) {}

    /** The send buffer has room again after {@link Socket#write} took less than it was given. */
    default void onWritable(Socket socket) {}

    /**
     * What {@link Socket#writeAll} had still to hand over was refused with a positive errno, such as EACCES by a program of a
     * sockmap, and is not written.
     */
    default void onWriteError(Socket socket, int errno) {}

    /** The peer has ended its stream and everything was read (read() would return 0). */
    default void onEndOfStream(Socket socket) {}

    /** The connection is over without an error: both streams have ended, or this side has closed and the peer agreed. */
    default void onClosed(Socket socket) {}

    /** The connection has failed with a positive errno, such as ECONNRESET. */
    default void onError(Socket socket, int errno) {}
}
