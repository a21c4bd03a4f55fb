package org.bpfsim.sim.topology;

import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.QueueSpec;

/**
 * Two switches with a bottleneck between them and as many hosts on either side: hosts 0 to n - 1 are rack 0, hosts n to
 * 2n - 1 are rack 1. Port classes: {@code host-nic}, {@code switch-down}, {@code bottleneck}.
 *
 * @param nic queue of each host's NIC
 */
public record Dumbbell(int hostsPerSide, LinkSpec hostLink, LinkSpec bottleneck, QueueSpec nic, SwitchSpec switchSpec)
        implements Topology {
    private static final int SIDES = 2;

    public Dumbbell {
        Plan.requireAtLeast(1, hostsPerSide, "hosts per side");
    }

    @Override
    public int hostCount() {
        return SIDES * hostsPerSide;
    }

    @Override
    public Network build(Scheduler scheduler, long seed) {
        NetworkBuilder builder = new NetworkBuilder(scheduler, seed, hostCount());
        int left = builder.addSwitches("switch", SIDES, switchSpec);
        for (int host = 0; host < hostCount(); host++) {
            builder.linkHost(host, left + host / hostsPerSide, hostLink, nic, "switch-down");
        }
        NetworkBuilder.Link across = builder.link(left, left + 1, bottleneck, "bottleneck", "bottleneck");
        builder.route(left, hostsPerSide, hostsPerSide, across.up());
        builder.route(left + 1, 0, hostsPerSide, across.down());
        return new Network(builder, hostsPerSide, SIDES);
    }
}
