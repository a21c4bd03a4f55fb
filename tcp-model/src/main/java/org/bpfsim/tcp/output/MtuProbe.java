package org.bpfsim.tcp.output;

import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SkbSegments;
import org.bpfsim.tcp.sock.Sysctls;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Searches for the path's MTU without the help of ICMP: now and then a segment is larger than the others, and what becomes of
 * it halves the range (RFC 4821; Linux 6.12, tcp_mtu_probe() in net/ipv4/tcp_output.c). {@code
 * net.ipv4.tcp_mtu_probing}: 0 never, 1 when a path seems to swallow large segments, 2 always.
 */
public final class MtuProbe {
    /** Nothing to probe; the others go on as they would. */
    static final int NONE = -1;
    /** A probe is due and must wait: nothing else goes before it. */
    static final int WAIT = 0;

    static final int SENT = 1;

    private static final int ALWAYS = 2;
    private static final int LEAST_CWND = 11;

    private MtuProbe() {}

    /** A connection begins (tcp_mtup_init()). */
    public static void init(TcpSock sk) {
        Sysctls sysctls = sk.kernel.sysctls;
        sk.mtup_enabled = sysctls.tcp_mtu_probing >= ALWAYS;
        sk.mtup_search_high = largest(sk);
        sk.mtup_search_low = mtu(sk, sysctls.tcp_base_mss);
        sk.mtup_probe_size = 0;
        if (sk.mtup_enabled) {
            sk.mtup_probe_timestamp = sk.kernel.jiffies();
        }
    }

    /** Sends a probe if it is time for one. */
    static int send(TcpSock sk) {
        if (sk.mtup_probe_size != 0
                || sk.icsk_ca_state != CaState.OPEN
                || Integer.compareUnsigned(sk.snd_cwnd, LEAST_CWND) < 0
                || sk.rx_opt_num_sacks != 0
                || sk.rx_opt_dsack) {
            return NONE;
        }
        int mss = Mss.current(sk);
        int size = Mss.ofMtu(sk, sk.mtup_search_high + sk.mtup_search_low >> 1);
        int needed = size + (sk.reordering + 1) * sk.mss_cache;
        int interval = sk.mtup_search_high - sk.mtup_search_low;
        if (size > Mss.ofMtu(sk, sk.mtup_search_high) || interval < sk.kernel.sysctls.tcp_probe_threshold) {
            searchAgain(sk, mss);
            return NONE;
        }
        if (sk.write_seq - sk.snd_nxt < needed || Integer.compareUnsigned(sk.snd_wnd, needed) < 0) {
            return NONE;
        }
        if (SeqNum.after(sk.snd_nxt + needed, sk.wndEnd())) {
            return WAIT;
        }
        int inFlight = sk.packetsInFlight();
        if (Integer.compareUnsigned(inFlight + 2, sk.snd_cwnd) > 0) {
            return inFlight == 0 ? NONE : WAIT;
        }
        if (!isInOnePiece(sk, size)) {
            return NONE;
        }
        SkBuff probe = take(sk, size, mss);
        Sender.sendNew(sk, probe);
        sk.snd_cwnd--; // it stands for two packets
        sk.mtup_probe_size = mtu(sk, size);
        sk.mtu_probe_seq_start = probe.seq;
        sk.mtu_probe_seq_end = probe.end_seq;
        return SENT;
    }

    /** The probe is acknowledged: segments may be as large from now on (tcp_mtup_probe_success()). */
    public static void succeeded(TcpSock sk) {
        sk.prior_ssthresh = sk.currentSsthresh();
        long cwnd = Integer.toUnsignedLong(sk.snd_cwnd) * mtu(sk, sk.mss_cache) / sk.mtup_probe_size;
        sk.snd_cwnd = (int) Math.max(1, cwnd);
        sk.snd_cwnd_cnt = 0;
        sk.snd_cwnd_stamp = sk.kernel.jiffies();
        sk.snd_ssthresh = sk.currentSsthresh();
        sk.mtup_search_low = sk.mtup_probe_size;
        sk.mtup_probe_size = 0;
        Mss.sync(sk);
        sk.kernel.mib.inc(Mib.TCP_MTUP_SUCCESS);
    }

    /** The probe is lost, and it alone: that is no congestion (tcp_mtup_probe_failed()). */
    public static void failed(TcpSock sk) {
        sk.mtup_search_high = sk.mtup_probe_size - 1;
        sk.mtup_probe_size = 0;
        sk.kernel.mib.inc(Mib.TCP_MTUP_FAIL);
        sk.snd_cwnd++;
        Retransmitter.retransmitTooBig(sk);
    }

    /** Nothing gets through any more: begins with small segments, and with ever smaller ones (tcp_mtu_probing()). */
    public static void onBlackHole(TcpSock sk) {
        Sysctls sysctls = sk.kernel.sysctls;
        if (sysctls.tcp_mtu_probing == 0) {
            return;
        }
        if (!sk.mtup_enabled) {
            sk.mtup_enabled = true;
            sk.mtup_probe_timestamp = sk.kernel.jiffies();
        } else {
            int mss = Math.min(sysctls.tcp_base_mss, Mss.ofMtu(sk, sk.mtup_search_low) >> 1);
            sk.mtup_search_low = mtu(sk, Math.max(mss, Math.max(sysctls.tcp_mtu_probe_floor, sysctls.tcp_min_snd_mss)));
        }
        Mss.sync(sk);
    }

    /** After a while the whole range is searched again (tcp_mtu_check_reprobe()). */
    private static void searchAgain(TcpSock sk, int mss) {
        int now = sk.kernel.jiffies();
        if (now - sk.mtup_probe_timestamp >= sk.kernel.sysctls.tcp_probe_interval * sk.kernel.hz) {
            sk.mtup_probe_size = 0;
            sk.mtup_search_high = largest(sk);
            sk.mtup_search_low = mtu(sk, mss);
            sk.mtup_probe_timestamp = now;
        }
    }

    /**
     * Whether nothing keeps the first bytes that wait from being one segment (tcp_can_coalesce_send_queue_head()). Unlike
     * on Linux, several buffers with pages of the application are never put together.
     */
    private static boolean isInOnePiece(TcpSock sk, int bytes) {
        int rest = bytes;
        for (SkBuff skb = sk.sk_write_queue.head(); skb != null && rest > skb.payloadBytes(); skb = skb.next) {
            if (skb.eor || skb.frags != null || skb.next != null && skb.next.frags != null) {
                return false;
            }
            rest -= skb.payloadBytes();
        }
        return true;
    }

    /** Makes one segment of the first bytes that wait; it is at the head of the write queue then. */
    private static SkBuff take(TcpSock sk, int bytes, int mss) {
        SkBuff first = sk.sk_write_queue.head();
        while (first.payloadBytes() < bytes) {
            SkBuff next = first.next;
            int moved = Math.min(bytes - first.payloadBytes(), next.payloadBytes());
            first.end_seq += moved;
            first.truesize += moved;
            next.seq += moved;
            next.truesize -= moved;
            if (next.payloadBytes() == 0) {
                first.end_seq = next.end_seq;
                first.tcp_flags |= next.tcp_flags;
                first.eor = next.eor;
                sk.sk_write_queue.unlink(next);
                sk.sk_wmem_queued -= next.truesize;
                sk.kernel.skbs.give(next);
            }
        }
        if (first.payloadBytes() > bytes) {
            SkbSegments.splitUnsent(sk, first, bytes, mss);
        }
        first.tcp_flags &= ~TcpSegment.PSH;
        first.pcount = 1;
        first.gso_size = 0;
        return first;
    }

    private static int largest(TcpSock sk) {
        return sk.rx_opt_mss_clamp + 20 + ipHeader(sk);
    }

    /** The IP packet of a segment with so much payload (tcp_mss_to_mtu()). */
    private static int mtu(TcpSock sk, int mss) {
        return mss + sk.tcp_header_len + ipHeader(sk);
    }

    private static int ipHeader(TcpSock sk) {
        return sk.family() == IpAddress.AF_INET ? 20 : 40;
    }
}
