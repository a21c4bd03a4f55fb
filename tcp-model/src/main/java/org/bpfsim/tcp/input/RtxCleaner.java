package org.bpfsim.tcp.input;

import org.bpfsim.tcp.output.MtuProbe;
import org.bpfsim.tcp.recovery.Delivery;
import org.bpfsim.tcp.recovery.Rack;
import org.bpfsim.tcp.recovery.RateSampler;
import org.bpfsim.tcp.recovery.RenoSacks;
import org.bpfsim.tcp.recovery.Reordering;
import org.bpfsim.tcp.recovery.RttEstimator;
import org.bpfsim.tcp.recovery.Undo;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.AckFlag;
import org.bpfsim.tcp.sock.AckNotes;
import org.bpfsim.tcp.sock.AckSample;
import org.bpfsim.tcp.sock.Chrono;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.RateSample;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SkbSegments;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Takes acknowledged segments out of the retransmit queue, and from them RTT and delivery samples (Linux 6.12,
 * tcp_clean_rtx_queue() in net/ipv4/tcp_input.c). Hot path: no allocation.
 */
final class RtxCleaner {
    private RtxCleaner() {}

    /**
     * Removes everything below snd_una and adds to {@code notes.flag} what was learnt.
     *
     * @param priorHighestSack highest SACKed sequence number before this ACK
     */
    static void clean(TcpSock sk, AckNotes notes, RateSample rs, int priorHighestSack) {
        final boolean ece = (notes.flag & AckFlag.ECE) != 0;
        final int priorSacked = sk.sacked_out;
        final int una = sk.snd_una;
        int flag = 0;
        int reord = sk.snd_nxt;
        int acked = 0;
        long firstUs = 0;
        long lastUs = 0;
        boolean wholly = true;
        SkBuff skb = sk.tcp_rtx_queue.head();
        while (skb != null && wholly) {
            final int start = skb.seq;
            int pcount = skb.pcount;
            if (SeqNum.after(skb.end_seq, una)) {
                pcount = ackedPart(sk, skb, una);
                if (pcount == 0) {
                    break;
                }
                wholly = false;
            }
            final int tags = skb.sacked;
            final long sentUs = skb.sentUs();
            if ((tags & (SkBuff.SACKED_RETRANS | SkBuff.EVER_RETRANS)) != 0) {
                if ((tags & SkBuff.SACKED_RETRANS) != 0) {
                    sk.retrans_out -= pcount;
                }
                flag |= AckFlag.RETRANS_DATA_ACKED;
            } else if ((tags & SkBuff.SACKED_ACKED) == 0) {
                lastUs = sentUs;
                if (firstUs == 0) {
                    firstUs = sentUs;
                }
                if (SeqNum.before(start, reord)) {
                    reord = start;
                }
                if (!SeqNum.after(skb.end_seq, sk.high_seq)) {
                    flag |= AckFlag.ORIG_SACK_ACKED;
                }
            }
            if ((tags & SkBuff.SACKED_ACKED) != 0) {
                sk.sacked_out -= pcount;
            } else if (sk.rx_opt_sack_ok) {
                Delivery.count(sk, pcount, ece);
                if (!Undo.isSpurious(sk, skb)) {
                    Rack.advance(sk, skb, sentUs);
                }
            }
            if ((tags & SkBuff.LOST) != 0) {
                sk.lost_out -= pcount;
            }
            sk.packets_out -= pcount;
            acked += pcount;
            RateSampler.delivered(sk, skb, rs);
            if ((skb.tcp_flags & TcpSegment.SYN) == 0) {
                flag |= AckFlag.DATA_ACKED;
            } else {
                flag |= AckFlag.SYN_ACKED;
                sk.retrans_stamp = 0;
            }
            if (wholly) {
                if (sk.program_timestamps != null) {
                    sk.program_timestamps.acknowledged(sk, skb);
                }
                skb = free(sk, skb);
            }
        }
        if (sk.tx_timestamps != null) {
            sk.tx_timestamps.acknowledged(sk.kernel, una);
        }
        if (SeqNum.between(sk.snd_up, notes.priorSndUna, una)) {
            sk.snd_up = una;
        }
        if (skb != null && (skb.sacked & SkBuff.SACKED_ACKED) != 0) {
            flag |= AckFlag.SACK_RENEGING;
        }
        if (skb == null) {
            sk.chronoStop(Chrono.BUSY);
        }
        flag = sampleRtt(sk, notes, rs, flag, skb, wholly ? acked : 0, priorSacked, firstUs, lastUs);
        if ((flag & AckFlag.ACKED) != 0) {
            if (sk.mtup_probe_size != 0 && !SeqNum.after(sk.mtu_probe_seq_end, una)) {
                MtuProbe.succeeded(sk);
            }
            if (!sk.rx_opt_sack_ok) {
                RenoSacks.remove(sk, acked, ece);
                if ((flag & AckFlag.RETRANS_DATA_ACKED) != 0) {
                    flag &= ~AckFlag.ORIG_SACK_ACKED;
                }
            } else if (SeqNum.before(reord, priorHighestSack)) {
                Reordering.check(sk, reord, Mib.TCP_SACK_REORDER);
            }
        }
        notes.flag |= flag;
        tellCongestionControl(sk, rs, acked);
    }

    /** Cuts off the acknowledged segments at the head of a buffer, and returns their number (tcp_tso_acked()). */
    private static int ackedPart(TcpSock sk, SkBuff skb, int una) {
        if (skb.pcount == 1 || !SeqNum.after(una, skb.seq)) {
            return 0;
        }
        int before = skb.pcount;
        SkbSegments.trimHead(sk, skb, una - skb.seq);
        return before - skb.pcount;
    }

    private static SkBuff free(TcpSock sk, SkBuff skb) {
        SkBuff next = skb.next;
        if (skb == sk.retransmit_skb_hint) {
            sk.retransmit_skb_hint = null;
        }
        if (skb == sk.highest_sack) {
            sk.highest_sack = next;
        }
        sk.sk_wmem_queued -= skb.truesize;
        sk.tcp_rtx_queue.unlink(skb);
        sk.kernel.skbs.give(skb);
        return next;
    }

    private static int sampleRtt(
            TcpSock sk,
            AckNotes notes,
            RateSample rs,
            int acquired,
            SkBuff head,
            int acked,
            int priorSacked,
            long firstUs,
            long lastUs) {
        int flag = acquired;
        long seqRttUs = -1;
        long sackRttUs = -1;
        long caRttUs = -1;
        if (firstUs != 0 && (flag & AckFlag.RETRANS_DATA_ACKED) == 0) {
            seqRttUs = sk.tcp_mstamp - firstUs;
            caRttUs = sk.tcp_mstamp - lastUs;
            boolean isLoneRunt = acked == 1
                    && priorSacked == 0
                    && sk.snd_una - notes.priorSndUna < sk.mss_cache
                    && rs.prior_delivered + 1 == sk.delivered
                    && ((flag | notes.flag) & (AckFlag.CA_ALERT | AckFlag.SYN_ACKED)) == 0;
            if (isLoneRunt) {
                flag |= AckFlag.ACK_MAYBE_DELAYED;
            }
        }
        if (notes.firstSackUs != 0) {
            sackRttUs = sk.tcp_mstamp - notes.firstSackUs;
            caRttUs = sk.tcp_mstamp - notes.lastSackUs;
        }
        boolean sampled = RttEstimator.update(sk, flag, seqRttUs, sackRttUs, caRttUs, rs);
        if ((flag & AckFlag.ACKED) != 0) {
            flag |= AckFlag.SET_XMIT_TIMER;
        } else if (head != null && sampled && sackRttUs >= 0 && sackRttUs > sk.tcp_mstamp - head.sentUs()) {
            // The SACKed data was sent before the head was last retransmitted, so its ACK may extend the head's
            // timeout.
            flag |= AckFlag.SET_XMIT_TIMER;
        }
        return flag;
    }

    private static void tellCongestionControl(TcpSock sk, RateSample rs, int acked) {
        if (sk.caHas(CongestionOps.PKTS_ACKED)) {
            AckSample sample = sk.kernel.ackSample;
            sample.pkts_acked = acked;
            sample.rtt_us = (int) rs.rtt_us;
            sample.in_flight = sk.mss_cache * (sk.delivered - rs.prior_delivered);
            sk.icsk_ca_ops.pkts_acked(sk, sample);
        }
    }
}
