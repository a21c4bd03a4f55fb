package org.bpfsim.scenario.model;

import java.util.List;
import java.util.OptionalLong;

/**
 * Aggregators that ask many workers at once and need all of their answers.
 *
 * @param aggregators hosts by number
 * @param workers hosts by number; empty: all others
 * @param fanOut workers that a query asks, drawn anew for each
 * @param deadlinePs when a query is late; empty: never
 */
public record PartitionAggregate(
        List<Integer> aggregators,
        List<Integer> workers,
        int fanOut,
        ArrivalSpec arrivals,
        SizeSpec request,
        SizeSpec response,
        TimeSpec work,
        OptionalLong deadlinePs,
        RpcStyle style,
        Family family,
        int port)
        implements ServiceSpec {
    public PartitionAggregate {
        aggregators = List.copyOf(aggregators);
        workers = List.copyOf(workers);
    }

    @Override
    public <R> R kind(Kinds<R> kinds) {
        return kinds.partitionAggregate(this);
    }
}
