package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.link.Port;
import org.bpfsim.tcp.nic.NicOptions;
import org.bpfsim.tcp.nic.QdiscOptions;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the network does, every byte arrives once and in order, both sides close, and nothing leaks. A failure
 * names its seed; {@code -Dtest=AnyNetworkTest -Dbpfsim.seeds=17,18} repeats just the seeds from 17 up to 18.
 */
class AnyNetworkTest {
    private static final int CASES = 100;

    static IntStream seeds() {
        return Seeds.askedForOr(IntStream.range(0, CASES));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void deliversExactlyTheBytesAndBothSidesClose(int seed) {
        Random random = new Random(seed);
        long rate = 10_000_000L << random.nextInt(10);
        long delayPs = SimTime.fromMicros(1 + random.nextInt(20_000));
        TwoHosts net = new TwoHosts(rate, delayPs, seed);
        double loss = random.nextInt(3) * 0.04 * random.nextDouble();
        double delay = random.nextInt(3) * 0.1 * random.nextDouble();
        double duplicate = random.nextInt(3) * 0.05 * random.nextDouble();
        long maxDelayPs = (long) (delayPs * 4 * random.nextDouble());
        Random nics = new Random(~seed);
        Node client = attachNic(net.client, net.toServer, nics);
        Node server = attachNic(net.server, net.toClient, nics);
        net.toServer.connect(
                new Mangler(net.scheduler, net.pool, server, seed * 2L, loss, delay, duplicate, maxDelayPs), 0);
        net.toClient.connect(
                new Mangler(net.scheduler, net.pool, client, seed * 2L + 1, loss, delay, duplicate, maxDelayPs), 0);
        configure(net.client, random);
        configure(net.server, random);
        boolean lazyReader = random.nextInt(4) == 0;
        net.serverApp.reads = !lazyReader;
        Listener listener = net.listening();
        if (random.nextInt(4) == 0) {
            SockOptions.set(
                    listener.tcp(), SockOptions.SOL_SOCKET, SockOptions.SO_RCVBUF, 2000 + random.nextInt(60_000));
        }
        net.connectOnly();
        if (random.nextInt(4) == 0) {
            int size = 5000 + random.nextInt(60_000);
            net.clientSocket.setsockopt(SockOptions.SOL_SOCKET, SockOptions.SO_SNDBUF, size);
        }
        if (random.nextInt(4) == 0) {
            net.clientSocket.setsockopt(SockOptions.SOL_TCP, SockOptions.TCP_NODELAY, 1);
        }
        long request = random.nextInt(400_000);
        long response = random.nextInt(200_000);
        net.serverApp.closesOnEnd = true;
        net.clientSocket.writeAllAndShutdown(request);
        boolean[] responded = {false};
        long limitMs = 3_600_000;
        for (long ms = 100;
                ms < limitMs && net.client.connections() + net.server.connections() > 0 || ms == 100;
                ms += 100) {
            net.runMs(ms);
            if (net.serverSocket != null && !responded[0]) {
                responded[0] = true;
                net.serverSocket.writeAll(response);
            }
            if (lazyReader && net.serverSocket != null) {
                net.serverApp.received += net.serverSocket.read(1 + random.nextInt(30_000));
                net.serverApp.noticeEnd(net.serverSocket);
            }
            checkInvariants(net.clientSocket.tcp());
            if (net.serverSocket != null) {
                checkInvariants(net.serverSocket.tcp());
            }
        }
        net.scheduler.run();

        assertThat(net.clientApp.errno).as("client's error").isZero();
        assertThat(net.serverApp.errno).as("server's error").isZero();
        assertThat(net.serverApp.received).as("request").isEqualTo(request);
        assertThat(net.serverApp.ended).isTrue();
        assertThat(net.clientApp.closed).isTrue();
        assertThat(net.serverApp.closed).isTrue();
        assertThat(net.pool.inUse()).as("segments under way").isZero();
        assertThat(net.client.kernel().skbs.inUse() + net.server.kernel().skbs.inUse())
                .as("buffers")
                .isZero();
        assertThat(net.client.connections() + net.server.connections())
                .as("connections")
                .isZero();
        assertThat(net.clientSocket.tcp().sk_wmem_alloc)
                .as("in the host's queues")
                .isZero();
    }

    private static void configure(TcpHost host, Random random) {
        String[] controls = {"reno", "cubic", "dctcp", "bbr"};
        host.sysctls().set("net.ipv4.tcp_congestion_control", controls[random.nextInt(controls.length)]);
        host.sysctls().set("net.ipv4.tcp_sack", random.nextInt(5) == 0 ? "0" : "1");
        host.sysctls().set("net.ipv4.tcp_timestamps", random.nextInt(5) == 0 ? "0" : "1");
        host.sysctls().set("net.ipv4.tcp_window_scaling", random.nextInt(5) == 0 ? "0" : "1");
        host.sysctls().set("net.ipv4.tcp_recovery", random.nextInt(5) == 0 ? "0" : "1");
        host.sysctls().set("net.ipv4.tcp_ecn", Integer.toString(random.nextInt(3)));
    }

    /** Queues before the NIC that drop now and then, NICs that cut segments or not. */
    static Node attachNic(TcpHost host, Port port, Random random) {
        host.kernel().gsoMaxSegs = random.nextInt(4) == 0 ? 1 : 65_535;
        int txqueuelen = 1 + random.nextInt(20);
        int ring = 2 + random.nextInt(50);
        int txUsecs = random.nextInt(3) * 8;
        QdiscOptions qdisc;
        switch (random.nextInt(4)) {
            case 0 -> qdisc = QdiscOptions.PFIFO_FAST;
            case 1 -> qdisc = QdiscOptions.of(QdiscOptions.Fq.DEFAULT);
            case 2 -> qdisc = QdiscOptions.of(QdiscOptions.FqCodelOptions.DEFAULT);
            default -> {
                return host; // nothing between TCP and the port
            }
        }
        int rxUsecs = random.nextInt(3) * 20;
        return host.attach(port, new NicOptions(qdisc, txqueuelen, ring, txUsecs, rxUsecs, random.nextInt(4) != 0));
    }

    /** What holds of a socket between any two events. */
    static void checkInvariants(TcpSock sk) {
        assertThat(sk.packets_out).isNotNegative();
        assertThat(sk.sacked_out).isNotNegative();
        assertThat(sk.lost_out).isNotNegative();
        assertThat(sk.retrans_out).isNotNegative();
        assertThat(sk.leftOut()).isLessThanOrEqualTo(sk.packets_out);
        assertThat(sk.packetsInFlight()).isNotNegative();
        assertThat(sk.snd_cwnd).isPositive();
        assertThat(sk.sk_wmem_queued).isNotNegative();
        assertThat(sk.sk_rmem_alloc).isNotNegative();
        if (sk.skc_state != TcpState.CLOSE) {
            int counted = 0;
            for (var skb = sk.tcp_rtx_queue.head(); skb != null; skb = skb.next) {
                counted += skb.pcount;
            }
            assertThat(counted).as("segments in the retransmit queue").isEqualTo(sk.packets_out);
        }
    }
}
