package org.bpfsim.sim.topology;

import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.QueueSpec;

/**
 * Several datacenters far apart. Each is a leaf-spine network and one pod; its spines are linked with one border switch,
 * and the border switches with one another over wide-area links. Port classes: those of {@link LeafSpine}, {@code
 * spine-up}, {@code border-down}, {@code wan}.
 *
 * @param count datacenters
 * @param leaves racks of each
 * @param spines of each
 * @param wan between two border switches
 * @param nic queue of each host's NIC
 * @param switchSpec of all switches
 */
public record Datacenters(
        int count,
        int leaves,
        int spines,
        int hostsPerLeaf,
        LinkSpec hostLink,
        LinkSpec fabricLink,
        LinkSpec wan,
        QueueSpec nic,
        SwitchSpec switchSpec)
        implements Topology {
    /** The class of the ports that send over wide-area links. */
    public static final String WAN = "wan";

    public Datacenters {
        Plan.requireAtLeast(2, count, "datacenters");
        Plan.requireAtLeast(1, leaves, "leaves");
        Plan.requireAtLeast(1, spines, "spines");
        Plan.requireAtLeast(1, hostsPerLeaf, "hosts per leaf");
    }

    @Override
    public int hostCount() {
        return Math.multiplyExact(count, hostsOfEach());
    }

    private int hostsOfEach() {
        return Math.multiplyExact(leaves, hostsPerLeaf);
    }

    @Override
    public Network build(Scheduler scheduler, long seed) {
        NetworkBuilder builder = new NetworkBuilder(scheduler, seed, hostCount());
        int firstLeaf = builder.addSwitches("leaf", count * leaves, switchSpec);
        int firstSpine = builder.addSwitches("spine", count * spines, switchSpec);
        int firstBorder = builder.addSwitches("border", count, switchSpec);
        for (int host = 0; host < hostCount(); host++) {
            builder.linkHost(host, firstLeaf + host / hostsPerLeaf, hostLink, nic, "leaf-down");
        }
        for (int center = 0; center < count; center++) {
            for (int leaf = center * leaves; leaf < (center + 1) * leaves; leaf++) {
                linkLeaf(builder, firstLeaf + leaf, leaf, firstSpine + center * spines);
            }
            linkBorder(builder, firstBorder + center, center, firstSpine + center * spines);
        }
        for (int one = 0; one < count; one++) {
            for (int other = one + 1; other < count; other++) {
                NetworkBuilder.Link across = builder.link(firstBorder + one, firstBorder + other, wan, WAN, WAN);
                builder.route(firstBorder + one, other * hostsOfEach(), hostsOfEach(), across.up());
                builder.route(firstBorder + other, one * hostsOfEach(), hostsOfEach(), across.down());
            }
        }
        return new Network(builder, hostsPerLeaf, leaves);
    }

    private void linkLeaf(NetworkBuilder builder, int leaf, int rack, int firstSpineOfCenter) {
        Port[] up = new Port[spines];
        for (int s = 0; s < spines; s++) {
            NetworkBuilder.Link link = builder.link(leaf, firstSpineOfCenter + s, fabricLink, "leaf-up", "spine-down");
            up[s] = link.up();
            builder.route(firstSpineOfCenter + s, rack * hostsPerLeaf, hostsPerLeaf, link.down());
        }
        routeElsewhere(builder, leaf, rack * hostsPerLeaf, hostsPerLeaf, up);
    }

    private void linkBorder(NetworkBuilder builder, int border, int center, int firstSpineOfCenter) {
        Port[] down = new Port[spines];
        for (int s = 0; s < spines; s++) {
            NetworkBuilder.Link link =
                    builder.link(firstSpineOfCenter + s, border, fabricLink, "spine-up", "border-down");
            down[s] = link.down();
            routeElsewhere(builder, firstSpineOfCenter + s, center * hostsOfEach(), hostsOfEach(), link.up());
        }
        builder.route(border, center * hostsOfEach(), hostsOfEach(), down);
    }

    /** Routes all hosts but some in a row. */
    private void routeElsewhere(NetworkBuilder builder, int switchNumber, int firstHost, int hosts, Port... group) {
        builder.route(switchNumber, 0, firstHost, group);
        int next = firstHost + hosts;
        builder.route(switchNumber, next, hostCount() - next, group);
    }
}
