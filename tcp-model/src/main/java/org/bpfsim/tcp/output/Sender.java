package org.bpfsim.tcp.output;

import org.bpfsim.tcp.recovery.LossProbe;
import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Chrono;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SkbSegments;
import org.bpfsim.tcp.sock.SockTimers;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Sends new data as far as congestion window, peer's window and Nagle's rule allow (RFC 9293, section 3.8.6; Linux 6.12,
 * tcp_write_xmit() in net/ipv4/tcp_output.c). Hot path: no allocation.
 *
 * <p>Data waits in buffers as {@link SendMessage} has made them. One that is sent is filled up from the next or cut, so that
 * it has as many segments as {@link Tso} and the windows allow; it leaves as one packet that the NIC cuts into segments.
 */
public final class Sender {
    private static final int NORMAL = 0;
    private static final int PUSH_ONE = 1;
    private static final int LOSS_PROBE = 2;

    private Sender() {}

    /** Sends what may be sent; if nothing can go and nothing is out, arms the zero window probe. */
    public static void pushPending(TcpSock sk, int nonagle) {
        if (hasUnsent(sk)) {
            pushPending(sk, Mss.current(sk), nonagle);
        }
    }

    /** As the application's flags have it ({@link TcpSock#nonagle}). */
    public static void pushPending(TcpSock sk) {
        pushPending(sk, sk.nonagle);
    }

    /** As {@link #pushPending(TcpSock, int)}, with segments of {@code mss} bytes (__tcp_push_pending_frames()). */
    static void pushPending(TcpSock sk, int mss, int nonagle) {
        if (write(sk, mss, nonagle, NORMAL)) {
            checkProbeTimer(sk);
        }
    }

    /** Whether data or a FIN waits to be sent for the first time. */
    public static boolean hasUnsent(TcpSock sk) {
        return !sk.sk_write_queue.isEmpty();
    }

    /** Sends one buffer, though the application is still writing (tcp_push_one()). */
    static void pushOne(TcpSock sk, int mss) {
        write(sk, mss, TcpSock.TCP_NAGLE_PUSH, PUSH_ONE);
    }

    /** Goes on sending because the host's queues have room again, or pacing allows it. */
    static void goOn(TcpSock sk) {
        write(sk, Mss.current(sk), sk.nonagle, NORMAL);
    }

    /** Sends one segment beyond the congestion window as a tail loss probe. Returns whether one went. */
    static boolean sendProbe(TcpSock sk, int mss) {
        int before = sk.packets_out;
        write(sk, mss, TcpSock.TCP_NAGLE_OFF, LOSS_PROBE);
        return sk.packets_out > before;
    }

    /** Whether the first segment of a buffer fits into the peer's window (tcp_snd_wnd_test()). */
    static boolean fitsWindow(TcpSock sk, SkBuff skb, int mss) {
        int end = skb.payloadBytes() > mss ? skb.seq + mss : skb.end_seq;
        return !SeqNum.after(end, sk.wndEnd());
    }

    /** Arms the zero window probe if there is data, none of it is out, and no timer runs (tcp_check_probe_timer()). */
    static void checkProbeTimer(TcpSock sk) {
        if (sk.packets_out == 0 && sk.icsk_pending == 0) {
            SockTimers.resetXmitTimer(sk, TcpSock.ICSK_TIME_PROBE0, WindowProbe.base(sk));
        }
    }

    /** Returns whether nothing was sent, nothing is out and something waits. */
    private static boolean write(TcpSock sk, int mss, int nonagle, int mode) {
        int sent = 0;
        boolean cwndLimited = false;
        boolean rwndLimited = false;
        sk.refreshClock();
        if (sk.mtup_enabled && mode == NORMAL) {
            int probe = MtuProbe.send(sk);
            if (probe == MtuProbe.WAIT) {
                return false;
            }
            sent = probe == MtuProbe.SENT ? 1 : 0;
        }
        final int maxSegs = Tso.maxSegs(sk, mss);
        SkBuff skb;
        while ((skb = sk.sk_write_queue.head()) != null) {
            if (Pacing.mustWait(sk)) {
                break;
            }
            int quota = Math.min(cwndQuota(sk, mode), maxSegs);
            if (quota == 0) {
                break;
            }
            fillUp(sk, skb, quota, mss);
            int segs = SkbSegments.count(skb, mss);
            if (!fitsWindow(sk, skb, mss)) {
                rwndLimited = true;
                break;
            }
            int length = mss;
            if (segs == 1) {
                if (nagleHolds(sk, skb, mss, nonagle)) {
                    break;
                }
            } else {
                int defer = mode == NORMAL ? Tso.defer(sk, skb, maxSegs) : Tso.SEND;
                if (defer != Tso.SEND) {
                    cwndLimited = defer == Tso.DEFER_CWND;
                    rwndLimited = defer == Tso.DEFER_RWND;
                    break;
                }
                length = Tso.splitPoint(sk, skb, mss, quota, nonagle);
            }
            if (skb.payloadBytes() > length) {
                SkbSegments.splitUnsent(sk, skb, length, mss);
            }
            if (SmallQueue.isFull(sk, skb, 0) || !sendNew(sk, skb)) {
                break;
            }
            if (skb.payloadBytes() < skb.pcount * mss) {
                sk.snd_sml = skb.end_seq;
            }
            sent += skb.pcount;
            if (mode != NORMAL) {
                break;
            }
        }
        if (rwndLimited) {
            sk.chronoStart(Chrono.RWND_LIMITED);
        } else {
            sk.chronoStop(Chrono.RWND_LIMITED);
        }
        return finish(sk, sent, cwndLimited || sk.cwndIsFull(), mode);
    }

    private static boolean finish(TcpSock sk, int sent, boolean cwndLimited, int mode) {
        if (sent > 0 || cwndLimited) {
            CwndUsage.validate(sk, cwndLimited);
        }
        if (sent > 0) {
            if (sk.inCwndReduction()) {
                sk.prr_out += sent;
            }
            if (mode != LOSS_PROBE) {
                LossProbe.schedule(sk, false);
            }
            return false;
        }
        return sk.packets_out == 0 && hasUnsent(sk);
    }

    /** Segments that the window lets out in one buffer: at most half of it, so that there are two buffers in flight. */
    private static int cwndQuota(TcpSock sk, int mode) {
        int inFlight = sk.packetsInFlight();
        if (Integer.compareUnsigned(inFlight, sk.snd_cwnd) >= 0) {
            return mode == LOSS_PROBE ? 1 : 0;
        }
        int room = sk.snd_cwnd - inFlight;
        int half = Math.max(sk.snd_cwnd >>> 1, 1);
        int quota = Integer.compareUnsigned(half, room) < 0 ? half : room;
        return quota < 0 ? Integer.MAX_VALUE : quota;
    }

    /** Moves data from the next buffer into one that has room for more segments (tcp_grow_skb()); not if either holds pages. */
    private static void fillUp(TcpSock sk, SkBuff skb, int segs, int mss) {
        SkBuff next = skb.next;
        if (next == null || skb.eor || skb.frags != null || next.frags != null) {
            return;
        }
        int moved = (int) Math.min((long) segs * mss - skb.payloadBytes(), next.payloadBytes());
        if (moved <= 0) {
            return;
        }
        skb.end_seq += moved;
        skb.truesize += moved;
        next.seq += moved;
        next.truesize -= moved;
        if (next.payloadBytes() == 0) {
            skb.end_seq = next.end_seq; // a FIN comes over, too
            skb.tcp_flags |= next.tcp_flags;
            skb.eor = next.eor;
            sk.sk_write_queue.unlink(next);
            sk.sk_wmem_queued -= next.truesize;
            sk.kernel.skbs.give(next);
        }
    }

    /** Sends the buffer at the head of the write queue, whose segments are counted; it may be dropped in the host. */
    static boolean sendNew(TcpSock sk, SkBuff skb) {
        if (!Transmitter.sendData(sk, skb)) {
            return false;
        }
        int priorPackets = sk.packets_out;
        sk.snd_nxt = skb.end_seq;
        sk.sk_write_queue.unlink(skb);
        sk.tcp_rtx_queue.append(skb);
        if (sk.highest_sack == null) {
            sk.highest_sack = skb;
        }
        sk.packets_out += skb.pcount;
        if (priorPackets == 0 || sk.icsk_pending == TcpSock.ICSK_TIME_LOSS_PROBE) {
            LossProbe.rearmRto(sk);
        }
        sk.kernel.mib.add(Mib.TCP_ORIG_DATA_SENT, skb.pcount);
        SendBuffer.check(sk);
        return true;
    }

    /** Whether Nagle's rule holds back a buffer of one segment (tcp_nagle_test()); one that others follow it never does. */
    private static boolean nagleHolds(TcpSock sk, SkBuff skb, int mss, int nonagle) {
        return skb.next == null
                && (nonagle & TcpSock.TCP_NAGLE_PUSH) == 0
                && (skb.tcp_flags & TcpSegment.FIN) == 0
                && skb.payloadBytes() < mss
                && nagleHolds(sk, nonagle);
    }

    /** Nagle's rule as Minshall modified it: a small segment waits for the one before it (tcp_nagle_check()). */
    static boolean nagleHolds(TcpSock sk, int nonagle) {
        boolean smallIsOut = SeqNum.after(sk.snd_sml, sk.snd_una) && !SeqNum.after(sk.snd_sml, sk.snd_nxt);
        return (nonagle & TcpSock.TCP_NAGLE_CORK) != 0 || nonagle == 0 && sk.packets_out != 0 && smallIsOut;
    }
}
