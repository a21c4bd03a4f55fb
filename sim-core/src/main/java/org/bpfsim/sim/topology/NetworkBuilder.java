package org.bpfsim.sim.topology;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.sim.Fingerprint;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.node.FlowHashEcmp;
import org.bpfsim.sim.node.Switch;

/** Lays switches, links and routes for the topologies of this package, numbering ports in the order they are laid. */
final class NetworkBuilder {
    private final Scheduler scheduler;
    private final long seed;
    private final List<Switch> switches = new ArrayList<>();
    private final List<QueueSpec> queues = new ArrayList<>();
    private final List<Port> ports = new ArrayList<>();
    private final Port[] hostPorts;
    private final Port[] accessPorts;

    NetworkBuilder(Scheduler scheduler, long seed, int hosts) {
        this.scheduler = scheduler;
        this.seed = seed;
        this.hostPorts = new Port[hosts];
        this.accessPorts = new Port[hosts];
    }

    Scheduler scheduler() {
        return scheduler;
    }

    List<Switch> switches() {
        return switches;
    }

    List<Port> ports() {
        return ports;
    }

    Port[] hostPorts() {
        return hostPorts;
    }

    Port[] accessPorts() {
        return accessPorts;
    }

    /** Adds a switch and returns its number. */
    int addSwitch(String tier, int numberInTier, SwitchSpec spec) {
        int number = switches.size();
        FlowHashEcmp ecmp = new FlowHashEcmp(Fingerprint.mix64(seed) + number);
        switches.add(new Switch(tier + "-" + numberInTier, tier, hostPorts.length, spec.newBuffer(), ecmp));
        queues.add(spec.queue());
        return number;
    }

    /** Adds several switches of one tier and returns the number of the first. */
    int addSwitches(String tier, int count, SwitchSpec spec) {
        int first = switches.size();
        for (int i = 0; i < count; i++) {
            addSwitch(tier, i, spec);
        }
        return first;
    }

    /** Links a host with its switch, and routes the host there. */
    void linkHost(int host, int switchNumber, LinkSpec link, QueueSpec nic, String downClass) {
        Switch access = switches.get(switchNumber);
        String hostName = "host-" + host;
        Port up =
                addPort(new Port(scheduler, ports.size(), hostName + ":" + access.name(), "host-nic", link, nic, null));
        up.connect(access, access.ports().size());
        hostPorts[host] = up;
        Port down = newSwitchPort(switchNumber, hostName, downClass, link);
        accessPorts[host] = down;
        access.route(host, 1, down);
    }

    /** Both directions of a link between two switches. */
    record Link(Port up, Port down) {}

    /** Links two switches both ways. */
    Link link(int lower, int upper, LinkSpec link, String upClass, String downClass) {
        Switch low = switches.get(lower);
        Switch high = switches.get(upper);
        Port up = newSwitchPort(lower, high.name(), upClass, link);
        Port down = newSwitchPort(upper, low.name(), downClass, link);
        up.connect(high, high.ports().size() - 1);
        down.connect(low, low.ports().size() - 1);
        return new Link(up, down);
    }

    /** Routes hosts from {@code firstHost} on to a group of equal ports. */
    void route(int switchNumber, int firstHost, int hosts, Port... group) {
        if (hosts > 0) {
            switches.get(switchNumber).route(firstHost, hosts, group);
        }
    }

    private Port newSwitchPort(int switchNumber, String peerName, String portClass, LinkSpec link) {
        Switch owner = switches.get(switchNumber);
        String name = owner.name() + ":" + peerName;
        Port port = addPort(
                new Port(scheduler, ports.size(), name, portClass, link, queues.get(switchNumber), owner.buffer()));
        owner.addPort(port);
        return port;
    }

    private Port addPort(Port port) {
        ports.add(port);
        return port;
    }
}
