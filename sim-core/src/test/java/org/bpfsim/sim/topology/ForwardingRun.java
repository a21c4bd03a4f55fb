package org.bpfsim.sim.topology;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.sim.packet.TestPacket;

/**
 * How many packet-hops a CPU second carries when hosts do next to nothing: each sends fixed windows of packets to its
 * partner in a fat-tree, which answers every second one with a short packet; each answer lets two more go. Run by hand:
 * {@code ForwardingRun [k [window [million hops [rounds]]]]}.
 */
public final class ForwardingRun {
    private static final int DATA_BYTES = 1502;
    private static final int ACK_BYTES = 54;

    private ForwardingRun() {}

    public static void main(String[] args) {
        int k = args.length > 0 ? Integer.parseInt(args[0]) : 8;
        int window = args.length > 1 ? Integer.parseInt(args[1]) : 16;
        long hops = 1_000_000L * (args.length > 2 ? Integer.parseInt(args[2]) : 8);
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 5;
        for (int round = 0; round < rounds; round++) {
            run(k, window, hops);
        }
    }

    private static void run(int k, int window, long hops) {
        Scheduler scheduler = new Scheduler();
        QueueSpec queue = QueueSpec.UNBOUNDED.withLimitPackets(1001).withMarkPackets(66);
        LinkSpec link = new LinkSpec(10_000_000_000L, SimTime.PS_PER_US);
        Network network = new FatTree(k, link, queue, SwitchSpec.separateQueues(queue)).build(scheduler, 1);
        PeerPermutation workload = new PeerPermutation(1);
        workload.pinPaths(network);
        int[] partners = workload.partners(network.hostCount());
        Host[] hosts = new Host[network.hostCount()];
        Pool pool = new Pool();
        for (int h = 0; h < hosts.length; h++) {
            hosts[h] = new Host(h, partners[h], network.hostPort(h), pool);
            network.attachHost(h, hosts[h]);
        }
        for (Host host : hosts) {
            host.sendData(window);
        }
        long cpuBefore = cpuNanos();
        while (scheduler.eventsFired() < hops) {
            scheduler.runUntil(scheduler.nowPs() + SimTime.PS_PER_MS);
        }
        double cpuSeconds = (cpuNanos() - cpuBefore) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "k=%d window=%d events=%d cpu_s=%.3f hops_per_cpu_s=%.1fM fingerprint=%s%n",
                k,
                window,
                scheduler.eventsFired(),
                cpuSeconds,
                scheduler.eventsFired() / cpuSeconds / 1e6,
                scheduler.fingerprint());
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** A stack of packets that nobody uses. */
    private static final class Pool {
        private Pooled[] free = new Pooled[1024];
        private int count;

        Packet take(int srcHost, int dstHost, int bytes, int ecn) {
            Pooled packet = count > 0 ? free[--count] : new Pooled(this);
            packet.id++;
            packet.srcHost = srcHost;
            packet.dstHost = dstHost;
            packet.wireBytes = bytes;
            packet.ecn = ecn;
            return packet;
        }

        void put(Pooled packet) {
            if (count == free.length) {
                free = Arrays.copyOf(free, count * 2);
            }
            free[count++] = packet;
        }
    }

    private static final class Pooled extends TestPacket {
        private final Pool pool;

        Pooled(Pool pool) {
            this.pool = pool;
        }

        @Override
        public void release() {
            pool.put(this);
        }
    }

    private static final class Host implements Node {
        private final int self;
        private final int partner;
        private final Port nic;
        private final Pool pool;
        private boolean second;

        Host(int self, int partner, Port nic, Pool pool) {
            this.self = self;
            this.partner = partner;
            this.nic = nic;
            this.pool = pool;
        }

        void sendData(int packets) {
            for (int i = 0; i < packets; i++) {
                nic.send(pool.take(self, partner, DATA_BYTES, Ecn.ECT_0));
            }
        }

        @Override
        public void receive(Packet packet, int ingressPort) {
            int from = packet.srcHost;
            boolean isData = packet.wireBytes == DATA_BYTES;
            packet.release();
            if (!isData) {
                sendData(2);
            } else if (second ^= true) {
                return;
            } else {
                nic.send(pool.take(self, from, ACK_BYTES, Ecn.NOT_ECT));
            }
        }

        @Override
        public String name() {
            return "host-" + self;
        }
    }
}
