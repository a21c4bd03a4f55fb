package org.bpfsim.sim.topology;

import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.QueueSpec;

/**
 * Hosts around one switch (a star): one rack of its own. Port classes: {@code host-nic}, {@code switch-down}.
 *
 * @param nic queue of each host's NIC
 */
public record SingleSwitch(int hosts, LinkSpec hostLink, QueueSpec nic, SwitchSpec switchSpec) implements Topology {
    public SingleSwitch {
        Plan.requireAtLeast(2, hosts, "hosts");
    }

    @Override
    public int hostCount() {
        return hosts;
    }

    @Override
    public Network build(Scheduler scheduler, long seed) {
        NetworkBuilder builder = new NetworkBuilder(scheduler, seed, hosts);
        int center = builder.addSwitch("switch", 0, switchSpec);
        for (int host = 0; host < hosts; host++) {
            builder.linkHost(host, center, hostLink, nic, "switch-down");
        }
        return new Network(builder, hosts, 1);
    }
}
