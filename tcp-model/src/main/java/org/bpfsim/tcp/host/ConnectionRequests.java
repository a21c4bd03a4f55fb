package org.bpfsim.tcp.host;

import org.bpfsim.tcp.input.FastOpenServer;
import org.bpfsim.tcp.input.PassiveOpen;
import org.bpfsim.tcp.input.SegmentInput;
import org.bpfsim.tcp.output.Reset;
import org.bpfsim.tcp.output.Syn;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Connections from a listener's SYN to the handshake's last ACK (RFC 9293, section 3.10.7.2; Linux 6.12,
 * tcp_conn_request() in net/ipv4/tcp_input.c, tcp_check_req() in net/ipv4/tcp_minisocks.c).
 */
final class ConnectionRequests {
    private final TcpHost host;
    private final SocketDemux demux;

    ConnectionRequests(TcpHost host, SocketDemux demux) {
        this.host = host;
        this.demux = demux;
    }

    /** A SYN for a listener. */
    void receiveSyn(Listener listener, TcpSegment syn) {
        RequestSock req = new RequestSock(listener.tcp());
        req.saddr = syn.dst;
        req.daddr = syn.src;
        req.skc_num = syn.dstPort;
        req.skc_dport = syn.srcPort;
        req.peerHost = syn.srcHost;
        req.sk_txhash = FlowHash.of(req);
        req.cgroup = listener.cgroupFor(req);
        PassiveOpen.readSyn(req, syn);
        FastOpenServer.Answer answer = FastOpenServer.answer(req, syn);
        if (answer.opens()) {
            open(req, syn, answer);
            return;
        }
        SynAckTimer timer = new SynAckTimer(req, demux);
        req.rsk_timer = timer;
        demux.add(req);
        timer.arm();
        Syn.sendSynAck(req, syn, answer.cookie());
    }

    /** A segment for a half open connection. */
    void receiveHalfOpen(RequestSock req, TcpSegment segment) {
        if (segment.has(TcpSegment.RST)) {
            if (segment.seq == req.rcv_nxt) {
                forget(req);
            }
            return;
        }
        if (segment.has(TcpSegment.SYN)) {
            if (segment.seq == req.rcv_isn) {
                SynAckTimer.retransmit(req); // our SYN-ACK was lost, it seems
            }
            return;
        }
        if (!segment.has(TcpSegment.ACK)) {
            return;
        }
        if (!PassiveOpen.completes(req, segment)) {
            if (segment.ack != req.snt_isn + 1) {
                Reset.reply(req.kernel, segment);
            }
            return;
        }
        forget(req);
        TcpSock child = makeChild(req, segment);
        SegmentInput.receive(child, segment);
        child.deliverEvents();
    }

    void forget(RequestSock req) {
        req.kernel.scheduler.cancel(req.rsk_timer);
        demux.remove(req);
    }

    /** Makes the connection of its SYN, and hands it over at once (RFC 7413). */
    private void open(RequestSock req, TcpSegment syn, FastOpenServer.Answer answer) {
        TcpSock child = makeChild(req, syn);
        FastOpenServer.initChild(child, req, syn);
        Syn.sendSynAck(req, syn, answer.cookie());
        PassiveOpen.handOver(child);
        child.deliverEvents();
    }

    private TcpSock makeChild(RequestSock req, TcpSegment segment) {
        TcpSock child = host.blankSocket();
        PassiveOpen.initChild(child, req, segment);
        demux.add(child);
        return child;
    }
}
