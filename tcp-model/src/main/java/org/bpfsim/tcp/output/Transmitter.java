package org.bpfsim.tcp.output;

import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.tcp.recovery.CwndReduction;
import org.bpfsim.tcp.recovery.RateSampler;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * Makes a segment of what is to be sent and hands it to the NIC (Linux 6.12, __tcp_transmit_skb() in
 * net/ipv4/tcp_output.c). Hot path: no allocation.
 */
public final class Transmitter {
    /** Of the 40 bytes of options, how many SACK blocks fit beside time stamps. */
    private static final int SACKS_BESIDE_TIMESTAMPS = 3;

    private Transmitter() {}

    /** SACK blocks that the next segment carries, DSACK included. */
    static int sackBlocks(TcpSock sk) {
        int blocks = sk.rx_opt_num_sacks + (sk.rx_opt_dsack ? 1 : 0);
        if (blocks == 0) {
            return 0;
        }
        return Math.min(blocks, sk.rx_opt_tstamp_ok ? SACKS_BESIDE_TIMESTAMPS : TcpSegment.MAX_SACKS);
    }

    /**
     * Sends a buffer that is (or is about to be) in the retransmit queue; its segments are counted. Returns whether the host's
     * own queues had room for it.
     */
    static boolean sendData(TcpSock sk, SkBuff skb) {
        final long priorWstamp = sk.tcp_wstamp_ns;
        stamp(sk);
        skb.skb_mstamp_ns = sk.tcp_wstamp_ns;
        TcpSegment segment = header(sk, skb.tcp_flags, skb.seq, sk.rcv_nxt);
        boolean isSyn = (skb.tcp_flags & TcpSegment.SYN) != 0;
        int length = skb.payloadBytes();
        segment.length = length;
        if (skb.pcount > 1) {
            segment.gsoSize = skb.gso_size;
            segment.gsoSegs = skb.pcount;
            segment.flags |= TcpSegment.PSH; // so that the receiver's GRO does not wait for more
        }
        if (sk.tx_payload != null && length > 0) {
            segment.payload = sk.tx_payload;
            segment.payloadOffset = sk.streamOffset(skb.seq);
        }
        if (isSyn) {
            Syn.addOptions(sk, segment);
        } else {
            segment.window = ReceiveWindow.select(sk);
            addOptions(sk, segment);
            setEcn(sk, segment);
        }
        ProgramOptions.write(sk, segment);
        if (!isSyn) {
            ackSent(sk, sk.rcv_nxt);
        }
        if (length > 0) {
            dataSent(sk);
            sk.data_segs_out += skb.pcount;
            sk.bytes_sent += length;
        }
        if (sk.tx_timestamps != null) {
            sk.tx_timestamps.sent(sk.kernel, skb);
        }
        if (sk.program_timestamps != null) {
            segment.seal(sk.kernel.linkOverheadBytes);
            sk.program_timestamps.sent(sk, skb, segment.ipBytes);
        }
        if (!send(sk, segment, skb)) {
            return false;
        }
        Pacing.afterSend(sk, length, priorWstamp);
        if (skb.tsLinked || skb.sacked != 0) {
            sk.tcp_rtx_queue.tsAppend(skb);
        }
        RateSampler.sent(sk, skb);
        return true;
    }

    /** Sends a segment without payload that is not queued: an ACK, a probe, a reset. */
    static boolean sendControl(TcpSock sk, int flags, int seq, int ack) {
        stamp(sk);
        TcpSegment segment = header(sk, flags, seq, ack);
        segment.window = ReceiveWindow.select(sk);
        addOptions(sk, segment);
        setEcn(sk, segment);
        ProgramOptions.write(sk, segment);
        if ((flags & TcpSegment.ACK) != 0) {
            ackSent(sk, ack);
        }
        return send(sk, segment, null);
    }

    private static void stamp(TcpSock sk) {
        sk.tcp_wstamp_ns = Math.max(sk.tcp_wstamp_ns, sk.tcp_clock_cache);
    }

    private static TcpSegment header(TcpSock sk, int flags, int seq, int ack) {
        HostKernel kernel = sk.kernel;
        TcpSegment s = kernel.segments.take();
        s.srcHost = kernel.hostIndex;
        s.dstHost = sk.peerHost;
        s.flowHash = sk.sk_txhash;
        s.src = sk.saddr;
        s.dst = sk.daddr;
        s.srcPort = sk.skc_num;
        s.dstPort = sk.skc_dport;
        s.flags = flags;
        s.seq = seq;
        s.ack = (flags & TcpSegment.ACK) != 0 ? ack : 0;
        s.dscp = sk.tos >> 2;
        s.ecn = sk.tos & Ecn.CE;
        return s;
    }

    /** Returns false if the packet was dropped in the host. A drop there is congestion, as one in the network is. */
    private static boolean send(TcpSock sk, TcpSegment segment, SkBuff skb) {
        if (!sk.kernel.routes.isEmpty()) {
            Mss.route(sk);
        }
        segment.seal(sk.kernel.linkOverheadBytes);
        sk.kernel.mib.add(Mib.TCP_OUT_SEGS, segment.gsoSegs);
        sk.segs_out += segment.gsoSegs;
        int result = sk.kernel.egress().send(segment, sk, skb);
        if (result != HostKernel.NET_XMIT_SUCCESS) {
            CwndReduction.enterCwr(sk);
        }
        return result != HostKernel.NET_XMIT_DROP;
    }

    private static void addOptions(TcpSock sk, TcpSegment segment) {
        if (sk.rx_opt_tstamp_ok) {
            segment.hasTimestamps = true;
            segment.tsval = (int) (sk.tcp_wstamp_ns / 1_000_000) + sk.tsoffset;
            segment.tsecr = sk.rx_opt_ts_recent;
        }
        int room = sackBlocks(sk);
        if (room > 0) {
            addSacks(sk, segment, room);
        }
        if (ProgramOptions.wanted(sk)) {
            ProgramOptions.reserve(sk, segment);
        }
    }

    private static void addSacks(TcpSock sk, TcpSegment segment, int room) {
        if (sk.rx_opt_dsack) {
            segment.addSack(sk.duplicate_sack[0], sk.duplicate_sack[1]);
            sk.rx_opt_dsack = false;
        }
        for (int i = 0; segment.sackCount < room; i++) {
            segment.addSack(sk.selective_acks[2 * i], sk.selective_acks[2 * i + 1]);
        }
    }

    /** ECN bits of IP and TCP header (RFC 3168, section 6.1; tcp_ecn_send()). */
    private static void setEcn(TcpSock sk, TcpSegment segment) {
        if ((sk.ecn_flags & TcpSock.TCP_ECN_OK) == 0) {
            return;
        }
        boolean isNewData = segment.length > 0 && !SeqNum.before(segment.seq, sk.snd_nxt);
        if (isNewData) {
            sk.setEcnCapable(true);
            if ((sk.ecn_flags & TcpSock.TCP_ECN_QUEUE_CWR) != 0) {
                sk.ecn_flags &= ~TcpSock.TCP_ECN_QUEUE_CWR;
                segment.flags |= TcpSegment.CWR;
            }
        } else if (!sk.caNeedsEcn()) {
            sk.setEcnCapable(false);
        }
        segment.ecn = sk.tos & Ecn.CE;
        if ((sk.ecn_flags & TcpSock.TCP_ECN_DEMAND_CWR) != 0) {
            segment.flags |= TcpSegment.ECE;
        }
    }

    private static void dataSent(TcpSock sk) {
        int now = sk.kernel.jiffies();
        if (sk.packetsInFlight() == 0 && sk.skc_state != TcpState.SYN_SENT) {
            sk.caEvent(CaEvent.TX_START);
        }
        sk.lsndtime = now;
        boolean isReply = Integer.compareUnsigned(now - sk.icsk_ack_lrcvtime, sk.icsk_ack_ato) < 0;
        if (isReply && sk.icsk_ack_pingpong < 255) {
            sk.icsk_ack_pingpong++;
        }
    }

    /** An ACK went out: none is owed any more, unless it was for older data (tcp_event_ack_sent()). */
    private static void ackSent(TcpSock sk, int ack) {
        sk.kernel.mib.add(Mib.TCP_ACK_COMPRESSED, sk.compressed_ack);
        sk.compressed_ack = 0;
        if (sk.kernel.scheduler.isPending(sk.compressed_ack_timer)) {
            sk.kernel.scheduler.cancel(sk.compressed_ack_timer);
        }
        if (ack != sk.rcv_nxt) {
            return;
        }
        if (sk.icsk_ack_quick != 0) {
            int used = sk.ackScheduled() ? 1 : 0;
            if (used >= sk.icsk_ack_quick) {
                sk.icsk_ack_quick = 0;
                sk.icsk_ack_ato = Acks.atoMin(sk.kernel);
            } else {
                sk.icsk_ack_quick -= used;
            }
        }
        SockTimers.clearDelack(sk);
    }
}
