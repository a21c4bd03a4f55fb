package org.bpfsim.tcp.sock;

/**
 * Whether a host has stopped opening connections fast because something on the way seems to swallow them (RFC 7413,
 * section 4.2.2; Linux 6.12, tcp_fastopen_active_disable() and its neighbours in net/ipv4/tcp_fastopen.c). The pause is
 * {@code net.ipv4.tcp_fastopen_blackhole_timeout_sec} long, and twice as long each further time; 0, the default, never
 * pauses.
 */
public final class FastOpenBlackhole {
    private static final int MOST_DOUBLINGS = 6;

    private int times;
    private long sinceJiffies;

    /** A connection that was opened fast has failed as if swallowed. */
    public void suspect(TcpSock sk) {
        if (sk.kernel.sysctls.tcp_fastopen_blackhole_timeout_sec != 0) {
            sinceJiffies = sk.kernel.jiffies64();
            times++;
            sk.kernel.mib.inc(Mib.TCP_FASTOPEN_BLACKHOLE);
        }
    }

    /** Whether the pause lasts; a connection after its end is watched. */
    public boolean isPaused(TcpSock sk) {
        int seconds = sk.kernel.sysctls.tcp_fastopen_blackhole_timeout_sec;
        if (seconds == 0 || times == 0) {
            return false;
        }
        long pause = ((long) seconds << Math.min(times - 1, MOST_DOUBLINGS)) * sk.kernel.hz;
        if (sk.kernel.jiffies64() < sinceJiffies + pause) {
            return true;
        }
        sk.syn_fastopen_ch = true;
        return false;
    }

    /** Forgets the failures so far; a new setting of the sysctl does that, too. */
    public void reset() {
        times = 0;
    }

    /**
     * A connection ends: a FIN beyond a gap and no data speak for a firewall, data that came for a sound path ({@code
     * tcp_fastopen_active_disable_ofo_check()}).
     */
    public void judge(TcpSock sk) {
        if (!sk.syn_fastopen) {
            return;
        }
        if (sk.data_segs_in == 0) {
            if (sk.fin_out_of_order && sk.out_of_order_queue.size() == 1) {
                suspect(sk);
            }
        } else if (sk.syn_fastopen_ch) {
            reset();
        }
    }

    /** A timeout during or after the handshake: the third in a row speaks for a firewall. */
    public void judgeTimeout(TcpSock sk, boolean expired) {
        boolean wasFast = sk.syn_fastopen || sk.syn_data || sk.syn_data_acked;
        if (wasFast && (sk.icsk_retransmits == 2 || sk.icsk_retransmits < 2 && expired)) {
            suspect(sk);
            sk.kernel.mib.inc(Mib.TCP_FASTOPEN_ACTIVE_FAIL);
        }
    }
}
