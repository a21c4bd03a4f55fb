package org.bpfsim.tcp.host;

import org.bpfsim.tcp.input.PassiveOpen;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SipHash;
import org.bpfsim.tcp.sock.Sysctls;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * SYN cookies: under a flood of SYNs the SYN-ACK's sequence number and time stamp carry what else would be remembered, and
 * the ACK brings it back (RFC 4987, section 3.6; Linux 6.12, net/ipv4/syncookies.c). The sequence number holds the minute
 * and one of four MSS; the lowest six bits of the time stamp hold window scale, SACK and ECN.
 */
final class SynCookies {
    private static final int[] MSS_OF_IPV4 = {536, 1300, 1440, 1460};
    private static final int[] MSS_OF_IPV6 = {1280 - 60, 1480 - 60, 1500 - 60, 9000 - 60};
    private static final int BITS = 24;
    private static final int MASK = (1 << BITS) - 1;
    private static final int MAX_AGE_MINUTES = 2;
    private static final int TS_BITS = 6;
    private static final int NO_WSCALE = 0xf;
    private static final int TS_SACK = 1 << 4;
    private static final int TS_ECN = 1 << 5;

    private final HostKernel kernel;
    private long secret;

    SynCookies(HostKernel kernel) {
        this.kernel = kernel;
    }

    /** Gives a request a sequence number and a time stamp that mean all that has to be known of it. */
    void encode(RequestSock req) {
        int[] table = table(req.daddr);
        int index = table.length - 1;
        while (index > 0 && req.mss < table[index]) {
            index--;
        }
        req.mss = table[index];
        int count = minute();
        req.snt_isn = hash(req, 0, 0) + req.rcv_isn + (count << BITS) + (hash(req, count, 1) + index & MASK);
        req.ts_off = kernel.sysctls.tcp_timestamps == 1 ? hash(req, 0, 2) : 0;
        if (!req.tstamp_ok) {
            req.ecn_ok = false; // there is no place for it
        }
        int options = req.wscale_ok ? req.snd_wscale : NO_WSCALE;
        options |= req.sack_ok ? TS_SACK : 0;
        options |= req.ecn_ok ? TS_ECN : 0;
        int now = (int) (kernel.clockUs() / 1000);
        int stamp = now >>> TS_BITS << TS_BITS | options;
        req.cookie_ts = Integer.compareUnsigned(stamp, now) > 0 ? stamp - (1 << TS_BITS) : stamp;
        req.syncookie = true;
    }

    /**
     * Reads the request back from the ACK of a SYN-ACK. Addresses and ports of {@code req} are set.
     *
     * @return whether it is one
     */
    boolean decode(RequestSock req, TcpSegment ack) {
        Sysctls sysctls = kernel.sysctls;
        TcpSock listener = req.rsk_listener;
        if (sysctls.tcp_syncookies == 0 || ack.has(TcpSegment.RST | TcpSegment.SYN)) {
            return false;
        }
        if (!floodIsRecent(listener)) {
            return false;
        }
        req.rcv_isn = ack.seq - 1;
        req.rcv_nxt = ack.seq;
        req.snt_isn = ack.ack - 1;
        int mss = mss(req);
        if (mss == 0) {
            kernel.mib.inc(Mib.SYNCOOKIES_FAILED);
            return false;
        }
        kernel.mib.inc(Mib.SYNCOOKIES_RECV);
        req.mss = mss;
        if (!ack.hasTimestamps) {
            PassiveOpen.openWindow(req);
            return true;
        }
        req.ts_off = sysctls.tcp_timestamps == 1 ? hash(req, 0, 2) : 0;
        int options = ack.tsecr - req.ts_off;
        req.tstamp_ok = true;
        req.ts_recent = ack.tsval;
        req.sack_ok = (options & TS_SACK) != 0;
        req.wscale_ok = (options & NO_WSCALE) != NO_WSCALE;
        req.snd_wscale = req.wscale_ok ? options & NO_WSCALE : 0;
        req.ecn_ok = (options & TS_ECN) != 0 && (sysctls.tcp_ecn != 0 || listener.caNeedsEcn());
        boolean allowed = sysctls.tcp_timestamps != 0
                && (!req.sack_ok || sysctls.tcp_sack != 0)
                && (!req.wscale_ok || sysctls.tcp_window_scaling != 0);
        if (allowed) {
            PassiveOpen.openWindow(req);
        }
        return allowed;
    }

    /** A cookie has been sent: ACKs may bring some back for two minutes (tcp_synq_overflow()). */
    void noteFlood(TcpSock listener) {
        listener.synq_overflow_ts = kernel.jiffies64();
        kernel.mib.inc(Mib.SYNCOOKIES_SENT);
    }

    private boolean floodIsRecent(TcpSock listener) {
        long valid = (long) MAX_AGE_MINUTES * 60 * kernel.hz;
        return listener.synq_overflow_ts != 0 && kernel.jiffies64() - listener.synq_overflow_ts <= valid;
    }

    private int mss(RequestSock req) {
        int count = minute();
        int cookie = req.snt_isn - (hash(req, 0, 0) + req.rcv_isn);
        int age = count - (cookie >>> BITS) & 0xff;
        if (age >= MAX_AGE_MINUTES) {
            return 0;
        }
        int index = cookie - hash(req, count - age, 1) & MASK;
        int[] table = table(req.daddr);
        return index < table.length ? table[index] : 0;
    }

    private int minute() {
        return (int) (kernel.jiffies64() / (60L * kernel.hz));
    }

    private static int[] table(IpAddress peer) {
        return peer.isV4() ? MSS_OF_IPV4 : MSS_OF_IPV6;
    }

    private int hash(RequestSock req, int count, int use) {
        while (secret == 0) {
            secret = (long) kernel.random.next() << 32 | kernel.random.next() & 0xffff_ffffL;
        }
        byte[] data = new byte[5 * Long.BYTES];
        long[] words = {
            req.daddr.hi() ^ req.saddr.hi(),
            req.daddr.lo(),
            req.saddr.lo(),
            (long) req.skc_dport << 16 | req.skc_num,
            count
        };
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (words[i / Long.BYTES] >>> 8 * (i % Long.BYTES));
        }
        return (int) SipHash.hash(data, secret, use);
    }
}
