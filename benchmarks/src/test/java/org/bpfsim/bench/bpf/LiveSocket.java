package org.bpfsim.bench.bpf;

import java.nio.file.Files;
import java.nio.file.Path;
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

/**
 * An established socket in congestion avoidance whose application uses all of the window, with the native cubic or the kernel's
 * bpf_cubic. That object is not ours to ship: {@code tcp-model/src/test/bpf/kernel-objects.sh} builds it, and the system property
 * {@code bpf_cubic} says where it is.
 */
final class LiveSocket {
    private static final int HZ = 1000;
    private static final int MAX_CWND = 1000;

    private final Scheduler scheduler = new Scheduler();
    private final HostKernel kernel =
            new HostKernel("h0", 0, scheduler, new SegmentPool(), () -> 4, HZ, 1500, 38, segment -> segment.release());
    final TcpSock sk = new TcpSock(kernel);

    /** @param control {@code cubic} or {@code bpf_cubic} */
    LiveSocket(String control) throws Exception {
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

    /** An ACK of one segment. */
    void ack() {
        sk.snd_una++;
        sk.snd_nxt = sk.snd_una + sk.snd_cwnd;
        sk.max_packets_out = sk.snd_cwnd;
        sk.icsk_ca_ops.cong_avoid(sk, sk.snd_una, 1);
        if (sk.snd_cwnd > MAX_CWND) {
            sk.snd_cwnd = MAX_CWND / 2;
        }
    }

    /** Time passes. */
    void pass(long us) {
        scheduler.runUntil(scheduler.nowPs() + us * SimTime.PS_PER_US);
        sk.tcp_mstamp = kernel.clockUs();
    }
}
