package org.bpfsim.tcp.recovery;

import org.bpfsim.tcp.sock.TcpSock;

/** The sender's answer to an ECN echo (RFC 3168, section 6.1.2): the CWR flag on the next new data. */
public final class Ecn {
    private Ecn() {}

    /** The window was reduced: the next segment of new data says so. */
    public static void queueCwr(TcpSock sk) {
        if ((sk.ecn_flags & TcpSock.TCP_ECN_OK) != 0) {
            sk.ecn_flags |= TcpSock.TCP_ECN_QUEUE_CWR;
        }
    }

    /** The reduction was undone before anybody was told. */
    static void withdrawCwr(TcpSock sk) {
        sk.ecn_flags &= ~TcpSock.TCP_ECN_QUEUE_CWR;
    }
}
