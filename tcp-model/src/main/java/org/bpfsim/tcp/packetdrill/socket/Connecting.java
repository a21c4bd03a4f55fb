package org.bpfsim.tcp.packetdrill.socket;

import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** connect(), and what a write does that connects (Linux 6.12, __inet_stream_connect() in net/ipv4/af_inet.c). */
final class Connecting {
    /** Linux's enum socket_state. */
    enum State {
        UNCONNECTED,
        CONNECTING,
        CONNECTED
    }

    private static final int HANDSHAKE = TcpState.bit(TcpState.SYN_SENT) | TcpState.bit(TcpState.SYN_RECV);

    private final TcpHost host;
    private final IpAddress peer;

    Connecting(TcpHost host, IpAddress peer) {
        this.host = host;
        this.peer = peer;
    }

    /**
     * Begins, or goes on if a connect() is under way.
     *
     * @param isWrite whether a write connects
     * @return 0, a negated errno, or {@link PendingCall#BLOCKED}: then {@link #await} gives the result
     */
    long begin(SocketFile file, int port, boolean isWrite, boolean mayBlock) {
        TcpSock sk = file.tcp();
        long result;
        switch (file.state) {
            case CONNECTED -> {
                return -Constants.EISCONN;
            }
            case CONNECTING -> {
                if (sk.defer_connect) {
                    result = isWrite ? -Constants.EINPROGRESS : -Constants.EISCONN;
                } else {
                    result = -Constants.EALREADY;
                }
            }
            default -> {
                if (sk.skc_state != TcpState.CLOSE) {
                    return -Constants.EISCONN;
                }
                host.connect(file.socket, peer, port);
                file.state = State.CONNECTING;
                if (sk.defer_connect) {
                    return 0;
                }
                result = -Constants.EINPROGRESS;
            }
        }
        if (isUnderWay(sk) && !mayBlock) {
            return result;
        }
        return await(file);
    }

    /** Waits for the end of the handshake. */
    static long await(SocketFile file) {
        TcpSock sk = file.tcp();
        if (isUnderWay(sk)) {
            return PendingCall.BLOCKED;
        }
        if (sk.skc_state == TcpState.CLOSE) {
            file.state = State.UNCONNECTED;
            return sk.sk_err != 0 ? SystemCalls.takeError(sk) : -Constants.ECONNABORTED;
        }
        file.state = State.CONNECTED;
        return 0;
    }

    static boolean isUnderWay(TcpSock sk) {
        return TcpState.in(sk.skc_state, HANDSHAKE);
    }
}
