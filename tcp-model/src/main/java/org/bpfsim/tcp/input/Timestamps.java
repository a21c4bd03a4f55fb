package org.bpfsim.tcp.input;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.TcpSock;

/** Time stamps of the peer: which to echo, and protection against old segments (RFC 7323, sections 4 and 5). */
final class Timestamps {
    /** TCP_PAWS_WINDOW: so much older may a segment be. */
    private static final int PAWS_WINDOW = 1;

    private static final int PAWS_WRAP_S = 60 * 60 * 24 * 24;

    private Timestamps() {}

    /** Takes a segment's time stamps into the socket's {@code rx_opt}. */
    static void parse(TcpSock sk, TcpSegment segment) {
        sk.rx_opt_saw_tstamp = segment.hasTimestamps;
        if (segment.hasTimestamps) {
            sk.rx_opt_rcv_tsval = segment.tsval;
            sk.rx_opt_rcv_tsecr = segment.tsecr == 0 ? 0 : segment.tsecr - sk.tsoffset;
        }
    }

    /** Whether a segment is an old duplicate by its time stamp, and not just a late ACK. */
    static boolean isOldDuplicate(TcpSock sk, TcpSegment segment) {
        return !isPlausible(sk, PAWS_WINDOW) && !isDisorderedAck(sk, segment);
    }

    /** Echoes a segment's time stamp from now on if it covers the last ACK sent (RFC 7323, section 4.3). */
    static void replaceRecent(TcpSock sk, int seq) {
        if (sk.rx_opt_saw_tstamp && !SeqNum.after(seq, sk.rcv_wup) && isPlausible(sk, 0)) {
            store(sk);
        }
    }

    static void store(TcpSock sk) {
        sk.rx_opt_ts_recent = sk.rx_opt_rcv_tsval;
        sk.rx_opt_ts_recent_stamp = seconds(sk);
    }

    private static boolean isPlausible(TcpSock sk, int tolerance) {
        return sk.rx_opt_ts_recent - sk.rx_opt_rcv_tsval <= tolerance
                || seconds(sk) - sk.rx_opt_ts_recent_stamp >= PAWS_WRAP_S
                || sk.rx_opt_ts_recent == 0;
    }

    private static boolean isDisorderedAck(TcpSock sk, TcpSegment segment) {
        int window = segment.window << sk.rx_opt_snd_wscale;
        int replayMs = (int) (sk.kernel.jiffiesToUs(sk.icsk_rto) / 1000 * 6 / 5);
        return segment.has(TcpSegment.ACK)
                && segment.seq == segment.endSeq()
                && segment.seq == sk.rcv_nxt
                && segment.ack == sk.snd_una
                && !AckInput.mayUpdateWindow(sk, segment.ack, segment.seq, window)
                && sk.rx_opt_ts_recent - sk.rx_opt_rcv_tsval <= replayMs;
    }

    private static int seconds(TcpSock sk) {
        return (int) (sk.tcp_mstamp / 1_000_000);
    }
}
