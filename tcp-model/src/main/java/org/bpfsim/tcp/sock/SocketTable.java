package org.bpfsim.tcp.sock;

import org.bpfsim.tcp.segment.IpAddress;

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

    /**
     * What a packet from a peer would be for: a connection, which may be a request or wait for its end, or else the socket that
     * listens (__inet_lookup()).
     *
     * @return null if there is none
     */
    SockCommon lookup(IpAddress local, int localPort, IpAddress peer, int peerPort);
}
