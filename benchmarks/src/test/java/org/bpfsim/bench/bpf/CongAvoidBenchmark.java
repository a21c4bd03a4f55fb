package org.bpfsim.bench.bpf;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time per ACK in congestion avoidance, by the native cubic and by the kernel's bpf_cubic: {@code cong_avoid}, and the clock that
 * moves on. {@link BestOfRounds} times {@code cong_avoid} alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
public class CongAvoidBenchmark {
    private static final int ACKS_PER_US = 4;

    /** Which congestion control. */
    @Param({"cubic", "bpf_cubic"})
    public String control;

    private LiveSocket socket;
    private int acks;

    /** Establishes the socket. */
    @Setup
    public void establish() throws Exception {
        socket = new LiveSocket(control);
    }

    /** One ACK; four of them come in a microsecond. */
    @Benchmark
    public int ack() {
        if (++acks % ACKS_PER_US == 0) {
            socket.pass(1);
        }
        socket.ack();
        return socket.sk.snd_cwnd;
    }
}
