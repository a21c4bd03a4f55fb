package org.bpfsim.scenario.model;

import java.util.List;

/**
 * Clients ask servers over connections that they keep (or not), in frames.
 *
 * @param clients hosts by number; empty: all
 * @param servers hosts by number, chosen with the same probability; empty: whom {@code peers} says
 * @param request payload of a request
 * @param response payload of its answer
 * @param work of the server for a request
 */
public record RequestResponse(
        List<Integer> clients,
        List<Integer> servers,
        Peers peers,
        ArrivalSpec arrivals,
        SizeSpec request,
        SizeSpec response,
        TimeSpec work,
        RpcStyle style,
        Family family,
        int port)
        implements ServiceSpec {
    public RequestResponse {
        clients = List.copyOf(clients);
        servers = List.copyOf(servers);
    }

    @Override
    public <R> R kind(Kinds<R> kinds) {
        return kinds.requestResponse(this);
    }
}
