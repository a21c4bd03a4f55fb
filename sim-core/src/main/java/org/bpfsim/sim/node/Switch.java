package org.bpfsim.sim.node;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.SharedBuffer;
import org.bpfsim.sim.packet.Packet;

/**
 * A switch with output queues: a packet that has arrived whole (store and forward) joins the queue of one of the ports
 * that lead to its destination. Looking up and crossing the switch take no time; add it to the links' delay.
 *
 * <p>Hot path: no allocation.
 */
public final class Switch implements Node {
    private static final Port[] NO_ROUTE = {};

    private final String name;
    private final String tier;
    private final SharedBuffer buffer;
    private final List<Port> ports = new ArrayList<>();
    /** For each host the index of its group; two bytes per host, since this table is read for every packet. */
    private final char[] groupOfHost;

    private Port[][] groups = {NO_ROUTE};
    private PathSelector selector;

    /**
     * @param tier its place in the topology, such as {@code leaf}
     * @param hosts number of hosts in the network: destinations are 0 to hosts - 1
     * @param buffer memory that its ports share, or null
     * @param selector chooses among the ports of a route
     */
    public Switch(String name, String tier, int hosts, SharedBuffer buffer, PathSelector selector) {
        this.name = name;
        this.tier = tier;
        this.buffer = buffer;
        this.selector = selector;
        this.groupOfHost = new char[hosts];
    }

    /** Adds an output port. */
    public void addPort(Port port) {
        ports.add(port);
    }

    /** Sends packets for some hosts, numbered in a row, to one of these ports from now on. */
    public void route(int firstHost, int hosts, Port... group) {
        char index = (char) groups.length;
        if (index != groups.length) {
            throw new IllegalStateException(name + " has more than " + (int) Character.MAX_VALUE + " routes");
        }
        groups = Arrays.copyOf(groups, index + 1);
        groups[index] = group.clone();
        Arrays.fill(groupOfHost, firstHost, firstHost + hosts, index);
    }

    /** Replaces the choice among equal paths. */
    public void setSelector(PathSelector selector) {
        this.selector = selector;
    }

    @Override
    public void receive(Packet packet, int ingressPort) {
        Port[] group = groups[groupOfHost[packet.dstHost]];
        if (group.length > 1) {
            group[selector.select(packet, group.length)].send(packet);
        } else if (group.length == 1) {
            group[0].send(packet);
        } else {
            throw new IllegalStateException(name + " has no route to host " + packet.dstHost);
        }
    }

    @Override
    public String name() {
        return name;
    }

    /** The switch's place in the topology, such as {@code leaf}. */
    public String tier() {
        return tier;
    }

    /** The memory that its ports share, or null. */
    public SharedBuffer buffer() {
        return buffer;
    }

    public List<Port> ports() {
        return Collections.unmodifiableList(ports);
    }

    /** The ports that lead to a host, in the order that the selector counts them by. */
    public List<Port> routeTo(int dstHost) {
        return List.of(groups[groupOfHost[dstHost]]);
    }

    @Override
    public String toString() {
        return name;
    }
}
