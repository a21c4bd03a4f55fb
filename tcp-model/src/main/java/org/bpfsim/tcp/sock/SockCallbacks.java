package org.bpfsim.tcp.sock;

/**
 * How the stack tells the owner of a socket that something has happened. Linux calls {@code sk_data_ready} and its like
 * in the middle of processing a segment, and a process runs later; here the stack collects what happened and wakes the
 * owner once, when it has done with the segment or timer.
 */
public interface SockCallbacks {
    /** The state has changed. */
    int STATE = 1;
    /** There is something to read, or the end of the stream. */
    int READABLE = 2;
    /** There is room in the send buffer again. */
    int WRITABLE = 4;
    /** The connection has ended with {@link TcpSock#sk_err}. */
    int ERROR = 8;

    /** Called with bits of the constants above. The owner may call back into the socket. */
    void wakeUp(TcpSock sk, int events);
}
