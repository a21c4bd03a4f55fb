package org.bpfsim.bench;

import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.topology.Network;
import org.bpfsim.sim.topology.SingleSwitch;

/**
 * Many hosts on one switch send to one.
 *
 * @param senders how many; there is one host more
 * @param bytes of each flow
 */
public record Incast(int senders, long bytes) {
    /** Builds the network, runs it and measures. */
    public BenchResult run() {
        long before = ProcessCost.threadCpuNs();
        Network network = new SingleSwitch(senders + 1, BulkFlows.LINK, BulkFlows.QUEUE, BulkFlows.SWITCH)
                .build(new Scheduler(), 1);
        BulkFlows flows = new BulkFlows(network, bytes);
        for (int sender = 1; sender <= senders; sender++) {
            flows.start(sender, 0);
        }
        return flows.run("incast-" + senders, ProcessCost.threadCpuNs() - before);
    }
}
