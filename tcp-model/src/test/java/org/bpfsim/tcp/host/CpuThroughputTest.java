package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.cpu.Cause;
import org.bpfsim.tcp.cpu.CpuOptions;
import org.bpfsim.tcp.cpu.HostCpus;
import org.bpfsim.tcp.nic.Nic;
import org.bpfsim.tcp.nic.NicOptions;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.sock.SockOptions;
import org.junit.jupiter.api.Test;

/**
 * One long flow over 100 Gbit/s, whose receiver has one core for interrupts and application: Cai, Chaudhary, Vuppalapati, Hwang
 * and Agarwal, "Understanding Host Network Stack Overheads", SIGCOMM 2021, section 3.1, measured about 42 Gbit/s with jumbo
 * frames, and data copy as the largest part, about 49%, of the receiver's cycles.
 */
class CpuThroughputTest {
    private static final int WARM_UP_MS = 20;
    private static final int MEASURED_MS = 40;

    private final Scheduler scheduler = new Scheduler();
    private final SegmentPool pool = new SegmentPool();
    private long received;
    private HostCpus receiver;
    private long busyBeforePs;

    /** Gbit/s between applications. */
    private double throughput(int mtu) {
        List<IpAddress> addresses = List.of(IpAddress.v4(0x0a000001), IpAddress.v4(0x0a000002));
        Random random = new Random(1);
        TcpHost[] hosts = new TcpHost[2];
        Nic[] nics = new Nic[2];
        Port[] ports = new Port[2];
        LinkSpec link = new LinkSpec(100_000_000_000L, SimTime.fromMicros(5));
        for (int i = 0; i < 2; i++) {
            hosts[i] = new TcpHost(
                    "host-" + i,
                    i,
                    scheduler,
                    pool,
                    random::nextInt,
                    new HostOptions(250, mtu, 38),
                    List.of(addresses.get(i)),
                    addresses::indexOf);
            ports[i] = new Port(scheduler, i, "port-" + i, "link", link, QueueSpec.UNBOUNDED, null);
            nics[i] = hosts[i].attach(ports[i], NicOptions.DEFAULT);
        }
        ports[0].connect(nics[1], 0);
        ports[1].connect(nics[0], 0);
        hosts[0].attach(nics[0], CpuOptions.of(4));
        receiver = hosts[1].attach(nics[1], CpuOptions.of(1));
        Socket listening = hosts[1].socketOf(hosts[1].process("sink", null, 1).next(), null);
        // Enough for the link; what is more only waits, and the core is what is measured.
        listening.setsockopt(SockOptions.SOL_TCP, SockOptions.TCP_WINDOW_CLAMP, 1_500_000);
        hosts[1].listen(listening, 80, socket -> new SocketHandler() {
            @Override
            public void onReadable(Socket s, long bytesAvailable) {
                received += s.readAll();
            }
        });
        Socket source = hosts[0].connect(
                hosts[0].process("source", null, 1).next(), addresses.get(1), 80, new SocketHandler() {});
        source.writeAll(1L << 50);
        scheduler.runUntil(SimTime.fromMillis(WARM_UP_MS));
        receiver.settledAccounts();
        busyBeforePs = receiver.busyPs(0);
        long before = received;
        scheduler.runUntil(SimTime.fromMillis(WARM_UP_MS + MEASURED_MS));
        return (received - before) * 8 / (MEASURED_MS * 1e6);
    }

    private double share(Cause cause) {
        return (double) CpuNetwork.spentNs(receiver, cause)
                / SimTime.toNanos(receiver.settledAccounts().spentPs(0));
    }

    /** How much of the measured time the receiver's core was busy. */
    private double utilisation() {
        receiver.settledAccounts();
        return (receiver.busyPs(0) - busyBeforePs) / (double) SimTime.fromMillis(MEASURED_MS);
    }

    @Test
    void aCoreReceivesAsManyJumboFramesAsWasMeasuredAndCopiesForHalfOfItsTime() {
        double gbps = throughput(9000);
        assertThat(gbps).isBetween(38.0, 46.0);
        assertThat(share(Cause.COPY)).isBetween(0.44, 0.54);
        assertThat(utilisation()).isBetween(0.92, 1.0);
    }

    @Test
    void ordinaryFramesCostMoreForEachByte() {
        double gbps = throughput(1500);
        assertThat(gbps).isBetween(23.0, 33.0);
        assertThat(share(Cause.SOFTIRQ)).isGreaterThan(share(Cause.COPY));
        assertThat(utilisation()).isBetween(0.92, 1.0);
    }
}
