package org.bpfsim.tcp.output;

import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * The window that a segment offers to the peer (RFC 9293, section 3.8.6; RFC 7323, section 2). Linux's rules (6.12,
 * __tcp_select_window() and tcp_select_window() in net/ipv4/tcp_output.c): never shrink what was offered, never offer a
 * silly window, close it before memory runs out. Hot path: no allocation.
 */
public final class ReceiveWindow {
    private static final int MAX_WSCALE = 14;
    private static final int MAX_UNSCALED_SIGNED = 32_767;
    private static final int MAX_UNSCALED = 65_535;

    private ReceiveWindow() {}

    /** The window field of the segment that is about to be sent; records what is offered. */
    static int select(TcpSock sk) {
        if ((sk.icsk_ack_pending & TcpSock.ICSK_ACK_NOMEM) != 0) {
            sk.rcv_wnd = 0;
            sk.rcv_wup = sk.rcv_nxt;
            return 0;
        }
        final int oldWindow = sk.rcv_wnd;
        final int scale = sk.rx_opt_rcv_wscale;
        int current = sk.receiveWindow();
        int window = compute(sk);
        if (window < current && (sk.kernel.sysctls.tcp_shrink_window == 0 || scale == 0)) {
            if (window == 0) {
                sk.kernel.mib.inc(Mib.TCP_WANT_ZERO_WINDOW_ADV);
            }
            window = align(current, scale);
        }
        sk.rcv_wnd = window;
        sk.rcv_wup = sk.rcv_nxt;
        boolean signed = scale == 0 && sk.kernel.sysctls.tcp_workaround_signed_windows != 0;
        int field = Math.min(window, signed ? MAX_UNSCALED_SIGNED : MAX_UNSCALED << scale) >> scale;
        if (field == 0 && oldWindow != 0) {
            sk.kernel.mib.inc(Mib.TCP_TO_ZERO_WINDOW_ADV);
        } else if (field != 0 && oldWindow == 0) {
            sk.kernel.mib.inc(Mib.TCP_FROM_ZERO_WINDOW_ADV);
        }
        return field;
    }

    /** The window that memory and {@link TcpSock#rcv_ssthresh} allow now, without regard to what was offered. */
    public static int compute(TcpSock sk) {
        final int scale = sk.rx_opt_rcv_wscale;
        final int allowed = sk.fullSpace();
        final int full = Math.min(sk.window_clamp, allowed);
        int free = sk.space();
        int mss = sk.icsk_ack_rcv_mss;
        if (mss > full) {
            mss = full;
            if (mss <= 0) {
                return 0;
            }
        }
        final boolean mayShrink = sk.kernel.sysctls.tcp_shrink_window != 0 && scale != 0;
        if (mayShrink) {
            free = alignDown(free, scale);
        }
        if (free < full >> 1) {
            sk.icsk_ack_quick = 0;
            free = alignDown(free, scale);
            if (free < allowed >> 4 || free < mss || mayShrink && free < 1 << scale) {
                return 0;
            }
        }
        free = Math.min(free, sk.rcv_ssthresh);
        if (scale != 0) {
            return align(free, scale);
        }
        int window = sk.rcv_wnd;
        if (window <= free - mss || window > free) {
            return free / mss * mss;
        }
        return mss == full && free > window + (full >> 1) ? free : window;
    }

    /**
     * The window and the scale to offer in a SYN or SYN-ACK (tcp_select_initial_window()).
     *
     * @param space memory for the window in bytes
     * @param clamp window clamp, or 0
     * @param initSegments window in segments that a program or route asks for, or 0
     */
    public static InitialWindow initial(
            HostKernel kernel, int space, int mss, int clamp, boolean wscaleOk, int initSegments) {
        int windowClamp = clamp != 0 ? clamp : MAX_UNSCALED << MAX_WSCALE;
        int usable = Math.min(windowClamp, Math.max(space, 0));
        if (usable > mss) {
            usable = usable / mss * mss;
        }
        int window = kernel.sysctls.tcp_workaround_signed_windows != 0 ? Math.min(usable, MAX_UNSCALED_SIGNED) : usable;
        if (initSegments != 0) {
            window = Math.min(window, initSegments * mss);
        }
        int scale = 0;
        if (wscaleOk) {
            int largest = Math.max(usable, Math.max(kernel.sysctls.tcp_rmem[2], kernel.sysctls.rmem_max));
            largest = Math.min(largest, windowClamp);
            int log2 = 31 - Integer.numberOfLeadingZeros(largest);
            scale = Math.max(0, Math.min(MAX_WSCALE, log2 - 15));
        }
        return new InitialWindow(window, scale, Math.min(MAX_UNSCALED << scale, windowClamp));
    }

    /** What a handshake offers: window in bytes, its scale, and the clamp that follows. */
    public record InitialWindow(int window, int scale, int clamp) {}

    private static int align(int value, int scale) {
        int mask = (1 << scale) - 1;
        return value + mask & ~mask;
    }

    private static int alignDown(int value, int scale) {
        return value >> scale << scale;
    }
}
