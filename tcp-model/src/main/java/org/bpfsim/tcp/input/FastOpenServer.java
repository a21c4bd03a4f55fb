package org.bpfsim.tcp.input;

import org.bpfsim.tcp.output.Reset;
import org.bpfsim.tcp.output.Syn;
import org.bpfsim.tcp.recovery.LossProbe;
import org.bpfsim.tcp.recovery.RecoveryState;
import org.bpfsim.tcp.segment.FastOpenCookie;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.FastOpenKeys;
import org.bpfsim.tcp.sock.FastOpenQueue;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.Sysctls;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * A listener that takes data with a SYN (RFC 7413, section 4.2; Linux 6.12, tcp_try_fastopen() in
 * net/ipv4/tcp_fastopen.c, tcp_check_req() in net/ipv4/tcp_minisocks.c). The connection is made of the SYN, can be
 * accepted, read and written at once, and stays in SYN_RECV until the handshake is complete.
 */
public final class FastOpenServer {
    private static final int KINDS = TcpSegment.RST | TcpSegment.SYN | TcpSegment.ACK;

    private FastOpenServer() {}

    /**
     * How a SYN is answered.
     *
     * @param opens whether a connection is made of it
     * @param cookie what the SYN-ACK gives the client, or null
     */
    public record Answer(boolean opens, FastOpenCookie cookie) {
        private static final Answer PLAIN = new Answer(false, null);
        private static final Answer OPEN = new Answer(true, null);
    }

    /** Decides about a SYN; addresses and ports of {@code req} are set. */
    public static Answer answer(RequestSock req, TcpSegment syn) {
        HostKernel kernel = req.kernel;
        TcpSock listener = req.rsk_listener;
        FastOpenCookie cookie = syn.fastOpen;
        int bits = kernel.sysctls.tcp_fastopen;
        if (cookie != null && cookie.isRequest()) {
            kernel.mib.inc(Mib.TCP_FASTOPEN_COOKIE_REQD);
        }
        FastOpenQueue queue = listener.fastopenq;
        boolean asks = cookie != null || syn.endSeq() != syn.seq + 1;
        if ((bits & Sysctls.TFO_SERVER_ENABLE) == 0 || !asks || queue == null || !queue.hasRoom(kernel)) {
            return Answer.PLAIN;
        }
        if (listener.fastopen_no_cookie || (bits & Sysctls.TFO_SERVER_COOKIE_NOT_REQD) != 0) {
            return opened(kernel, Answer.OPEN);
        }
        if (cookie == null) {
            return Answer.PLAIN;
        }
        FastOpenKeys keys = queue.keys != null ? queue.keys : kernel.sysctls.tcp_fastopen_key;
        FastOpenCookie valid = keys.cookie(req.daddr, req.saddr, cookie.isExperimental());
        if (cookie.isRequest()) {
            return new Answer(false, valid);
        }
        if (valid.hasBytesOf(cookie)) {
            return opened(kernel, Answer.OPEN);
        }
        if (keys.hasBackup() && keys.backupCookie(req.daddr, req.saddr, false).hasBytesOf(cookie)) {
            kernel.mib.inc(Mib.TCP_FASTOPEN_PASSIVE_ALT_KEY);
            return opened(kernel, new Answer(true, valid)); // the client learns the cookie of the new key
        }
        kernel.mib.inc(Mib.TCP_FASTOPEN_PASSIVE_FAIL);
        return new Answer(false, valid);
    }

    private static Answer opened(HostKernel kernel, Answer answer) {
        kernel.mib.inc(Mib.TCP_FASTOPEN_PASSIVE);
        return answer;
    }

    /** Completes the socket that {@link PassiveOpen#initChild} made of a SYN, and takes the SYN's data. */
    public static void initChild(TcpSock child, RequestSock req, TcpSegment syn) {
        req.rsk_listener.fastopenq.qlen++;
        req.tfo_listener = true;
        req.sk = child;
        child.fastopen_rsk = req;
        child.snd_wnd = syn.window; // not scaled in a SYN
        child.max_window = child.snd_wnd;
        req.timeout = Syn.initialTimeout(child);
        SockTimers.resetXmitTimer(child, TcpSock.ICSK_TIME_RETRANS, req.timeout);
        Established.init(child, SockOps.BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB, syn);
        FastOpenData.take(child, syn);
        req.rcv_nxt = child.rcv_nxt;
        child.rcv_wup = child.rcv_nxt;
    }

    /**
     * Looks at a segment before the handshake is complete. Returns whether to go on with it; else it has been answered as
     * it needs.
     */
    static boolean accepts(TcpSock sk, TcpSegment segment) {
        RequestSock req = sk.fastopen_rsk;
        int kind = segment.flags & KINDS;
        boolean isOld = PassiveOpen.isOldDuplicate(req, segment);
        if (segment.seq == req.rcv_isn && kind == TcpSegment.SYN && !isOld) {
            if (!Validation.isRateLimited(req, segment)) {
                repeatSynAck(sk);
            }
            return false;
        }
        if (isOld || !PassiveOpen.isInWindow(req, segment)) {
            if ((kind & TcpSegment.RST) == 0 && !Validation.isRateLimited(req, segment)) {
                Reset.acknowledge(req, sk.snd_nxt);
            }
            return false;
        }
        if (segment.seq == req.rcv_isn) {
            kind &= ~TcpSegment.SYN;
        }
        if ((kind & TcpSegment.RST) != 0) {
            if (segment.seq == req.rcv_nxt) {
                sk.kernel.mib.inc(Mib.TCP_ATTEMPT_FAILS);
                req.leaveFastOpen(sk, true);
                Validation.reset(sk);
            } else if (!Validation.isRateLimited(req, segment)) {
                sk.kernel.mib.inc(Mib.TCP_CHALLENGE_ACK);
                Reset.acknowledge(req, sk.snd_nxt);
            }
            return false;
        }
        if ((kind & TcpSegment.SYN) != 0) {
            sk.kernel.mib.inc(Mib.TCP_ATTEMPT_FAILS);
            Reset.reply(sk.kernel, segment); // the connection stays: the SYN may be forged
            return false;
        }
        return (kind & TcpSegment.ACK) != 0;
    }

    /** Sends the SYN-ACK again: the client seems not to have it. */
    public static void repeatSynAck(TcpSock sk) {
        RequestSock req = sk.fastopen_rsk;
        Syn.sendSynAck(req, null, null);
        req.num_retrans++;
        sk.snt_synack = 0;
        sk.total_retrans++;
        sk.kernel.mib.inc(Mib.TCP_RETRANS_SEGS);
        sk.kernel.mib.inc(Mib.TCP_SYN_RETRANS);
    }

    /** The handshake is complete. */
    static void established(TcpSock sk) {
        RecoveryState.onFastOpenEstablished(sk);
        sk.fastopen_rsk.leaveFastOpen(sk, false);
        LossProbe.rearmRto(sk);
    }
}
