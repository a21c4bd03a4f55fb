package org.bpfsim.tcp.host;

import org.bpfsim.sim.Event;
import org.bpfsim.tcp.output.Syn;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * Repeats a SYN-ACK with backoff (RFC 6298, section 5; Linux 6.12, reqsk_timer_handler() in
 * net/ipv4/inet_connection_sock.c). Where more than half of the backlog is taken, old requests are given up earlier.
 */
final class SynAckTimer extends Event {
    private static final int LEAST_QUEUE = 8;
    private static final int LEAST_RETRIES = 2;

    private final RequestSock req;
    private final ConnectionRequests requests;

    SynAckTimer(RequestSock req, ConnectionRequests requests) {
        this.req = req;
        this.requests = requests;
    }

    /** Arms the timer for the time that the backoff so far asks for. */
    void arm() {
        long ticks = Math.min((long) req.timeout << Math.min(req.num_timeout, 20), SockTimers.rtoMax(req.kernel));
        SockTimers.set(req.kernel, this, req.kernel.jiffies64() + ticks);
    }

    @Override
    protected void fire(long nowPs) {
        TcpSock listener = req.rsk_listener;
        int deferred = listener.rskq_defer_accept;
        boolean outOfRetries = req.num_timeout >= retries(listener);
        boolean isOver = deferred == 0 ? outOfRetries : outOfRetries && (!req.acked || req.num_timeout >= deferred);
        if (isOver || listener.skc_state != TcpState.LISTEN) {
            requests.forget(req);
            return;
        }
        // While data is waited for, the peer has the SYN-ACK; the last one gives it a chance to send its ACK again.
        if (deferred == 0 || !req.acked || req.num_timeout >= deferred - 1) {
            retransmit(req);
        }
        if (req.num_timeout == 0) {
            listener.reqsk_young--;
        }
        req.num_timeout++;
        arm();
    }

    private static int retries(TcpSock listener) {
        HostKernel kernel = listener.kernel;
        int retries = listener.icsk_syn_retries != 0 ? listener.icsk_syn_retries : kernel.sysctls.tcp_synack_retries;
        if (2 * listener.reqsk_qlen > Math.max(LEAST_QUEUE, listener.sk_max_ack_backlog)) {
            int young = 2 * listener.reqsk_young;
            while (retries > LEAST_RETRIES && listener.reqsk_qlen >= young) {
                retries--;
                young <<= 1;
            }
        }
        return retries;
    }

    /** Sends the SYN-ACK again. */
    static void retransmit(RequestSock req) {
        Syn.sendSynAck(req, null, null);
        req.num_retrans++;
        req.kernel.mib.inc(Mib.TCP_RETRANS_SEGS);
        req.kernel.mib.inc(Mib.TCP_SYN_RETRANS);
    }
}
