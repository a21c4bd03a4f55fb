package org.bpfsim.scenario.model;

import java.util.List;

/**
 * Clients that read and write blocks; a server passes what is written on to others before it answers.
 *
 * @param clients hosts by number; empty: all but the servers
 * @param servers hosts by number
 * @param replicas servers that store a block, the one that was asked included: those that follow it in the list
 * @param reads share of the requests that read
 * @param block payload of a block
 * @param work of a server for a block that it reads or writes
 */
public record Storage(
        List<Integer> clients,
        List<Integer> servers,
        int replicas,
        Fraction reads,
        ArrivalSpec arrivals,
        SizeSpec block,
        TimeSpec work,
        RpcStyle style,
        Family family,
        int port)
        implements ServiceSpec {
    public Storage {
        clients = List.copyOf(clients);
        servers = List.copyOf(servers);
    }

    @Override
    public <R> R kind(Kinds<R> kinds) {
        return kinds.storage(this);
    }
}
