package org.bpfsim.tcp.host;

import org.bpfsim.tcp.input.FastOpenServer;
import org.bpfsim.tcp.input.PassiveOpen;
import org.bpfsim.tcp.input.SegmentInput;
import org.bpfsim.tcp.output.Reset;
import org.bpfsim.tcp.output.Syn;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.bpfsim.tcp.sock.TimeWaitSock;

/**
 * Connections from a listener's SYN to the handshake's last ACK, and how many there may be (RFC 9293, section 3.10.7.2; RFC
 * 4987; Linux 6.12, tcp_conn_request() in net/ipv4/tcp_input.c, tcp_check_req() in net/ipv4/tcp_minisocks.c).
 */
final class ConnectionRequests {
    private final TcpHost host;
    private final HostKernel kernel;
    private final SocketDemux demux;
    private final SynCookies cookies;

    ConnectionRequests(TcpHost host, HostKernel kernel, SocketDemux demux) {
        this.host = host;
        this.kernel = kernel;
        this.demux = demux;
        this.cookies = new SynCookies(kernel);
    }

    /**
     * A SYN for a listener.
     *
     * @param before the connection in TIME_WAIT in whose place it opens one, which no limit keeps out; or null
     */
    void receiveSyn(Listener listener, TcpSegment syn, TimeWaitSock before) {
        TcpSock sk = listener.tcp();
        boolean withCookie = false;
        if (before == null && (kernel.sysctls.tcp_syncookies == 2 || isFull(sk))) {
            withCookie = kernel.sysctls.tcp_syncookies != 0;
            kernel.mib.inc(withCookie ? Mib.TCP_REQ_Q_FULL_DO_COOKIES : Mib.TCP_REQ_Q_FULL_DROP);
            if (!withCookie) {
                kernel.mib.inc(Mib.LISTEN_DROPS);
                return;
            }
        }
        if (isAcceptQueueFull(sk)) {
            kernel.mib.inc(Mib.LISTEN_OVERFLOWS);
            kernel.mib.inc(Mib.LISTEN_DROPS);
            return;
        }
        if (before == null && !withCookie && isLastQuarterOfBacklog(sk)) {
            kernel.mib.inc(Mib.LISTEN_DROPS);
            return;
        }
        RequestSock req = request(listener, syn);
        if (withCookie) {
            answerWithCookie(req, syn);
            return;
        }
        PassiveOpen.readSyn(req, syn);
        if (before != null) {
            req.snt_isn = before.tw_snd_nxt + TimeWait.BEYOND_OLD_SEGMENTS;
        }
        FastOpenServer.Answer answer = FastOpenServer.answer(req, syn);
        if (answer.opens()) {
            open(req, syn, answer);
            return;
        }
        SynAckTimer timer = new SynAckTimer(req, this);
        req.rsk_timer = timer;
        demux.add(req);
        sk.reqsk_qlen++;
        sk.reqsk_young++;
        timer.arm();
        Syn.sendSynAck(req, syn, answer.cookie());
    }

    /** An ACK for which a listener has no request: does it bring a cookie back? Returns whether it was one. */
    boolean receiveAck(Listener listener, TcpSegment ack) {
        RequestSock req = request(listener, ack);
        if (!cookies.decode(req, ack)) {
            return false;
        }
        if (isAcceptQueueFull(listener.tcp())) {
            kernel.mib.inc(Mib.LISTEN_OVERFLOWS);
            kernel.mib.inc(Mib.LISTEN_DROPS);
            return true;
        }
        complete(req, ack);
        return true;
    }

    /** A segment for a half open connection. */
    void receiveHalfOpen(RequestSock req, TcpSegment segment) {
        if (req.rsk_listener.skc_state != TcpState.LISTEN) { // it was closed meanwhile
            forget(req);
            Reset.reply(kernel, segment);
            return;
        }
        int kind = segment.flags & (TcpSegment.RST | TcpSegment.SYN | TcpSegment.ACK);
        boolean isOld = PassiveOpen.isOldDuplicate(req, segment);
        if (segment.seq == req.rcv_isn && kind == TcpSegment.SYN && !isOld) {
            if (!PassiveOpen.isRateLimited(req, segment)) {
                SynAckTimer.retransmit(req); // our SYN-ACK was lost, it seems
                ((SynAckTimer) req.rsk_timer).arm();
            }
            return;
        }
        boolean isAck = (kind & TcpSegment.ACK) != 0;
        boolean isReset = (kind & TcpSegment.RST) != 0;
        if (isAck && !isReset && segment.ack != req.snt_isn + 1) {
            Reset.reply(kernel, segment);
            return;
        }
        if (isOld || !PassiveOpen.isInWindow(req, segment)) {
            if (!isReset && !PassiveOpen.isRateLimited(req, segment)) {
                Reset.acknowledge(req, req.snt_isn + 1);
            }
            return;
        }
        if (isReset && segment.seq != req.rcv_nxt) {
            if (!PassiveOpen.isRateLimited(req, segment)) {
                kernel.mib.inc(Mib.TCP_CHALLENGE_ACK);
                Reset.acknowledge(req, req.snt_isn + 1);
            }
            return;
        }
        boolean isSyn = (kind & TcpSegment.SYN) != 0 && segment.seq != req.rcv_isn;
        if (isReset || isSyn) {
            kernel.mib.inc(Mib.TCP_ATTEMPT_FAILS);
            embryonicReset(req, segment);
        } else if (isAck) {
            acknowledged(req, segment);
        }
    }

    private void acknowledged(RequestSock req, TcpSegment segment) {
        TcpSock listener = req.rsk_listener;
        boolean isBare = segment.endSeq() == req.rcv_isn + 1;
        if (req.num_timeout < listener.rskq_defer_accept && isBare) {
            req.acked = true; // TCP_DEFER_ACCEPT: nobody is woken before there is data
            kernel.mib.inc(Mib.TCP_DEFER_ACCEPT_DROP);
            return;
        }
        if (isAcceptQueueFull(listener)) {
            kernel.mib.inc(Mib.LISTEN_OVERFLOWS);
            kernel.mib.inc(Mib.LISTEN_DROPS);
            if (kernel.sysctls.tcp_abort_on_overflow != 0) {
                embryonicReset(req, segment);
            } else {
                req.acked = true;
            }
            return;
        }
        forget(req);
        complete(req, segment);
    }

    private void embryonicReset(RequestSock req, TcpSegment segment) {
        if (!segment.has(TcpSegment.RST)) {
            Reset.reply(kernel, segment);
        }
        kernel.mib.inc(Mib.EMBRYONIC_RSTS);
        forget(req);
    }

    /** Forgets a request: it has become a connection, or will not. */
    void forget(RequestSock req) {
        kernel.scheduler.cancel(req.rsk_timer);
        demux.remove(req);
        TcpSock listener = req.rsk_listener;
        listener.reqsk_qlen--;
        if (req.num_timeout == 0) {
            listener.reqsk_young--;
        }
    }

    private static boolean isFull(TcpSock listener) {
        return listener.reqsk_qlen >= listener.sk_max_ack_backlog;
    }

    private static boolean isAcceptQueueFull(TcpSock listener) {
        return listener.sk_ack_backlog > listener.sk_max_ack_backlog;
    }

    /** Without cookies, the last quarter of the backlog is for peers that are known to be alive; none is known here. */
    private boolean isLastQuarterOfBacklog(TcpSock listener) {
        int backlog = kernel.sysctls.tcp_max_syn_backlog;
        return kernel.sysctls.tcp_syncookies == 0 && backlog - listener.reqsk_qlen < backlog >> 2;
    }

    private RequestSock request(Listener listener, TcpSegment segment) {
        RequestSock req = new RequestSock(listener.tcp());
        req.saddr = segment.dst;
        req.daddr = segment.src;
        req.skc_num = segment.dstPort;
        req.skc_dport = segment.srcPort;
        req.peerHost = segment.srcHost;
        req.sk_txhash = FlowHash.of(req);
        req.cgroup = listener.cgroupFor(req);
        return req;
    }

    private void answerWithCookie(RequestSock req, TcpSegment syn) {
        PassiveOpen.readSyn(req, syn);
        req.saved_syn = null; // nothing is kept of a SYN that is answered with a cookie
        if (!req.tstamp_ok) { // options have no place but in a time stamp
            req.sack_ok = false;
            req.wscale_ok = false;
            req.snd_wscale = 0;
            PassiveOpen.openWindow(req);
        }
        cookies.encode(req);
        cookies.noteFlood(req.rsk_listener);
        Syn.sendSynAck(req, syn, null);
    }

    /** Makes the connection of its SYN, and hands it over at once (RFC 7413). */
    private void open(RequestSock req, TcpSegment syn, FastOpenServer.Answer answer) {
        TcpSock child = makeChild(req, syn);
        FastOpenServer.initChild(child, req, syn);
        Syn.sendSynAck(req, syn, answer.cookie());
        PassiveOpen.handOver(child);
        child.deliverEvents();
    }

    private void complete(RequestSock req, TcpSegment ack) {
        TcpSock child = makeChild(req, ack);
        SegmentInput.receive(child, ack);
        child.deliverEvents();
    }

    private TcpSock makeChild(RequestSock req, TcpSegment segment) {
        TcpSock child = host.blankSocket();
        PassiveOpen.initChild(child, req, segment);
        demux.add(child);
        return child;
    }
}
