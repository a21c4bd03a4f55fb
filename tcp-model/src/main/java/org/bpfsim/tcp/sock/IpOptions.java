package org.bpfsim.tcp.sock;

import static org.bpfsim.tcp.sock.SockOptions.IPV6_AUTOFLOWLABEL;
import static org.bpfsim.tcp.sock.SockOptions.IPV6_TCLASS;
import static org.bpfsim.tcp.sock.SockOptions.IP_FREEBIND;
import static org.bpfsim.tcp.sock.SockOptions.IP_MTU_DISCOVER;
import static org.bpfsim.tcp.sock.SockOptions.IP_TOS;
import static org.bpfsim.tcp.sock.SockOptions.SOL_IP;
import static org.bpfsim.tcp.sock.SockOptions.SOL_IPV6;

/** {@link SockOptions} of levels {@code SOL_IP} and {@code SOL_IPV6}. */
final class IpOptions {
    private static final int ECN_MASK = 3;

    private IpOptions() {}

    static int get(TcpSock sk, int level, int name) {
        if (level == SOL_IP && name == IP_MTU_DISCOVER) {
            return sk.pmtudisc;
        } else if (level == SOL_IP && name == IP_FREEBIND) {
            return sk.freebind ? 1 : 0;
        } else if (level == SOL_IP && name == IP_TOS) {
            return sk.daddr != null && sk.daddr.isV4() ? sk.tos : sk.inet_tos;
        } else if (level == SOL_IPV6 && name == IPV6_TCLASS) {
            return sk.daddr != null && !sk.daddr.isV4() ? sk.tos : sk.tclass;
        } else if (level == SOL_IPV6 && name == IPV6_AUTOFLOWLABEL) {
            return sk.autoflowlabel ? 1 : 0;
        }
        throw SockOptions.notModelled(level, name);
    }

    /**
     * IP_TOS, IPV6_TCLASS and IPV6_AUTOFLOWLABEL. The ECN bits of a TCP socket are TCP's (RFC 3168, section 6.1): they stay.
     */
    static int set(TcpSock sk, int level, int name, int value) {
        if (level == SOL_IPV6 && name == IPV6_AUTOFLOWLABEL) {
            sk.autoflowlabel = value != 0;
        } else if (level == SOL_IPV6 && name == IPV6_TCLASS) {
            if (value < -1 || value > 0xff) {
                return -Errno.EINVAL;
            }
            sk.tclass = Math.max(value, 0) & ~ECN_MASK;
        } else if (level == SOL_IP && name == IP_MTU_DISCOVER) {
            if (value < TcpSock.IP_PMTUDISC_DONT || value > TcpSock.IP_PMTUDISC_OMIT) {
                return -Errno.EINVAL;
            }
            sk.pmtudisc = value;
        } else if (level == SOL_IP && name == IP_FREEBIND) {
            sk.freebind = value != 0;
        } else if (level == SOL_IP && name == IP_TOS) {
            sk.inet_tos = value & 0xff & ~ECN_MASK;
            sk.sk_priority = priority(value);
        } else {
            return -Errno.ENOPROTOOPT;
        }
        if (sk.daddr != null) {
            sk.chooseTos(sk.daddr);
        }
        return 0;
    }

    /** Queueing priority by the two highest bits of RFC 1349's TOS: best effort, bulk, interactive, both (rt_tos2priority()). */
    private static int priority(int tos) {
        return switch (tos >> 3 & 3) {
            case 0 -> 0;
            case 1 -> 2;
            case 2 -> 6;
            default -> 4;
        };
    }
}
