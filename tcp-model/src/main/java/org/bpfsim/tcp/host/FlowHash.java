package org.bpfsim.tcp.host;

import org.bpfsim.tcp.sock.SockCommon;

/** What switches spread flows by: a hash of addresses and ports, as a packet of the flow shows them. */
final class FlowHash {
    private FlowHash() {}

    static int of(SockCommon sk) {
        long h = mix(sk.saddr.hi() ^ mix(sk.saddr.lo()));
        h = mix(h ^ mix(sk.daddr.hi() ^ mix(sk.daddr.lo())));
        return (int) (mix(h ^ ((long) sk.skc_num << 16 | sk.skc_dport)) >>> 32);
    }

    private static long mix(long x) {
        long h = x * 0x9e3779b97f4a7c15L;
        h = (h ^ h >>> 32) * 0xbf58476d1ce4e5b9L;
        return h ^ h >>> 29;
    }
}
