package org.bpfsim.tcp.output;

import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.TcpSock;

/** Sends RST segments (RFC 9293, section 3.5.2). */
public final class Reset {
    private Reset() {}

    /** Aborts a connection (tcp_send_active_reset()). */
    public static void send(TcpSock sk) {
        sk.kernel.mib.inc(Mib.TCP_OUT_RSTS);
        sk.refreshClock();
        Transmitter.sendControl(sk, TcpSegment.ACK | TcpSegment.RST, Acks.acceptableSeq(sk), sk.rcv_nxt);
    }

    /** Answers a segment for which there is no connection, or that is unacceptable before there is one. */
    public static void reply(HostKernel kernel, TcpSegment to) {
        if (to.has(TcpSegment.RST)) {
            return;
        }
        TcpSegment s = answer(kernel, to);
        s.flags = TcpSegment.RST;
        if (to.has(TcpSegment.ACK)) {
            s.seq = to.ack;
        } else {
            s.flags |= TcpSegment.ACK;
            s.seq = 0;
            s.ack = to.endSeq();
        }
        s.seal(kernel.linkOverheadBytes);
        kernel.mib.inc(Mib.TCP_OUT_SEGS);
        kernel.mib.inc(Mib.TCP_OUT_RSTS);
        kernel.transmit(s);
    }

    /** Tells the peer of a half open connection what is expected (tcp_v4_reqsk_send_ack()). */
    public static void acknowledge(RequestSock req, int seq) {
        HostKernel kernel = req.kernel;
        TcpSegment s = req.segment();
        s.flags = TcpSegment.ACK;
        s.seq = seq;
        s.ack = req.rcv_nxt;
        s.window = req.rsk_rcv_wnd >> req.rcv_wscale;
        if (req.tstamp_ok) {
            s.hasTimestamps = true;
            s.tsval = (int) (kernel.clockUs() / 1000) + req.ts_off;
            s.tsecr = req.ts_recent;
        }
        s.seal(kernel.linkOverheadBytes);
        kernel.mib.inc(Mib.TCP_OUT_SEGS);
        kernel.transmit(s);
    }

    /** A segment back to where {@code to} came from, without flags and sequence numbers. */
    public static TcpSegment answer(HostKernel kernel, TcpSegment to) {
        TcpSegment s = kernel.segments.take();
        s.srcHost = kernel.hostIndex;
        s.dstHost = to.srcHost;
        s.flowHash = to.flowHash;
        s.src = to.dst;
        s.dst = to.src;
        s.srcPort = to.dstPort;
        s.dstPort = to.srcPort;
        return s;
    }
}
