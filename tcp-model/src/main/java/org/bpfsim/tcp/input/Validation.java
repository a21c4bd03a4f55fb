package org.bpfsim.tcp.input;

import org.bpfsim.tcp.output.Acks;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.bpfsim.tcp.sock.Teardown;

/**
 * Whether a segment of a synchronised connection may be processed: PAWS, sequence number, RST, SYN (RFC 9293, section
 * 3.10.7.4, first to fourth; RFC 5961; RFC 7323, section 5.3; Linux 6.12, tcp_validate_incoming() in
 * net/ipv4/tcp_input.c).
 */
final class Validation {
    private Validation() {}

    /** Returns whether to go on; else the segment has been answered as it needs. */
    static boolean accepts(TcpSock sk, TcpSegment segment) {
        Timestamps.parse(sk, segment);
        noteUnknown(sk, segment);
        final boolean rst = segment.has(TcpSegment.RST);
        final boolean syn = segment.has(TcpSegment.SYN);
        if (sk.rx_opt_saw_tstamp && !rst && Timestamps.isOldDuplicate(sk, segment)) {
            if (syn) {
                challengeSyn(sk);
            } else {
                sk.kernel.mib.inc(Mib.PAWS_ESTAB);
                answer(sk, segment);
            }
            return false;
        }
        if (!isInWindow(sk, segment)) {
            if (rst) {
                if (isResetAfterFin(sk, segment)) {
                    reset(sk);
                }
            } else if (syn) {
                challengeSyn(sk);
            } else {
                answer(sk, segment);
            }
            return false;
        }
        if (rst) {
            if (segment.seq == sk.rcv_nxt || isResetAfterFin(sk, segment) || isAtHighestSack(sk, segment.seq)) {
                reset(sk);
            } else {
                if (sk.syn_fastopen && sk.data_segs_in == 0 && sk.skc_state == TcpState.ESTABLISHED) {
                    sk.kernel.fastOpenBlackhole.suspect(sk);
                }
                challenge(sk);
            }
            return false;
        }
        if (syn && !completesSimultaneousOpen(sk, segment)) {
            challengeSyn(sk);
            return false;
        }
        showOptions(sk, segment);
        return true;
    }

    /** Shows a segment to programs that want to read its options (bpf_skops_parse_hdr()). */
    private static void showOptions(TcpSock sk, TcpSegment segment) {
        int flags = sk.bpf_sock_ops_cb_flags;
        boolean wanted = (flags & SockOps.BPF_SOCK_OPS_PARSE_ALL_HDR_OPT_CB_FLAG) != 0
                || sk.rx_opt_saw_unknown && (flags & SockOps.BPF_SOCK_OPS_PARSE_UNKNOWN_HDR_OPT_CB_FLAG) != 0;
        // In the handshake it is the calls for ESTABLISHED that show the segment.
        if (wanted && sk.skc_state != TcpState.SYN_RECV) {
            sk.callBpf(SockOps.BPF_SOCK_OPS_PARSE_HDR_OPT_CB, segment);
        }
    }

    /**
     * Notes whether there is an option that we do not know. As in Linux, a segment with no options or with time stamps alone
     * leaves the last answer standing, because its options are not read one by one (tcp_fast_parse_options()).
     */
    private static void noteUnknown(TcpSock sk, TcpSegment segment) {
        if (segment.extraOptionBytes > 0) {
            sk.rx_opt_saw_unknown = segment.hasUnknownOption();
        } else if (segment.sackCount > 0 || segment.mss != 0 || segment.hasTimestamps && !sk.rx_opt_tstamp_ok) {
            sk.rx_opt_saw_unknown = false;
        }
    }

    /** A RST was accepted (tcp_reset()). */
    static void reset(TcpSock sk) {
        switch (sk.skc_state) {
            case TcpState.SYN_SENT -> Teardown.fail(sk, Errno.ECONNREFUSED);
            case TcpState.CLOSE_WAIT -> Teardown.fail(sk, Errno.EPIPE);
            case TcpState.CLOSE -> {
                // it has ended already
            }
            default -> Teardown.fail(sk, Errno.ECONNRESET);
        }
    }

    /** Asks the peer with an ACK whether it means what it sent (RFC 5961), at most every 500 ms. */
    static void challenge(TcpSock sk) {
        if (!isRateLimited(sk)) {
            sk.kernel.mib.inc(Mib.TCP_CHALLENGE_ACK);
            Acks.send(sk);
        }
    }

    private static void challengeSyn(TcpSock sk) {
        sk.kernel.mib.inc(Mib.TCP_SYN_CHALLENGE);
        challenge(sk);
    }

    /** Answers an unacceptable segment with an ACK; those without data at most every 500 ms. */
    private static void answer(TcpSock sk, TcpSegment segment) {
        boolean hasData = segment.seq != segment.endSeq() && !segment.has(TcpSegment.SYN);
        if (hasData || !isRateLimited(sk)) {
            AckInput.answerUnacceptable(sk, segment);
        }
    }

    /** Whether an answer to a segment of a half open connection would come too soon after the last one. */
    static boolean isRateLimited(RequestSock req, TcpSegment segment) {
        if (segment.seq != segment.endSeq() && !segment.has(TcpSegment.SYN)) {
            return false;
        }
        int now = req.kernel.jiffies();
        int elapsed = now - req.last_oow_ack_time;
        int limit = req.kernel.msToJiffies(req.kernel.sysctls.tcp_invalid_ratelimit);
        if (req.last_oow_ack_time != 0 && elapsed >= 0 && elapsed < limit) {
            return true;
        }
        req.last_oow_ack_time = now;
        return false;
    }

    private static boolean isRateLimited(TcpSock sk) {
        int now = sk.kernel.jiffies();
        int elapsed = now - sk.last_oow_ack_time;
        int limit = sk.kernel.msToJiffies(sk.kernel.sysctls.tcp_invalid_ratelimit);
        if (sk.last_oow_ack_time != 0 && elapsed >= 0 && elapsed < limit) {
            return true;
        }
        sk.last_oow_ack_time = now;
        return false;
    }

    private static boolean isInWindow(TcpSock sk, TcpSegment segment) {
        return !SeqNum.before(segment.endSeq(), sk.rcv_wup)
                && !SeqNum.after(segment.seq, sk.rcv_nxt + sk.receiveWindow());
    }

    /** The SYN-ACK that answers ours when both sides have sent a SYN (RFC 9293, section 3.5, figure 8). */
    private static boolean completesSimultaneousOpen(TcpSock sk, TcpSegment segment) {
        return sk.skc_state == TcpState.SYN_RECV
                && sk.callbacks != null
                && segment.has(TcpSegment.ACK)
                && segment.seq + 1 == segment.endSeq()
                && segment.endSeq() == sk.rcv_nxt
                && segment.ack == sk.snd_nxt;
    }

    /** Some stacks send a RST with the sequence number of their FIN (tcp_reset_check()). */
    private static boolean isResetAfterFin(TcpSock sk, TcpSegment segment) {
        int states =
                TcpState.bit(TcpState.CLOSE_WAIT) | TcpState.bit(TcpState.LAST_ACK) | TcpState.bit(TcpState.CLOSING);
        return segment.seq == sk.rcv_nxt - 1 && TcpState.in(sk.skc_state, states);
    }

    private static boolean isAtHighestSack(TcpSock sk, int seq) {
        if (!sk.rx_opt_sack_ok || sk.rx_opt_num_sacks == 0) {
            return false;
        }
        int highest = sk.selective_acks[1];
        for (int i = 1; i < sk.rx_opt_num_sacks; i++) {
            highest = SeqNum.max(highest, sk.selective_acks[2 * i + 1]);
        }
        return seq == highest;
    }
}
