package org.bpfsim.tcp.sock;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.bpfsim.tcp.segment.IpAddress;

/**
 * What a host knows of the paths to its peers: metrics that somebody has set ({@code ip route change}), and MTUs learnt from
 * ICMP messages (RFC 1191; RFC 8201; Linux 6.12, __ip_rt_update_pmtu() in net/ipv4/route.c: route exceptions), which are
 * forgotten after {@code net.ipv4.route.mtu_expires} seconds. Sockets look at a path again when they send.
 */
public final class Routes {
    /** RFC 8200, section 5. */
    private static final int IPV6_MIN_MTU = 1280;

    private static final Metrics PLAIN = new Metrics(0, false, 0, 0);

    private final Map<IpAddress, Metrics> metrics = new HashMap<>();
    private final Map<IpAddress, Learnt> learnt = new HashMap<>();

    /**
     * Metrics of a route; 0 leaves one to the host.
     *
     * @param mtu in bytes
     * @param mtuLocked whether messages do not change it
     * @param advmss MSS to announce, in bytes
     * @param initcwnd initial congestion window in segments
     */
    public record Metrics(int mtu, boolean mtuLocked, int advmss, int initcwnd) {}

    private final Set<IpAddress> local = new HashSet<>();
    private int localMtu;

    private record Learnt(int mtu, long untilJiffies) {}

    /** Sets the metrics of the route to a peer; what was learnt of it is forgotten. */
    public void change(IpAddress peer, Metrics to) {
        metrics.put(peer, to);
        learnt.remove(peer);
    }

    /** Addresses are the host's own: the path to them is the loopback device's. */
    public void addLocal(Collection<IpAddress> addresses, int mtu) {
        local.addAll(addresses);
        localMtu = mtu;
    }

    /** Whether every path is as the host's link is. */
    public boolean isEmpty() {
        return metrics.isEmpty() && learnt.isEmpty() && local.isEmpty();
    }

    /** The metrics of the route to a peer. */
    public Metrics metrics(IpAddress peer) {
        return metrics.isEmpty() ? PLAIN : metrics.getOrDefault(peer, PLAIN);
    }

    /** The MTU towards an address, in bytes. */
    public int mtu(HostKernel kernel, IpAddress peer) {
        if (isEmpty()) {
            return kernel.mtu;
        }
        if (local.contains(peer)) {
            return localMtu;
        }
        int set = metrics(peer).mtu;
        int mtu = set == 0 ? kernel.mtu : Math.min(set, kernel.mtu);
        Learnt path = learnt.get(peer);
        if (path == null) {
            return mtu;
        }
        if (kernel.jiffies64() >= path.untilJiffies) {
            learnt.remove(peer);
            return mtu;
        }
        return Math.min(path.mtu, mtu);
    }

    /** A message says that packets may be this large; smaller ones than the host goes along with count as its least. */
    public void update(HostKernel kernel, IpAddress peer, int mtu) {
        int old = mtu(kernel, peer);
        if (mtu >= old || metrics(peer).mtuLocked) {
            return;
        }
        int least = peer.isV4() ? kernel.sysctls.route_min_pmtu : IPV6_MIN_MTU;
        int most = Math.min(old, Math.max(mtu, least));
        long until = kernel.jiffies64() + (long) kernel.sysctls.route_mtu_expires * kernel.hz;
        learnt.put(peer, new Learnt(most, until));
    }
}
