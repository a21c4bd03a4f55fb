package org.bpfsim.tcp.input;

import org.bpfsim.tcp.output.Mss;
import org.bpfsim.tcp.output.SendBuffer;
import org.bpfsim.tcp.recovery.RttEstimator;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * How much memory the receive queue may have, and what window follows from it: Linux's dynamic right-sizing (6.12,
 * tcp_rcv_space_adjust(), tcp_grow_window(), tcp_measure_rcv_mss() in net/ipv4/tcp_input.c). Hot path: no allocation.
 *
 * <p>{@code rcv_ssthresh} grows with each segment up to the window clamp; the buffer itself grows once per RTT to twice
 * what the application has read in the last one.
 */
public final class ReceiveBuffer {
    private static final int SMALL_SEGMENT = 128;
    private static final int TCP_HEADER = 20;

    private ReceiveBuffer() {}

    /** A connection begins (tcp_init_buffer_space()). */
    public static void init(TcpSock sk) {
        if ((sk.sk_userlocks & TcpSock.SOCK_SNDBUF_LOCK) == 0) {
            SendBuffer.expand(sk);
        }
        sk.refreshClock();
        sk.rcvq_space_time = sk.tcp_mstamp;
        sk.rcvq_space_seq = sk.copied_seq;
        int full = sk.fullSpace();
        if (sk.window_clamp >= full) {
            sk.window_clamp = full;
            if (full > 4 * sk.advmss) { // net.ipv4.tcp_app_win = 31 takes nothing off
                sk.window_clamp = Math.max(full - (full >> 31), 4 * sk.advmss);
            }
        }
        if (sk.window_clamp > 2 * sk.advmss && sk.window_clamp + sk.advmss > full) {
            sk.window_clamp = Math.max(2 * sk.advmss, full - sk.advmss);
        }
        sk.rcv_ssthresh = Math.min(sk.rcv_ssthresh, sk.window_clamp);
        sk.snd_cwnd_stamp = sk.kernel.jiffies();
        sk.rcvq_space_space = Math.min(Math.min(sk.rcv_ssthresh, sk.rcv_wnd), TcpSock.TCP_INIT_CWND * sk.advmss);
    }

    /** Learns the peer's segment size and the share of memory that payload takes (tcp_measure_rcv_mss()). */
    static void measureMss(TcpSock sk, TcpSegment segment, int truesize) {
        final int length = segment.gsoSize != 0 ? segment.gsoSize : segment.length;
        final int lastSize = sk.icsk_ack_last_seg_size;
        sk.icsk_ack_last_seg_size = 0;
        if (length >= sk.icsk_ack_rcv_mss) {
            if (length != sk.icsk_ack_rcv_mss) {
                updateScalingRatio(sk, segment.length, truesize);
            }
            sk.icsk_ack_rcv_mss = Math.min(length, sk.advmss);
            if (segment.has(TcpSegment.PSH)) {
                sk.icsk_ack_pending |= TcpSock.ICSK_ACK_PUSHED;
            }
            return;
        }
        int withHeader = length + TCP_HEADER + segment.optionBytes();
        boolean isRemnant = segment.has(TcpSegment.PSH) || segment.has(TcpSegment.FIN) || segment.has(TcpSegment.SYN);
        if (withHeader >= Mss.DEFAULT + TCP_HEADER || withHeader >= Mss.MIN + TCP_HEADER && !isRemnant) {
            int size = withHeader - sk.tcp_header_len;
            sk.icsk_ack_last_seg_size = size;
            if (size == lastSize) {
                sk.icsk_ack_rcv_mss = size;
                return;
            }
        }
        if ((sk.icsk_ack_pending & TcpSock.ICSK_ACK_PUSHED) != 0) {
            sk.icsk_ack_pending |= TcpSock.ICSK_ACK_PUSHED2;
        }
        sk.icsk_ack_pending |= TcpSock.ICSK_ACK_PUSHED;
    }

    /** Lets the window grow by what segments like this one allow (tcp_grow_window()). */
    static void growWindow(TcpSock sk, TcpSegment segment, int truesize) {
        int room = Math.min(sk.window_clamp, sk.space()) - sk.rcv_ssthresh;
        if (room <= 0) {
            return;
        }
        int increment = sk.winFromSpace(truesize) <= segment.length
                ? 2 * sk.advmss
                : incrementForOverhead(sk, segment.length, truesize);
        if (increment != 0) {
            increment = Math.max(increment, 2 * segment.length);
            sk.rcv_ssthresh += Math.min(room, increment);
            sk.icsk_ack_quick |= 1;
        }
    }

    /** Whether a segment is large enough for {@link #growWindow}. */
    static boolean countsForWindow(TcpSegment segment) {
        return segment.length >= SMALL_SEGMENT;
    }

    /** RTT as the receiver sees it: the time until a window of data has come (tcp_rcv_rtt_measure()). */
    static void measureRttByWindow(TcpSock sk) {
        if (sk.rcv_rtt_est_time != 0) {
            if (SeqNum.before(sk.rcv_nxt, sk.rcv_rtt_est_seq)) {
                return;
            }
            int us = (int) Math.max(1, sk.tcp_mstamp - sk.rcv_rtt_est_time);
            updateRtt(sk, us, true);
        }
        sk.rcv_rtt_est_seq = sk.rcv_nxt + sk.rcv_wnd;
        sk.rcv_rtt_est_time = sk.tcp_mstamp;
    }

    /** The same by the time stamp that a full segment echoes (tcp_rcv_rtt_measure_ts()). */
    static void measureRttByTimestamp(TcpSock sk, TcpSegment segment) {
        if (!sk.rx_opt_saw_tstamp || sk.rx_opt_rcv_tsecr == sk.rcv_rtt_last_tsecr) {
            return;
        }
        sk.rcv_rtt_last_tsecr = sk.rx_opt_rcv_tsecr;
        if (segment.length >= sk.icsk_ack_rcv_mss) {
            int us = RttEstimator.byTimestampUs(sk, 0);
            if (us > 0) {
                updateRtt(sk, us, false);
            }
        }
    }

    /** The application has read: enlarges the buffer to what it read in the last RTT (tcp_rcv_space_adjust()). */
    public static void afterRead(TcpSock sk) {
        sk.refreshClock();
        long elapsedUs = sk.tcp_mstamp - sk.rcvq_space_time;
        if (sk.rcv_rtt_est_rtt_us == 0 || elapsedUs < sk.rcv_rtt_est_rtt_us >>> 3) {
            return;
        }
        int inQueue = sk.rcv_nxt - sk.copied_seq;
        int copied = sk.copied_seq - sk.rcvq_space_seq - inQueue;
        if (copied > sk.rcvq_space_space) {
            if (sk.kernel.sysctls.tcp_moderate_rcvbuf != 0 && (sk.sk_userlocks & TcpSock.SOCK_RCVBUF_LOCK) == 0) {
                enlarge(sk, copied);
            }
            sk.rcvq_space_space = copied;
        }
        sk.rcvq_space_seq = sk.copied_seq;
        sk.rcvq_space_time = sk.tcp_mstamp;
    }

    /** Makes room for a segment if memory is short; returns whether there is room (tcp_try_rmem_schedule()). */
    static boolean admit(TcpSock sk, int seq) {
        if (sk.sk_rmem_alloc <= sk.sk_rcvbuf) {
            return true;
        }
        clampWindow(sk);
        if (sk.sk_rmem_alloc <= sk.sk_rcvbuf) {
            return true;
        }
        OutOfOrder.prune(sk, seq);
        return sk.sk_rmem_alloc <= sk.sk_rcvbuf;
    }

    private static void clampWindow(TcpSock sk) {
        sk.icsk_ack_quick = 0;
        int most = sk.kernel.sysctls.tcp_rmem[2];
        if (sk.sk_rcvbuf < most && (sk.sk_userlocks & TcpSock.SOCK_RCVBUF_LOCK) == 0) {
            sk.sk_rcvbuf = Math.min(sk.sk_rmem_alloc, most);
        }
        if (sk.sk_rmem_alloc > sk.sk_rcvbuf) {
            sk.rcv_ssthresh = Math.min(sk.window_clamp, 2 * sk.advmss);
        }
    }

    private static void updateScalingRatio(TcpSock sk, int length, int truesize) {
        int ratio = Math.max(1, (length << TcpSock.TCP_RMEM_TO_WIN_SCALE) / truesize);
        if (ratio != sk.scaling_ratio) {
            sk.scaling_ratio = ratio;
            sk.window_clamp = sk.winFromSpace(sk.sk_rcvbuf);
            sk.rcvq_space_space = Math.min(sk.rcvq_space_space, sk.window_clamp);
        }
    }

    private static int incrementForOverhead(TcpSock sk, int length, int truesize) {
        int size = sk.winFromSpace(truesize) >> 1;
        int window = sk.winFromSpace(sk.kernel.sysctls.tcp_rmem[2]) >> 1;
        while (sk.rcv_ssthresh <= window) {
            if (size <= length) {
                return 2 * sk.icsk_ack_rcv_mss;
            }
            size >>= 1;
            window >>= 1;
        }
        return 0;
    }

    private static void updateRtt(TcpSock sk, int sampleUs, boolean byWindow) {
        int old = sk.rcv_rtt_est_rtt_us;
        long scaled = (long) sampleUs << 3;
        if (old == 0 || scaled < old) {
            sk.rcv_rtt_est_rtt_us = (int) scaled;
        } else if (!byWindow) {
            sk.rcv_rtt_est_rtt_us = old - (old >> 3) + sampleUs;
        }
    }

    private static void enlarge(TcpSock sk, int copied) {
        long window = 2L * copied + 16L * sk.advmss;
        long growth = window * (copied - sk.rcvq_space_space) / sk.rcvq_space_space;
        window += growth << 1;
        HostKernel kernel = sk.kernel;
        long space = (window << TcpSock.TCP_RMEM_TO_WIN_SCALE) / sk.scaling_ratio;
        int rcvbuf = (int) Math.min(space, kernel.sysctls.tcp_rmem[2]);
        if (rcvbuf > sk.sk_rcvbuf) {
            sk.sk_rcvbuf = rcvbuf;
            sk.window_clamp = sk.winFromSpace(rcvbuf);
        }
    }
}
