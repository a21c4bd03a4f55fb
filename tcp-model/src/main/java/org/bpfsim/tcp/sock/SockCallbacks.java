package org.bpfsim.tcp.sock;

/** How the stack tells the owner of a socket that something has happened: Linux's {@code sk_*} function pointers. */
public interface SockCallbacks {
    /** The state has changed to ESTABLISHED, to CLOSE_WAIT and so on (sk_state_change). */
    void stateChanged(TcpSock sk);

    /** There is something to read, or the end of the stream (sk_data_ready). */
    void dataReady(TcpSock sk);

    /** There is room in the send buffer again (sk_write_space). */
    void writeSpace(TcpSock sk);

    /** The connection has ended with {@link TcpSock#sk_err} (sk_error_report). */
    void error(TcpSock sk);

    /** The socket has left every table of the host; nothing will be called any more (sk_destruct). */
    void destroyed(TcpSock sk);
}
