package org.bpfsim.tcp.output;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Chrono;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.SkbFrags;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.UserPages;

/**
 * Puts what an application writes into buffers, and decides when they are pushed (Linux 6.12, tcp_sendmsg_locked() and
 * tcp_push() in net/ipv4/tcp.c): MSG_MORE, MSG_EOR, automatic corking, MSG_ZEROCOPY. Hot path: no
 * allocation but for the fragments of MSG_ZEROCOPY.
 */
public final class SendMessage {
    /** Flags of send(), with Linux's numbers. */
    public static final int MSG_EOR = 0x80;

    /** The call does not wait for room; only sockets in sockmaps ask, as others leave waiting to their callers. */
    public static final int MSG_DONTWAIT = 0x40;

    public static final int MSG_MORE = 0x8000;

    /** The bytes lie in pages of the kernel, which are handed on: nobody copies them. */
    public static final int MSG_SPLICE_PAGES = 0x800_0000;

    private SendMessage() {}

    /**
     * Takes as many bytes as there is room for and sends what may go.
     *
     * @param flags {@link #MSG_MORE}, {@link #MSG_EOR}
     * @param resumed whether the call took bytes before and had to wait for room
     * @param pages where the bytes lie that are not to be copied, or null
     * @return bytes taken; if there are fewer, {@link TcpSock#sk_nospace} is set
     */
    public static long send(TcpSock sk, long bytes, int flags, boolean resumed, UserPages pages) {
        int mss = Mss.current(sk);
        int goal = Tso.sizeGoal(sk, mss);
        long taken = 0;
        while (taken < bytes) {
            SkBuff skb = sk.sk_write_queue.tail();
            boolean isFull = skb != null && !skb.eor && skb.payloadBytes() < goal && lacksFragment(skb, pages);
            if (isFull) {
                markPush(sk, skb);
            }
            if (skb == null || skb.eor || isFull || skb.payloadBytes() >= goal) {
                if (!sk.isStreamMemoryFree()) {
                    sk.sk_nospace = true;
                    if (taken > 0) {
                        push(sk, flags & ~MSG_MORE, mss, TcpSock.TCP_NAGLE_PUSH, goal);
                    }
                    break;
                }
                skb = entail(sk);
            }
            int part = (int) Math.min(goal - skb.payloadBytes(), bytes - taken);
            if (taken == 0 && !resumed) {
                skb.tcp_flags &= ~TcpSegment.PSH;
            }
            part = pages == null ? copy(sk, skb, part, flags) : addPages(sk, skb, part, pages);
            taken += part;
            if (taken == bytes) {
                skb.eor = (flags & MSG_EOR) != 0;
            } else if (skb.payloadBytes() < goal) {
                continue; // its fragments are used up
            } else if (isPushForced(sk)) {
                markPush(sk, skb);
                Sender.pushPending(sk, mss, TcpSock.TCP_NAGLE_PUSH);
            } else if (skb == sk.sk_write_queue.head()) {
                Sender.pushOne(sk, mss);
            }
        }
        if (sk.tx_timestamps != null && taken == bytes) {
            sk.tx_timestamps.mark(sk);
        }
        if (sk.program_timestamps != null && taken > 0) {
            sk.program_timestamps.written(sk);
        }
        if (taken > 0) {
            push(sk, flags, mss, sk.nonagle, goal);
        }
        return taken;
    }

    /** Adds a buffer to the write queue. */
    static void enqueue(TcpSock sk, SkBuff skb) {
        if (sk.sk_write_queue.isEmpty()) {
            sk.chronoStart(Chrono.BUSY);
        }
        sk.sk_write_queue.append(skb);
        sk.sk_wmem_queued += skb.truesize;
    }

    private static SkBuff entail(TcpSock sk) {
        SkBuff skb = sk.kernel.skbs.take();
        skb.seq = sk.write_seq;
        skb.end_seq = sk.write_seq;
        skb.tcp_flags = TcpSegment.ACK;
        enqueue(sk, skb);
        sk.nonagle &= ~TcpSock.TCP_NAGLE_PUSH; // TCP_NODELAY pushed what was there when it was set
        CwndUsage.slowStartAfterIdle(sk);
        return skb;
    }

    private static boolean lacksFragment(SkBuff skb, UserPages pages) {
        return skb.frags != null && (pages == null ? !skb.frags.takesCopied() : skb.frags.isFull());
    }

    private static int copy(TcpSock sk, SkBuff skb, int bytes, int flags) {
        if (skb.frags != null) {
            skb.frags.addCopied(bytes);
        }
        append(sk, skb, bytes);
        if (sk.kernel.cpus != null && (flags & MSG_SPLICE_PAGES) == 0) {
            sk.kernel.cpus.copied(sk, bytes);
        }
        return bytes;
    }

    /** Each page is a fragment and charged for as a whole (skb_zerocopy_iter_stream() in net/core/skbuff.c). */
    private static int addPages(TcpSock sk, SkBuff skb, int most, UserPages pages) {
        if (skb.frags == null) {
            skb.frags = new SkbFrags(skb.payloadBytes());
        }
        int taken = 0;
        while (taken < most && !skb.frags.isFull()) {
            int part = pages.take(most - taken);
            skb.frags.addPage(part);
            append(sk, skb, part);
            skb.truesize += UserPages.PAGE_BYTES - part;
            sk.sk_wmem_queued += UserPages.PAGE_BYTES - part;
            taken += part;
        }
        return taken;
    }

    private static void append(TcpSock sk, SkBuff skb, int bytes) {
        sk.write_seq += bytes;
        skb.end_seq += bytes;
        skb.truesize += bytes;
        skb.pcount = 0;
        sk.sk_wmem_queued += bytes;
    }

    /** Ends a write, or a part of it that had to wait (tcp_push()). */
    private static void push(TcpSock sk, int flags, int mss, int nonagle, int goal) {
        SkBuff skb = sk.sk_write_queue.tail();
        if (skb == null) {
            return;
        }
        boolean more = (flags & MSG_MORE) != 0;
        if (!more || isPushForced(sk)) {
            markPush(sk, skb);
        }
        if (shouldAutocork(sk, skb, goal)) {
            if (!sk.tsq_throttled) {
                sk.kernel.mib.inc(Mib.TCP_AUTO_CORKING);
            }
            SmallQueue.throttle(sk);
            return;
        }
        Sender.pushPending(sk, mss, more ? TcpSock.TCP_NAGLE_CORK : nonagle);
    }

    /** A small buffer waits for more while the NIC has something of this socket: what completes that sends it. */
    private static boolean shouldAutocork(TcpSock sk, SkBuff skb, int goal) {
        boolean mayWait = skb.payloadBytes() < goal
                && sk.kernel.sysctls.tcp_autocorking != 0
                && !sk.tcp_rtx_queue.isEmpty()
                && !skb.eor;
        if (!mayWait || sk.sk_wmem_alloc <= skb.truesize) {
            return false;
        }
        sk.kernel.egress().reap();
        return sk.sk_wmem_alloc > skb.truesize;
    }

    private static void markPush(TcpSock sk, SkBuff skb) {
        skb.tcp_flags |= TcpSegment.PSH;
        sk.pushed_seq = sk.write_seq;
    }

    /** Half the largest window was written without a push (forced_push()). */
    private static boolean isPushForced(TcpSock sk) {
        return SeqNum.after(sk.write_seq, sk.pushed_seq + (sk.max_window >>> 1));
    }
}
