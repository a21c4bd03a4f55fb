package org.bpfsim.tcp.host;

import org.bpfsim.sim.Event;
import org.bpfsim.tcp.output.Syn;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SockTimers;

/** Repeats a SYN-ACK with backoff (RFC 6298, section 5; Linux 6.12, reqsk_timer_handler()). */
final class SynAckTimer extends Event {
    private final RequestSock req;
    private final SocketDemux demux;

    SynAckTimer(RequestSock req, SocketDemux demux) {
        this.req = req;
        this.demux = demux;
    }

    /** Arms the timer for the time that the backoff so far asks for. */
    void arm() {
        long ticks = Math.min((long) req.timeout << Math.min(req.num_timeout, 20), SockTimers.rtoMax(req.kernel));
        SockTimers.set(req.kernel, this, req.kernel.jiffies64() + ticks);
    }

    @Override
    protected void fire(long nowPs) {
        if (req.num_timeout >= req.kernel.sysctls.tcp_synack_retries) {
            demux.remove(req);
            return;
        }
        retransmit(req);
        req.num_timeout++;
        arm();
    }

    /** Sends the SYN-ACK again. */
    static void retransmit(RequestSock req) {
        Syn.sendSynAck(req, null, null);
        req.num_retrans++;
        req.kernel.mib.inc(Mib.TCP_RETRANS_SEGS);
        req.kernel.mib.inc(Mib.TCP_SYN_RETRANS);
    }
}
