package org.bpfsim.bench.bpf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.bpf.HostPrograms;
import org.bpfsim.tcp.bpf.TcpBpf;
import org.bpfsim.tcp.cong.NativeCongestionControls;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.sock.CongestionControl;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
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
 * Time of {@code cong_avoid} per ACK, in congestion avoidance, by the native cubic and by the kernel's bpf_cubic. That object is
 * not ours to ship: {@code tcp-model/src/test/bpf/kernel-objects.sh} builds it, and the system property {@code bpf_cubic} says
 * where it is.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
public class CongAvoidBenchmark {
    private static final int HZ = 1000;
    private static final int MAX_CWND = 1000;
    private static final int ACKS_PER_US = 4;

    /** Which congestion control. */
    @Param({"cubic", "bpf_cubic"})
    public String control;

    private final Scheduler scheduler = new Scheduler();
    private final HostKernel kernel =
            new HostKernel("h0", 0, scheduler, new SegmentPool(), () -> 4, HZ, 1500, 38, segment -> segment.release());
    private final TcpSock sk = new TcpSock(kernel);
    private int acks;

    /** Establishes the socket. */
    @Setup
    public void establish() throws Exception {
        NativeCongestionControls.registerAll(kernel.congestionControls);
        if (control.equals("bpf_cubic")) {
            Path path = Path.of(System.getProperty("bpf_cubic", "tcp-model/target/kernel-objects/bpf_cubic.o"));
            BpfObject object = BpfObject.open(Files.readAllBytes(path), "bpf_cubic.o");
            HostPrograms programs = new HostPrograms(kernel, line -> {});
            programs.register(programs.load(Loader.load(object, TcpBpf.environment(HZ))));
        }
        sk.skc_state = TcpState.ESTABLISHED;
        sk.is_cwnd_limited = true;
        sk.snd_cwnd = 100;
        CongestionControl.assign(sk);
        CongestionControl.init(sk);
        CongestionControl.set(sk, control);
        sk.snd_ssthresh = 50;
    }

    /** One ACK; four of them come in a microsecond. */
    @Benchmark
    public int ack() {
        if (++acks % ACKS_PER_US == 0) {
            scheduler.runUntil(scheduler.nowPs() + SimTime.PS_PER_US);
            sk.tcp_mstamp = kernel.clockUs();
        }
        sk.snd_una++;
        sk.snd_nxt = sk.snd_una + sk.snd_cwnd;
        sk.max_packets_out = sk.snd_cwnd;
        sk.icsk_ca_ops.cong_avoid(sk, sk.snd_una, 1);
        if (sk.snd_cwnd > MAX_CWND) {
            sk.snd_cwnd = MAX_CWND / 2;
        }
        return sk.snd_cwnd;
    }
}
