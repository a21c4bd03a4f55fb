package org.bpfsim.tcp.sock;

/** A host's table of sockets, as the stack needs it. */
public interface SocketTable {
    /** Forgets a socket that is closed. */
    void unhash(TcpSock sk);

    /**
     * Puts a light object in the place of a socket (tcp_time_wait()).
     *
     * @param substate {@link TcpState#TIME_WAIT} or {@link TcpState#FIN_WAIT2}
     * @param timeoutJiffies how long the light object lives in FIN_WAIT2
     */
    void timeWait(TcpSock sk, int substate, int timeoutJiffies);
}
