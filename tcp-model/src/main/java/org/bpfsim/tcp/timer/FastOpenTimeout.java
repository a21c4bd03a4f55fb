package org.bpfsim.tcp.timer;

import org.bpfsim.tcp.input.FastOpenServer;
import org.bpfsim.tcp.recovery.RecoveryState;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * No answer to the SYN-ACK of a connection that was opened fast: sends it again, and nothing else (RFC 7413, section 4.2.1;
 * Linux 6.12, tcp_fastopen_synack_timer() in net/ipv4/tcp_timer.c).
 */
final class FastOpenTimeout {
    private FastOpenTimeout() {}

    static void fire(TcpSock sk) {
        RequestSock req = sk.fastopen_rsk;
        int most = sk.icsk_syn_retries != 0 ? sk.icsk_syn_retries : sk.kernel.sysctls.tcp_synack_retries + 1;
        if (req.num_timeout >= most) {
            GivingUp.abort(sk, Errno.ETIMEDOUT);
            return;
        }
        if (sk.icsk_retransmits == 1) {
            RecoveryState.enterLoss(sk);
        }
        FastOpenServer.repeatSynAck(sk);
        req.num_timeout++;
        RetransmitTimer.countTimeout(sk);
        if (sk.retrans_stamp == 0) {
            sk.retrans_stamp = sk.timeStampMs();
        }
        SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_RETRANS, (long) req.timeout << req.num_timeout);
    }
}
