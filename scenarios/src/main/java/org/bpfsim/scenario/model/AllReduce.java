package org.bpfsim.scenario.model;

import java.util.List;
import java.util.OptionalLong;

/**
 * Jobs that sum up data of many hosts around a ring, iteration by iteration.
 *
 * @param hosts of the ring by number, in its order; empty: all
 * @param bytes that each host has
 * @param compute of each host before it sends
 * @param iterations of each job; empty: until the run ends
 * @param jobs on the same hosts at the same time
 * @param startPs when the first iteration begins
 */
public record AllReduce(
        List<Integer> hosts,
        long bytes,
        TimeSpec compute,
        OptionalLong iterations,
        int jobs,
        long startPs,
        RpcStyle style,
        Family family,
        int port)
        implements ServiceSpec {
    public AllReduce {
        hosts = List.copyOf(hosts);
    }

    @Override
    public <R> R kind(Kinds<R> kinds) {
        return kinds.allReduce(this);
    }
}
