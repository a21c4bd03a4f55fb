package org.bpfsim.sim.topology;

import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.QueueSpec;

/**
 * The k-ary fat-tree of Al-Fares, Loukissas, Vahdat (A Scalable, Commodity Data Center Network Architecture, SIGCOMM
 * 2008): k pods of k/2 edge and k/2 aggregation switches, (k/2)^2 core switches, k^3/4 hosts, all links alike.
 *
 * <p>Host h sits in pod h / (k^2/4) under edge switch (h / (k/2)) mod (k/2). Up-link a of an edge switch leads to
 * aggregation switch a of its pod; up-link l of aggregation switch a leads to core switch a * (k/2) + l. Port classes:
 * {@code host-nic}, {@code edge-down}, {@code edge-up}, {@code agg-down}, {@code agg-up}, {@code core-down}.
 *
 * @param k ports of each switch, even
 * @param nic queue of each host's NIC
 */
public record FatTree(int k, LinkSpec link, QueueSpec nic, SwitchSpec switchSpec) implements Topology {
    static final String EDGE = "edge";
    static final String AGG = "agg";
    static final String CORE = "core";

    public FatTree {
        Plan.requireAtLeast(2, k, "k");
        if (k % 2 != 0) {
            throw new IllegalArgumentException("k is " + k + ", must be even");
        }
    }

    @Override
    public int hostCount() {
        return Math.multiplyExact(k * k, k) / 4;
    }

    @Override
    public Network build(Scheduler scheduler, long seed) {
        int half = k / 2;
        int hostsPerPod = half * half;
        NetworkBuilder builder = new NetworkBuilder(scheduler, seed, hostCount());
        int firstEdge = builder.addSwitches(EDGE, k * half, switchSpec);
        int firstAgg = builder.addSwitches(AGG, k * half, switchSpec);
        int firstCore = builder.addSwitches(CORE, half * half, switchSpec);
        for (int host = 0; host < hostCount(); host++) {
            builder.linkHost(host, firstEdge + host / half, link, nic, "edge-down");
        }
        for (int pod = 0; pod < k; pod++) {
            for (int e = 0; e < half; e++) {
                linkEdge(builder, pod * half + e, firstEdge, firstAgg + pod * half);
            }
            for (int a = 0; a < half; a++) {
                linkAgg(builder, pod, firstAgg + pod * half + a, firstCore + a * half);
            }
        }
        return new Network(builder, half, half);
    }

    /** Links an edge switch with the aggregation switches of its pod. */
    private void linkEdge(NetworkBuilder builder, int rack, int firstEdge, int firstAggOfPod) {
        int half = k / 2;
        Port[] up = new Port[half];
        for (int a = 0; a < half; a++) {
            NetworkBuilder.Link pair = builder.link(firstEdge + rack, firstAggOfPod + a, link, "edge-up", "agg-down");
            up[a] = pair.up();
            builder.route(firstAggOfPod + a, rack * half, half, pair.down());
        }
        routeElsewhere(builder, firstEdge + rack, rack * half, half, up);
    }

    /** Links an aggregation switch with its core switches. */
    private void linkAgg(NetworkBuilder builder, int pod, int agg, int firstCoreOfAgg) {
        int half = k / 2;
        int hostsPerPod = half * half;
        Port[] up = new Port[half];
        for (int l = 0; l < half; l++) {
            NetworkBuilder.Link pair = builder.link(agg, firstCoreOfAgg + l, link, "agg-up", "core-down");
            up[l] = pair.up();
            builder.route(firstCoreOfAgg + l, pod * hostsPerPod, hostsPerPod, pair.down());
        }
        routeElsewhere(builder, agg, pod * hostsPerPod, hostsPerPod, up);
    }

    /** Routes all hosts but those below the switch upwards. */
    private void routeElsewhere(NetworkBuilder builder, int switchNumber, int firstBelow, int below, Port[] up) {
        int next = firstBelow + below;
        builder.route(switchNumber, 0, firstBelow, up);
        builder.route(switchNumber, next, hostCount() - next, up);
    }
}
