package org.bpfsim.tcp.recovery;

import java.util.Arrays;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.AckFlag;
import org.bpfsim.tcp.sock.AckNotes;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SkbSegments;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * What the peer has SACKed (RFC 2018, RFC 2883), as tags of the segments in the retransmit queue. Hot path: no
 * allocation.
 *
 * <p>The tags are Linux's: SACKED_ACKED (arrived), LOST, SACKED_RETRANS (a retransmission is in flight), EVER_RETRANS. The
 * counters {@code sacked_out}, {@code lost_out} and {@code retrans_out} always equal the number of segments with the tag.
 */
public final class Scoreboard {
    private Scoreboard() {}

    /** Marks a segment lost; also a retransmission that is in flight (tcp_mark_skb_lost()). */
    public static void markLost(TcpSock sk, SkBuff skb) {
        if ((skb.sacked & SkBuff.SACKED_ACKED) != 0) {
            return;
        }
        boolean allLostAreResent = sk.retransmit_skb_hint == null && sk.retrans_out >= sk.lost_out;
        boolean isBeforeHint = sk.retransmit_skb_hint != null && SeqNum.before(skb.seq, sk.retransmit_skb_hint.seq);
        if (allLostAreResent || isBeforeHint) {
            sk.retransmit_skb_hint = skb;
        }
        if ((skb.sacked & SkBuff.LOST) == 0) {
            skb.sacked |= SkBuff.LOST;
            sk.lost_out += skb.pcount;
            sk.lost += skb.pcount;
        } else if ((skb.sacked & SkBuff.SACKED_RETRANS) != 0) {
            skb.sacked &= ~SkBuff.SACKED_RETRANS;
            sk.retrans_out -= skb.pcount;
            sk.lost += skb.pcount;
            sk.kernel.mib.add(Mib.TCP_LOST_RETRANSMIT, skb.pcount);
        }
    }

    /**
     * Tags what the SACK blocks of an ACK cover, and fills in {@code notes.flag}, {@code reord}, {@code sackDelivered} and
     * the times (tcp_sacktag_write_queue()).
     */
    public static void tag(TcpSock sk, TcpSegment ack, AckNotes notes) {
        notes.reord = sk.snd_nxt;
        if (sk.sacked_out == 0) {
            sk.highest_sack = sk.tcp_rtx_queue.head();
        }
        boolean firstIsDsack = Dsack.check(sk, ack, notes);
        if (SeqNum.before(ack.ack, notes.priorSndUna - sk.max_window) || sk.packets_out == 0) {
            return;
        }
        int blocks = sortBlocks(sk, ack, firstIsDsack, notes);
        for (int i = 0; i < blocks; i++) {
            int start = notes.blocks[2 * i];
            int end = notes.blocks[2 * i + 1];
            boolean isDsack = firstIsDsack && start == ack.sacks[0] && end == ack.sacks[1];
            tagBlock(sk, start, end, isDsack, notes);
        }
        System.arraycopy(notes.blocks, 0, sk.recv_sack_cache, 0, 2 * blocks);
        Arrays.fill(sk.recv_sack_cache, 2 * blocks, sk.recv_sack_cache.length, 0);
        if (sk.icsk_ca_state != CaState.LOSS || sk.undo_marker != 0) {
            Reordering.check(sk, notes.reord, Mib.TCP_SACK_REORDER);
        }
    }

    private static void tagBlock(TcpSock sk, int start, int end, boolean isDsack, AckNotes notes) {
        int from = start;
        if (!isDsack && sk.sacked_out > 0) {
            from = skipKnown(sk, start, end);
            if (!SeqNum.before(from, end)) {
                return;
            }
        }
        for (SkBuff skb = firstAtOrAfter(sk, from); skb != null; skb = skb.next) {
            if (!SeqNum.before(skb.seq, end)) {
                break;
            }
            if (covers(sk, skb, start, end)) {
                tagOne(sk, skb, isDsack, notes);
            }
        }
    }

    /**
     * Whether a block covers a buffer. One of several segments that it covers in part is cut at segments' ends first, so that
     * the answer is true for its first part, or for the next (tcp_match_skb_to_sack()).
     */
    private static boolean covers(TcpSock sk, SkBuff skb, int start, int end) {
        boolean fromHead = !SeqNum.after(start, skb.seq);
        boolean whole = fromHead && !SeqNum.before(end, skb.end_seq);
        if (whole || skb.pcount <= 1 || !SeqNum.after(skb.end_seq, start)) {
            return whole;
        }
        final int mss = skb.gso_size;
        int length;
        if (fromHead) {
            length = (end - skb.seq) / mss * mss;
            if (length == 0) {
                return false;
            }
        } else {
            length = Math.max((start - skb.seq + mss - 1) / mss, 1) * mss;
            if (length >= skb.payloadBytes()) {
                return false;
            }
        }
        SkbSegments.splitSent(sk, skb, length, mss);
        return fromHead;
    }

    /** Where in a block the part begins that the last ACK's blocks did not cover. */
    private static int skipKnown(TcpSock sk, int start, int end) {
        int from = start;
        for (int i = 0; i < sk.recv_sack_cache.length; i += 2) {
            int knownStart = sk.recv_sack_cache[i];
            int knownEnd = sk.recv_sack_cache[i + 1];
            if (knownStart != knownEnd && !SeqNum.after(knownStart, from) && SeqNum.after(knownEnd, from)) {
                from = SeqNum.min(knownEnd, end);
            }
        }
        return from;
    }

    /** The first segment that ends after {@code seq}, searched from whichever end is likely to be nearer. */
    private static SkBuff firstAtOrAfter(TcpSock sk, int seq) {
        if (sk.sacked_out > 0 && !SeqNum.before(seq, sk.highestSackSeq())) {
            return sk.highest_sack;
        }
        SkBuff low = sk.tcp_rtx_queue.head();
        SkBuff high = sk.tcp_rtx_queue.tail();
        while (low != null && !SeqNum.after(low.end_seq, seq)) {
            if (!SeqNum.after(high.seq, seq)) {
                return SeqNum.after(high.end_seq, seq) ? high : high.next;
            }
            low = low.next;
            high = high.prev;
        }
        return low;
    }

    private static void tagOne(TcpSock sk, SkBuff skb, boolean isDsack, AckNotes notes) {
        int sacked = skb.sacked;
        boolean wasRetransmitted = (sacked & (SkBuff.SACKED_RETRANS | SkBuff.EVER_RETRANS)) != 0;
        if (isDsack && wasRetransmitted) {
            Dsack.countRetransmission(sk, skb.end_seq, skb.pcount);
            if ((sacked & SkBuff.SACKED_ACKED) != 0) {
                notes.reord = SeqNum.min(notes.reord, skb.seq);
            }
        }
        if (SeqNum.after(skb.end_seq, sk.snd_una)) {
            if ((sacked & SkBuff.SACKED_ACKED) == 0) {
                markArrived(sk, skb, wasRetransmitted, notes);
            }
            if (isDsack && (skb.sacked & SkBuff.SACKED_RETRANS) != 0) {
                skb.sacked &= ~SkBuff.SACKED_RETRANS;
                sk.retrans_out -= skb.pcount;
            }
        }
        RateSampler.delivered(sk, skb, sk.kernel.rateSample);
        if ((skb.sacked & SkBuff.SACKED_ACKED) != 0) {
            sk.tcp_rtx_queue.tsRemove(skb);
        }
        if (!SeqNum.before(skb.seq, sk.highestSackSeq())) {
            sk.highest_sack = skb.next;
        }
    }

    private static void markArrived(TcpSock sk, SkBuff skb, boolean wasRetransmitted, AckNotes notes) {
        long sentUs = skb.sentUs();
        Rack.advance(sk, skb, sentUs);
        if ((skb.sacked & SkBuff.SACKED_RETRANS) != 0) {
            if ((skb.sacked & SkBuff.LOST) != 0) {
                skb.sacked &= ~(SkBuff.LOST | SkBuff.SACKED_RETRANS);
                sk.lost_out -= skb.pcount;
                sk.retrans_out -= skb.pcount;
            }
        } else {
            if (!wasRetransmitted) {
                noteOriginal(sk, skb, sentUs, notes);
            }
            if ((skb.sacked & SkBuff.LOST) != 0) {
                skb.sacked &= ~SkBuff.LOST;
                sk.lost_out -= skb.pcount;
            }
        }
        skb.sacked |= SkBuff.SACKED_ACKED;
        sk.sacked_out += skb.pcount;
        notes.flag |= AckFlag.DATA_SACKED;
        notes.sackDelivered += skb.pcount;
    }

    /** A segment that was sent once has arrived: evidence of reordering if it fills a hole, and an RTT sample. */
    private static void noteOriginal(TcpSock sk, SkBuff skb, long sentUs, AckNotes notes) {
        if (SeqNum.before(skb.seq, sk.highestSackSeq())) {
            notes.reord = SeqNum.min(notes.reord, skb.seq);
        }
        if (!SeqNum.after(skb.end_seq, sk.high_seq)) {
            notes.flag |= AckFlag.ORIG_SACK_ACKED;
        }
        if (notes.firstSackUs == 0) {
            notes.firstSackUs = sentUs;
        }
        notes.lastSackUs = sentUs;
    }

    /**
     * Puts the valid blocks of an ACK into {@code notes.blocks} in ascending order, and returns their number. In another
     * order, the second of two holes that one ACK reports would look like reordering.
     */
    private static int sortBlocks(TcpSock sk, TcpSegment ack, boolean firstIsDsack, AckNotes notes) {
        int count = 0;
        for (int i = 0; i < ack.sackCount; i++) {
            int start = ack.sacks[2 * i];
            int end = ack.sacks[2 * i + 1];
            boolean isDsack = i == 0 && firstIsDsack;
            if (!Dsack.isValidBlock(sk, isDsack, start, end) || !SeqNum.after(end, notes.priorSndUna)) {
                continue;
            }
            int at = count++;
            while (at > 0 && SeqNum.after(notes.blocks[2 * at - 2], start)) {
                notes.blocks[2 * at] = notes.blocks[2 * at - 2];
                notes.blocks[2 * at + 1] = notes.blocks[2 * at - 1];
                at--;
            }
            notes.blocks[2 * at] = start;
            notes.blocks[2 * at + 1] = end;
        }
        return count;
    }
}
