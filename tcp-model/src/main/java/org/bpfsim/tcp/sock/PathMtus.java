package org.bpfsim.tcp.sock;

import java.util.HashMap;
import java.util.Map;
import org.bpfsim.tcp.segment.IpAddress;

/**
 * Paths whose MTU is smaller than the link's, learnt from ICMP messages (RFC 1191; RFC 8201; Linux 6.12,
 * __ip_rt_update_pmtu() in net/ipv4/route.c: route exceptions). They are forgotten after {@code net.ipv4.route.mtu_expires}
 * seconds.
 */
public final class PathMtus {
    /** RFC 8200, section 5. */
    private static final int IPV6_MIN_MTU = 1280;

    private final Map<IpAddress, Learnt> learnt = new HashMap<>();

    private record Learnt(int mtu, long untilJiffies) {}

    /** The MTU towards an address, in bytes. */
    public int towards(HostKernel kernel, IpAddress peer) {
        if (learnt.isEmpty()) {
            return kernel.mtu;
        }
        Learnt path = learnt.get(peer);
        if (path == null) {
            return kernel.mtu;
        }
        if (kernel.jiffies64() >= path.untilJiffies) {
            learnt.remove(peer);
            return kernel.mtu;
        }
        return Math.min(path.mtu, kernel.mtu);
    }

    /** A message says that packets may be this large; smaller ones than the host goes along with count as its least. */
    public void update(HostKernel kernel, IpAddress peer, int mtu) {
        int old = towards(kernel, peer);
        if (mtu >= old) {
            return;
        }
        int least = peer.isV4() ? kernel.sysctls.route_min_pmtu : IPV6_MIN_MTU;
        int most = Math.min(old, Math.max(mtu, least));
        long until = kernel.jiffies64() + (long) kernel.sysctls.route_mtu_expires * kernel.hz;
        learnt.put(peer, new Learnt(most, until));
    }
}
