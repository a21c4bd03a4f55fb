package org.bpfsim.sim.topology;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.node.Switch;

/**
 * A network as built: hosts are numbered from 0, rack by rack and pod by pod; each has one NIC port, and one switch port
 * leads to it. Attach a {@link Node} to each host before packets flow.
 */
public final class Network {
    private final Scheduler scheduler;
    private final List<Switch> switches;
    private final List<Port> ports;
    private final Port[] hostPorts;
    private final Port[] accessPorts;
    private final int hostsPerRack;
    private final int racksPerPod;

    Network(NetworkBuilder builder, int hostsPerRack, int racksPerPod) {
        this.scheduler = builder.scheduler();
        this.switches = List.copyOf(builder.switches());
        this.ports = List.copyOf(builder.ports());
        this.hostPorts = builder.hostPorts().clone();
        this.accessPorts = builder.accessPorts().clone();
        this.hostsPerRack = hostsPerRack;
        this.racksPerPod = racksPerPod;
    }

    public Scheduler scheduler() {
        return scheduler;
    }

    public int hostCount() {
        return hostPorts.length;
    }

    /** Makes the node receive the packets that reach the host's place; they come in on its port 0. */
    public void attachHost(int host, Node node) {
        accessPorts[host].connect(node, 0);
    }

    /** The host's NIC: what it sends through. */
    public Port hostPort(int host) {
        return hostPorts[host];
    }

    /** The switch port that leads to the host. */
    public Port accessPort(int host) {
        return accessPorts[host];
    }

    /** All switches, tier by tier from the hosts up. */
    public List<Switch> switches() {
        return switches;
    }

    /** All ports; the index of a port in this list is its id. */
    public List<Port> ports() {
        return ports;
    }

    /** Number of the host's rack: all hosts under one switch. */
    public int rackOf(int host) {
        return checked(host) / hostsPerRack;
    }

    /** Number of the host's pod: a group of racks, or 0 where the topology has none. */
    public int podOf(int host) {
        return rackOf(host) / racksPerPod;
    }

    /** The rack's number within its pod. */
    public int rackInPod(int host) {
        return rackOf(host) % racksPerPod;
    }

    /** The host's number within its rack. */
    public int indexInRack(int host) {
        return checked(host) % hostsPerRack;
    }

    public int rackCount() {
        return (hostCount() + hostsPerRack - 1) / hostsPerRack;
    }

    /** The links from one host to another. */
    public PathInfo path(int src, int dst) {
        if (checked(src) == checked(dst)) {
            throw new IllegalArgumentException("host " + src + " reaches itself over no link");
        }
        List<LinkSpec> links = new ArrayList<>();
        Port port = hostPorts[src];
        while (true) {
            links.add(port.link());
            if (port == accessPorts[dst]) {
                return new PathInfo(links);
            }
            port = ((Switch) port.peer()).routeTo(dst).get(0);
        }
    }

    private int checked(int host) {
        if (host < 0 || host >= hostCount()) {
            throw new IndexOutOfBoundsException("host " + host + " of " + hostCount());
        }
        return host;
    }
}
