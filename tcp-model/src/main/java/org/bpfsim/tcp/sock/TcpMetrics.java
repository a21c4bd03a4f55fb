package org.bpfsim.tcp.sock;

import java.util.HashMap;
import java.util.Map;
import org.bpfsim.tcp.segment.FastOpenCookie;
import org.bpfsim.tcp.segment.IpAddress;

/**
 * What a host remembers of its peers from one connection to the next (Linux 6.12, net/ipv4/tcp_metrics.c; {@code ip
 * tcp_metrics}): for Fast Open, the peer's MSS and its cookie. RTT, reordering and windows are not remembered.
 */
public final class TcpMetrics {
    private final Map<Path, Entry> entries = new HashMap<>();

    private record Path(IpAddress local, IpAddress peer) {}

    /** What is known of one peer. */
    public static final class Entry {
        /** MSS of its last SYN-ACK, or 0. */
        public int fastopen_mss;
        /** Its last cookie; null if it never gave one. */
        public FastOpenCookie cookie;
        /** 1: the next request goes in the experimental option; 2: that was tried in vain. */
        public int try_exp;
        /** SYNs with data that were lost, one after the other. */
        public int syn_loss;
    }

    /** What is known of a peer, or null. */
    public Entry find(SockCommon sk) {
        return entries.isEmpty() ? null : entries.get(new Path(sk.saddr, sk.daddr));
    }

    /**
     * Remembers what a SYN-ACK said about Fast Open ({@code tcp_fastopen_cache_set()}).
     *
     * @param cookie null if there was none
     * @param tryExp see {@link Entry#try_exp}; 0 if the SYN-ACK tells nothing about it
     */
    public void setFastOpen(SockCommon sk, int mss, FastOpenCookie cookie, boolean synLost, int tryExp) {
        Entry entry = entries.computeIfAbsent(new Path(sk.saddr, sk.daddr), path -> new Entry());
        if (mss != 0) {
            entry.fastopen_mss = mss;
        }
        if (cookie != null && !cookie.isRequest()) {
            entry.cookie = cookie;
        } else if (tryExp > entry.try_exp && entry.cookie == null) {
            entry.try_exp = tryExp;
        }
        entry.syn_loss = synLost ? entry.syn_loss + 1 : 0;
    }

    /** Forgets everything: {@code ip tcp_metrics flush}. */
    public void flush() {
        entries.clear();
    }
}
