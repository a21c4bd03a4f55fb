package org.bpfsim.scenario.model;

/** A workload whose applications talk in frames over connections of their own. */
public sealed interface ServiceSpec extends WorkloadSpec
        permits RequestResponse, PartitionAggregate, Storage, AllReduce {
    /** One result per kind. */
    interface Kinds<R> {
        R requestResponse(RequestResponse w);

        R partitionAggregate(PartitionAggregate w);

        R storage(Storage w);

        R allReduce(AllReduce w);
    }

    <R> R kind(Kinds<R> kinds);

    /** How they talk. */
    RpcStyle style();

    @Override
    default <R> R match(Cases<R> cases) {
        return cases.service(this);
    }
}
