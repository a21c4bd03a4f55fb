package org.bpfsim.scenario.apps;

import java.util.function.DoubleToIntFunction;
import org.bpfsim.scenario.model.Peers;
import org.bpfsim.scenario.model.RunSpec;
import org.bpfsim.scenario.workload.FlowHash;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.Cgroup;
import umontreal.ssj.rng.RandomStream;

/** What applications find in a run. */
public interface Site {
    Scheduler scheduler();

    RunSpec run();

    int hosts();

    TcpHost host(int host);

    /** The host's address of that family, which the scenario was checked to have. */
    IpAddress address(int host, boolean ipv6);

    /** Where the sockets of an arm live on a host. */
    Cgroup cgroup(int host, int arm);

    /** Number of arms, control included. */
    int arms();

    /** Rate of the link between a host and its switch. */
    long hostLinkBitsPerSec();

    /** Random numbers for one purpose; the name is unique within the run. */
    RandomStream stream(String name);

    /** What arm and address family something has. */
    FlowHash hash();

    /** Which peer a host has at a point of (0, 1). */
    DoubleToIntFunction peers(Peers peers, int host);

    /** Bytes on the wire for a byte of payload, in long flows. */
    double expansion();
}
