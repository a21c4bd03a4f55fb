package org.bpfsim.tcp.recovery;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.AckFlag;
import org.bpfsim.tcp.sock.AckNotes;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.TcpSock;

/** What a peer's duplicate SACK block says: that a segment arrived twice (RFC 2883). */
final class Dsack {
    private Dsack() {}

    /** Whether the first SACK block of an ACK is a DSACK; takes notice of it (tcp_check_dsack()). */
    static boolean check(TcpSock sk, TcpSegment ack, AckNotes notes) {
        int start = ack.sacks[0];
        int end = ack.sacks[1];
        if (SeqNum.before(start, ack.ack)) {
            sk.kernel.mib.inc(Mib.TCP_DSACK_RECV);
        } else if (ack.sackCount > 1 && !SeqNum.after(end, ack.sacks[3]) && !SeqNum.before(start, ack.sacks[2])) {
            sk.kernel.mib.inc(Mib.TCP_DSACK_OFO_RECV);
        } else {
            return false;
        }
        int duplicates = seen(sk, start, end, notes);
        if (duplicates == 0) {
            return false;
        }
        if (!SeqNum.after(end, notes.priorSndUna)) {
            countRetransmission(sk, end, duplicates);
        }
        return true;
    }

    /** A retransmission up to {@code end} has turned out to be needless: one less that undo must wait for. */
    static void countRetransmission(TcpSock sk, int end, int segments) {
        if (sk.undo_marker != 0 && sk.undo_retrans > 0 && SeqNum.after(end, sk.undo_marker)) {
            sk.undo_retrans = Math.max(0, sk.undo_retrans - segments);
        }
    }

    /** Whether a SACK block lies where it may (tcp_is_sackblock_valid()). */
    static boolean isValidBlock(TcpSock sk, boolean isDsack, int start, int end) {
        if (SeqNum.after(end, sk.snd_nxt) || !SeqNum.before(start, end) || !SeqNum.before(start, sk.snd_nxt)) {
            return false;
        }
        if (SeqNum.after(start, sk.snd_una)) {
            return true;
        }
        if (!isDsack || sk.undo_marker == 0 || SeqNum.after(end, sk.snd_una)) {
            return false;
        }
        if (!SeqNum.before(start, sk.undo_marker)) {
            return true;
        }
        return SeqNum.after(end, sk.undo_marker) && !SeqNum.before(start, end - sk.max_window);
    }

    private static int seen(TcpSock sk, int start, int end, AckNotes notes) {
        int length = end - start;
        if (!SeqNum.before(start, end) || Integer.compareUnsigned(length, sk.max_window) > 0) {
            return 0;
        }
        int segments = 1;
        if (length > sk.mss_cache) {
            segments = (length + sk.mss_cache - 1) / sk.mss_cache;
        } else if (sk.tlp_high_seq != 0 && sk.tlp_high_seq == end) {
            notes.flag |= AckFlag.DSACK_TLP;
        }
        sk.dsack_dups += segments;
        if (sk.dsack_dups > sk.total_retrans) {
            return 0; // duplicated by the network, not by us
        }
        sk.rx_opt_dsack_seen = true;
        if (sk.reord_seen != 0 && (notes.flag & AckFlag.DSACK_TLP) == 0) {
            sk.rack_dsack_seen = true;
        }
        notes.flag |= AckFlag.DSACKING_ACK;
        notes.sackDelivered += segments;
        return segments;
    }
}
