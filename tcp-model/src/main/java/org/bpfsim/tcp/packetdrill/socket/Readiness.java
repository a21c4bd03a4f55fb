package org.bpfsim.tcp.packetdrill.socket;

import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** What can be done with a socket without waiting (Linux 6.12, tcp_poll() in net/ipv4/tcp.c). */
final class Readiness {
    private static final int BOTH = TcpSock.RCV_SHUTDOWN | TcpSock.SEND_SHUTDOWN;

    private Readiness() {}

    /** The bits of poll(). */
    static int poll(SocketFile file) {
        TcpSock sk = file.tcp();
        if (file.listening) {
            return file.acceptQueue.isEmpty() ? 0 : Constants.POLLIN | Constants.POLLRDNORM;
        }
        int mask = 0;
        boolean noMoreData = (sk.sk_shutdown & TcpSock.RCV_SHUTDOWN) != 0 || sk.fin_received;
        if ((sk.sk_shutdown & BOTH) == BOTH
                || noMoreData && (sk.sk_shutdown & TcpSock.SEND_SHUTDOWN) != 0
                || sk.skc_state == TcpState.CLOSE) {
            mask |= Constants.POLLHUP;
        }
        if (noMoreData) {
            mask |= Constants.POLLIN | Constants.POLLRDNORM | Constants.POLLRDHUP;
        }
        boolean connecting =
                sk.skc_state == TcpState.SYN_SENT || sk.skc_state == TcpState.SYN_RECV && sk.fastopen_rsk == null;
        if (connecting && sk.defer_connect) {
            mask |= Constants.POLLOUT | Constants.POLLWRNORM; // the first write sends the SYN
        }
        if (!connecting) {
            boolean atMark = sk.urg_data != 0 && sk.urg_seq == sk.copied_seq;
            if (sk.urg_data == TcpSock.TCP_URG_VALID) {
                mask |= Constants.POLLPRI;
            }
            if (sk.unread() > 0 && sk.unread() >= sk.sk_rcvlowat + (atMark ? 1 : 0)) {
                mask |= Constants.POLLIN | Constants.POLLRDNORM;
            }
            if ((sk.sk_shutdown & TcpSock.SEND_SHUTDOWN) != 0 || sk.isStreamWriteable()) {
                mask |= Constants.POLLOUT | Constants.POLLWRNORM;
            } else {
                sk.sk_nospace = true;
            }
        }
        if (sk.sk_err != 0 || !file.errors.isEmpty()) {
            mask |= Constants.POLLERR;
        }
        return mask;
    }
}
