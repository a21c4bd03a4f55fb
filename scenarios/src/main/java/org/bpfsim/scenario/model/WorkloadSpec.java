package org.bpfsim.scenario.model;

import java.util.List;
import java.util.OptionalLong;

/** Part of what the hosts do. */
public sealed interface WorkloadSpec permits WorkloadSpec.Rpc, WorkloadSpec.Bulk, WorkloadSpec.Incast, ServiceSpec {
    /** One result per kind. */
    interface Cases<R> {
        R rpc(Rpc w);

        R bulk(Bulk w);

        R incast(Incast w);

        R service(ServiceSpec w);
    }

    <R> R match(Cases<R> cases);

    /** Address family of its connections. */
    Family family();

    /** First of its server ports: arm number {@code i} (control is 0) listens on {@code port + i}. */
    int port();

    /**
     * Every host asks others, each time over a new connection, at random times (Poisson).
     *
     * @param load mean rate of answers on the wire (payload and headers), as a share of the host link's rate
     * @param requestBytes what the client sends before the server answers
     */
    record Rpc(SizeSpec sizes, Fraction load, Peers peers, Family family, int port, int requestBytes)
            implements WorkloadSpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.rpc(this);
        }
    }

    /**
     * Long flows that each of some hosts sends to one host.
     *
     * @param from the senders, which also connect
     * @param to the receiver
     * @param flowsPerSender connections that each sender opens
     * @param sizeBytes what each flow carries; empty: it never ends
     * @param startPs when the first begins
     * @param staggerPs each flow begins this much after the one before
     */
    record Bulk(
            List<Integer> from,
            int to,
            int flowsPerSender,
            OptionalLong sizeBytes,
            long startPs,
            long staggerPs,
            Family family,
            int port)
            implements WorkloadSpec {
        public Bulk {
            from = List.copyOf(from);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.bulk(this);
        }
    }

    /**
     * One host asks many at the same instant, round after round.
     *
     * @param to who asks, and so receives all answers
     * @param senders how many hosts answer: those that follow {@code to}, in the order of their numbers
     * @param bytes what each of them answers
     * @param startPs when the first round begins
     * @param everyPs from one round to the next
     * @param rounds how many
     */
    record Incast(
            int to,
            int senders,
            long bytes,
            long startPs,
            long everyPs,
            int rounds,
            Family family,
            int port,
            int requestBytes)
            implements WorkloadSpec {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.incast(this);
        }
    }
}
