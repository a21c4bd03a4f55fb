package org.bpfsim.bench;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.random.RandomStreams;
import org.bpfsim.sim.topology.Network;
import org.bpfsim.sim.topology.SwitchSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.host.HostOptions;
import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.SegmentPool;
import umontreal.ssj.rng.RandomStream;

/**
 * Flows of the same size that all start at time zero, over hosts as the peers' benchmark defines them: DCTCP, 10 Gbit/s
 * and 1 us per link, 1500-byte packets, marking at 65 packets and a limit of 1000 on every port and NIC, an initial
 * window of 10, a least RTO of 10 ms. A flow is complete when its last byte has reached the receiving application.
 */
final class BulkFlows {
    private static final long LINK_BITS_PER_SEC = 10_000_000_000L;
    private static final int PORT = 1000;
    private static final int FIRST_HOST_ADDRESS = 0x0a000001;
    private static final int DEADLINE_S = 60;

    /** ns-3 keeps one packet more in the device behind the queue disc, so that its 65 are 66 of ours (see Port). */
    private static final int MARK_PACKETS = 66;

    private static final int LIMIT_PACKETS = 1001;
    /** What the peers' point-to-point links add to a packet: PPP. */
    private static final int LINK_OVERHEAD_BYTES = 2;

    static final LinkSpec LINK = new LinkSpec(LINK_BITS_PER_SEC, SimTime.PS_PER_US);
    static final QueueSpec QUEUE =
            QueueSpec.UNBOUNDED.withLimitPackets(LIMIT_PACKETS).withMarkPackets(MARK_PACKETS);
    static final SwitchSpec SWITCH = SwitchSpec.separateQueues(QUEUE);

    private final Scheduler scheduler;
    private final Network network;
    private final List<TcpHost> hosts = new ArrayList<>();
    private final long bytes;
    private final List<Long> completionPs = new ArrayList<>();
    private int started;

    BulkFlows(Network network, long bytes) {
        this.network = network;
        this.scheduler = network.scheduler();
        this.bytes = bytes;
        SegmentPool segments = new SegmentPool();
        RandomStreams streams = new RandomStreams(1);
        for (int i = 0; i < network.hostCount(); i++) {
            RandomStream random = streams.stream("host-" + i, 0);
            TcpHost host = new TcpHost(
                    "host-" + i,
                    i,
                    scheduler,
                    segments,
                    () -> (int) (long) (random.nextDouble() * (1L << Integer.SIZE)),
                    new HostOptions(250, 1500, LINK_OVERHEAD_BYTES).withoutSegmentation(), // peers have none
                    List.of(IpAddress.v4(FIRST_HOST_ADDRESS + i)),
                    address -> address.v4Bits() - FIRST_HOST_ADDRESS);
            tune(host);
            Port nic = network.hostPort(i);
            host.setNic(nic::send);
            network.attachHost(i, host);
            host.listen(PORT, null, socket -> new Receiver());
            hosts.add(host);
        }
    }

    private static void tune(TcpHost host) {
        host.sysctls().set("net.ipv4.tcp_congestion_control", "dctcp");
        host.sysctls().set("net.ipv4.tcp_ecn", "1");
        host.sysctls().set("net.ipv4.tcp_rto_min_us", "10000");
        host.sysctls().set("net.ipv4.tcp_wmem", "4096 2097152 2097152");
        host.sysctls().set("net.ipv4.tcp_rmem", "4096 4194304 6291456");
    }

    /** Starts a flow. */
    void start(int from, int to) {
        started++;
        hosts.get(from).connect(hosts.get(to).addresses().get(0), PORT, null, new Sender());
    }

    /** Runs until all flows are complete. */
    BenchResult run(String work, long setupCpuNs) {
        long wall = System.nanoTime();
        long cpu = ProcessCost.threadCpuNs();
        long processCpu = ProcessCost.processCpuNs();
        scheduler.runUntil(DEADLINE_S * SimTime.PS_PER_S);
        long cpuNs = ProcessCost.threadCpuNs() - cpu;
        long processCpuNs = ProcessCost.processCpuNs() - processCpu;
        long wallNs = System.nanoTime() - wall;
        return new BenchResult(
                work,
                network.hostCount(),
                started,
                bytes,
                started - completionPs.size(),
                sum(Port::txPackets),
                scheduler.eventsFired(),
                seconds(SimTime.toNanos(scheduler.nowPs())),
                seconds(wallNs),
                seconds(cpuNs),
                seconds(processCpuNs),
                seconds(setupCpuNs),
                ProcessCost.peakRssMib(),
                milliseconds(completionPs.stream()
                        .mapToLong(Long::longValue)
                        .average()
                        .orElse(0)),
                milliseconds(
                        completionPs.stream().mapToLong(Long::longValue).max().orElse(0)),
                sum(Port::markedPackets),
                sum(Port::droppedPackets),
                scheduler.fingerprint().toString());
    }

    private long sum(java.util.function.ToLongFunction<Port> counter) {
        return network.ports().stream().mapToLong(counter).sum();
    }

    private static double seconds(long ns) {
        return ns / 1e9;
    }

    private static double milliseconds(double ps) {
        return ps / SimTime.PS_PER_MS;
    }

    private final class Sender implements SocketHandler {
        @Override
        public void onConnected(Socket socket) {
            socket.writeAll(bytes);
        }
    }

    private final class Receiver implements SocketHandler {
        private long received;

        @Override
        public void onReadable(Socket socket, long bytesAvailable) {
            received += socket.readAll();
            if (received == bytes) {
                completionPs.add(scheduler.nowPs());
                if (completionPs.size() == started) {
                    scheduler.stop();
                }
            }
        }
    }
}
