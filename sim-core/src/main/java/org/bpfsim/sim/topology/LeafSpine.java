package org.bpfsim.sim.topology;

import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.QueueSpec;

/**
 * Racks of hosts, each under a leaf switch, and every leaf linked with every spine. All racks form one pod. Port classes:
 * {@code host-nic}, {@code leaf-down}, {@code leaf-up}, {@code spine-down}.
 *
 * @param nic queue of each host's NIC
 */
public record LeafSpine(
        int leaves,
        int spines,
        int hostsPerLeaf,
        LinkSpec hostLink,
        LinkSpec fabricLink,
        QueueSpec nic,
        SwitchSpec leaf,
        SwitchSpec spine)
        implements Topology {
    public LeafSpine {
        Plan.requireAtLeast(1, leaves, "leaves");
        Plan.requireAtLeast(1, spines, "spines");
        Plan.requireAtLeast(1, hostsPerLeaf, "hosts per leaf");
    }

    @Override
    public int hostCount() {
        return Math.multiplyExact(leaves, hostsPerLeaf);
    }

    @Override
    public Network build(Scheduler scheduler, long seed) {
        NetworkBuilder builder = new NetworkBuilder(scheduler, seed, hostCount());
        int firstLeaf = builder.addSwitches("leaf", leaves, leaf);
        int firstSpine = builder.addSwitches("spine", spines, spine);
        for (int host = 0; host < hostCount(); host++) {
            builder.linkHost(host, firstLeaf + host / hostsPerLeaf, hostLink, nic, "leaf-down");
        }
        for (int l = 0; l < leaves; l++) {
            Port[] up = new Port[spines];
            for (int s = 0; s < spines; s++) {
                NetworkBuilder.Link link =
                        builder.link(firstLeaf + l, firstSpine + s, fabricLink, "leaf-up", "spine-down");
                up[s] = link.up();
                builder.route(firstSpine + s, l * hostsPerLeaf, hostsPerLeaf, link.down());
            }
            builder.route(firstLeaf + l, 0, l * hostsPerLeaf, up);
            int next = (l + 1) * hostsPerLeaf;
            builder.route(firstLeaf + l, next, hostCount() - next, up);
        }
        return new Network(builder, hostsPerLeaf, leaves);
    }
}
