package org.bpfsim.bench;

import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.topology.FatTree;
import org.bpfsim.sim.topology.Network;
import org.bpfsim.sim.topology.PeerPermutation;

/**
 * Every host of a k-ary fat-tree sends to one other, over the pairs and paths of {@link PeerPermutation}.
 *
 * @param k ports of each switch; k^3/4 hosts
 * @param bytes of each flow
 * @param seed of pairs and paths
 */
public record Permutation(int k, long bytes, long seed) {
    /** Builds the network, runs it and measures. */
    public BenchResult run() {
        long before = ProcessCost.threadCpuNs();
        Network network =
                new FatTree(k, BulkFlows.LINK, BulkFlows.QUEUE, BulkFlows.SWITCH).build(new Scheduler(), seed);
        PeerPermutation peers = new PeerPermutation(seed);
        peers.pinPaths(network);
        BulkFlows flows = new BulkFlows(network, bytes);
        int[] partners = peers.partners(network.hostCount());
        for (int host = 0; host < partners.length; host++) {
            flows.start(host, partners[host]);
        }
        return flows.run("permutation-k" + k, ProcessCost.threadCpuNs() - before);
    }
}
