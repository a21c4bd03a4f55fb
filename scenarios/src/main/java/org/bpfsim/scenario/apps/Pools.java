package org.bpfsim.scenario.apps;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.bpfsim.scenario.model.Family;
import org.bpfsim.tcp.cpu.Task;

/** Connections of a host to others, by arm: for workloads in which something else than the connection decides on the arm. */
final class Pools {
    private final Service service;
    private final Family family;
    private final int host;
    private final int arm;
    private final Supplier<Task> task;
    private final Map<Integer, Channel> channels = new HashMap<>();

    /** @param task gives a thread of the host to each new connection */
    Pools(Service service, Family family, int host, int arm, Supplier<Task> task) {
        this.service = service;
        this.family = family;
        this.host = host;
        this.arm = arm;
        this.task = task;
    }

    /** A connection to a server; its place in the pool is drawn from (0, 1). */
    Channel to(int server, double u) {
        if (!service.style().reuse()) {
            return make(server, channels.size());
        }
        int place = server * service.style().connections()
                + (int) (u * service.style().connections());
        Channel channel = channels.get(place);
        if (channel == null) {
            channel = make(server, place);
            channels.put(place, channel);
        }
        return channel;
    }

    private Channel make(int server, int place) {
        boolean ipv6 = service.site().hash().ipv6(family, service.workload(), host, place);
        return new Channel(service, host, server, arm, ipv6, task.get());
    }
}
