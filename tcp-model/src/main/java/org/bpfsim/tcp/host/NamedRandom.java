package org.bpfsim.tcp.host;

import org.bpfsim.sim.random.RandomStreams;
import org.bpfsim.tcp.sock.HostKernel;
import umontreal.ssj.rng.RandomStream;

/** Random numbers of a host's kernel from named streams: {@code kernel/host-3}, {@code kernel/host-3/bbr}. */
public final class NamedRandom implements HostKernel.Random32 {
    private static final double TWO_TO_THE_32 = 4_294_967_296.0;

    private final RandomStreams streams;
    private final String name;
    private final int replication;
    private final RandomStream stream;

    public NamedRandom(RandomStreams streams, String name, int replication) {
        this.streams = streams;
        this.name = name;
        this.replication = replication;
        this.stream = streams.stream(name, replication);
    }

    @Override
    public int next() {
        return (int) (long) (stream.nextDouble() * TWO_TO_THE_32);
    }

    @Override
    public HostKernel.Random32 named(String purpose) {
        return new NamedRandom(streams, name + "/" + purpose, replication);
    }
}
