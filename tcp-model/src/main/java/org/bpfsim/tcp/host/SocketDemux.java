package org.bpfsim.tcp.host;

import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.SockCommon;

/**
 * A host's connections by addresses and ports: a hash table chained through its entries. Hot path: no allocation but for
 * growth.
 */
final class SocketDemux {
    private static final int INITIAL_BUCKETS = 64;

    private SockCommon[] buckets = new SockCommon[INITIAL_BUCKETS];
    private int size;

    /** The entry to which a segment belongs, or null. */
    SockCommon find(TcpSegment s) {
        return find(s.dst, s.dstPort, s.src, s.srcPort);
    }

    SockCommon find(IpAddress local, int localPort, IpAddress peer, int peerPort) {
        int hash = hash(localPort, peer, peerPort);
        SockCommon entry = buckets[hash & buckets.length - 1];
        while (entry != null && !matches(entry, hash, local, localPort, peer, peerPort)) {
            entry = entry.hashNext;
        }
        return entry;
    }

    /** Adds an entry, whose addresses and ports must not change while it is in the table. */
    void add(SockCommon entry) {
        if (size == buckets.length) {
            grow();
        }
        entry.hash = hash(entry.skc_num, entry.daddr, entry.skc_dport);
        link(entry);
        size++;
    }

    /** Removes an entry; does nothing if it is not in the table. */
    void remove(SockCommon entry) {
        int bucket = entry.hash & buckets.length - 1;
        SockCommon before = null;
        for (SockCommon e = buckets[bucket]; e != null; e = e.hashNext) {
            if (e == entry) {
                if (before == null) {
                    buckets[bucket] = e.hashNext;
                } else {
                    before.hashNext = e.hashNext;
                }
                e.hashNext = null;
                size--;
                return;
            }
            before = e;
        }
    }

    int size() {
        return size;
    }

    private static boolean matches(
            SockCommon e, int hash, IpAddress local, int localPort, IpAddress peer, int peerPort) {
        return e.hash == hash
                && e.skc_dport == peerPort
                && e.skc_num == localPort
                && (e.daddr == peer || e.daddr.equals(peer))
                && (e.saddr == local || e.saddr.equals(local));
    }

    private static int hash(int localPort, IpAddress peer, int peerPort) {
        long h = (peer.lo() ^ peer.hi() * 31) * 0x9e3779b97f4a7c15L;
        h = (h ^ h >>> 32 ^ ((long) localPort << 16 | peerPort)) * 0xbf58476d1ce4e5b9L;
        return (int) (h >>> 32);
    }

    private void link(SockCommon entry) {
        int bucket = entry.hash & buckets.length - 1;
        entry.hashNext = buckets[bucket];
        buckets[bucket] = entry;
    }

    private void grow() {
        SockCommon[] old = buckets;
        buckets = new SockCommon[2 * old.length];
        for (SockCommon head : old) {
            SockCommon next;
            for (SockCommon e = head; e != null; e = next) {
                next = e.hashNext;
                link(e);
            }
        }
    }
}
