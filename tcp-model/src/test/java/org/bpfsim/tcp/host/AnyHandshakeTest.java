package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Connections are opened in any way there is, over a bad network and against floods of SYNs: each delivers every byte, or
 * ends with an error that Linux would give, and nothing leaks. A failure names its seed; {@code -Dbpfsim.seeds=17,18}
 * repeats just the seeds from 17 up to 18.
 */
class AnyHandshakeTest {
    private static final int CASES = 60;
    private static final int CONNECTIONS = 6;
    private static final List<Integer> ERRORS = List.of(Errno.ETIMEDOUT, Errno.ECONNRESET, Errno.ECONNREFUSED);

    /** One end of a connection: what it was given and what it got. */
    private static final class Client extends TwoHosts.App {
        private Socket socket;
        private int bytes;
    }

    static IntStream seeds() {
        return Seeds.askedForOr(IntStream.range(0, CASES));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void deliversEveryByteOrEndsWithAnErrorAndLeaksNothing(int seed) {
        Random random = new Random(seed);
        TwoHosts net = new TwoHosts(100_000_000, SimTime.fromMicros(100 + random.nextInt(20_000)), seed);
        double loss = random.nextInt(4) * 0.08 * random.nextDouble();
        long maxDelayPs = SimTime.fromMicros(random.nextInt(80_000));
        net.toServer.connect(new Mangler(net.scheduler, net.pool, net.server, seed, loss, 0.1, 0.05, maxDelayPs), 0);
        net.toClient.connect(new Mangler(net.scheduler, net.pool, net.client, ~seed, loss, 0.1, 0.05, maxDelayPs), 0);
        configure(net, random);
        List<TwoHosts.App> servers = new ArrayList<>();
        Listener listener = net.server.listen(TwoHosts.PORT, null, socket -> {
            TwoHosts.App app = new TwoHosts.App();
            servers.add(app);
            return app;
        });
        // An old ACK may be a cookie still and make a connection that nobody else knows of; so may a lost RST leave
        // one.
        listener.tcp().sk_keepalive = true;
        listener.tcp().rskq_defer_accept = random.nextInt(4) == 0 ? 2 : 0;
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            if (random.nextInt(3) == 0) {
                flood(net, random, 1 + random.nextInt(10));
            }
            clients.add(open(net, random));
            net.scheduler.runUntil(net.scheduler.nowPs() + SimTime.fromMillis(random.nextInt(300)));
        }
        net.scheduler.run();

        boolean allWell =
                clients.stream().allMatch(c -> c.errno == 0) && servers.stream().allMatch(s -> s.errno == 0);
        long received = servers.stream().mapToLong(s -> s.received).sum();
        long sent = clients.stream().mapToLong(c -> c.bytes).sum();
        if (allWell && servers.size() == CONNECTIONS) {
            assertThat(received).isEqualTo(sent);
        } else if (allWell) {
            // RFC 7413, section 2.1: a SYN that the network has doubled may open a second connection with its data.
            assertThat(received).isGreaterThanOrEqualTo(sent);
        }
        clients.forEach(c -> assertThat(c.errno == 0 || ERRORS.contains(c.errno))
                .as("errno %s", c.errno)
                .isTrue());
        clients.forEach(
                c -> assertThat(c.closed || c.errno != 0).as("client is over").isTrue());
        assertThat(net.pool.inUse()).as("segments under way").isZero();
        assertThat(net.client.kernel().skbs.inUse() + net.server.kernel().skbs.inUse())
                .as("buffers")
                .isZero();
        assertThat(net.client.connections() + net.server.connections())
                .as("connections")
                .isZero();
        TcpSock sk = listener.tcp();
        assertThat(sk.reqsk_qlen).as("half open").isZero();
        assertThat(sk.reqsk_young).as("half open, young").isZero();
        assertThat(sk.sk_ack_backlog).as("to be accepted").isZero();
        if (sk.fastopenq != null) {
            assertThat(sk.fastopenq.qlen).as("opened fast").isEqualTo(sk.fastopenq.resets());
        }
    }

    private static Client open(TwoHosts net, Random random) {
        Client client = new Client();
        client.bytes = random.nextInt(30_000);
        client.socket = net.client.socket(null, client);
        if (random.nextBoolean()) {
            client.socket.setsockopt(SockOptions.SOL_TCP, SockOptions.TCP_FASTOPEN_CONNECT, 1);
        }
        if (random.nextInt(4) == 0) {
            client.socket.setsockopt(SockOptions.SOL_SOCKET, SockOptions.SO_KEEPALIVE, 1);
        }
        net.client.connect(client.socket, net.server.addresses().get(0), TwoHosts.PORT);
        client.socket.writeAllAndShutdown(client.bytes);
        return client;
    }

    private static void configure(TwoHosts net, Random random) {
        for (TcpHost host : List.of(net.client, net.server)) {
            host.sysctls().set("net.ipv4.tcp_timestamps", random.nextInt(4) == 0 ? "0" : "1");
            host.sysctls().set("net.ipv4.tcp_sack", random.nextInt(4) == 0 ? "0" : "1");
            host.sysctls().set("net.ipv4.tcp_mtu_probing", Integer.toString(random.nextInt(3)));
            host.sysctls().set("net.ipv4.tcp_tw_reuse", Integer.toString(random.nextInt(3)));
        }
        int[] modes = {1, 5, 3, 7};
        net.client.sysctls().set("net.ipv4.tcp_fastopen", Integer.toString(modes[random.nextInt(modes.length)]));
        net.client.sysctls().set("net.ipv4.tcp_fastopen_blackhole_timeout_sec", random.nextBoolean() ? "0" : "3600");
        int server = (random.nextBoolean() ? 0x403 : 0) | (random.nextBoolean() ? 0x200 : 0);
        net.server.sysctls().set("net.ipv4.tcp_fastopen", Integer.toString(server));
        net.server.sysctls().set("net.ipv4.tcp_syncookies", Integer.toString(random.nextInt(3)));
        net.server.sysctls().set("net.core.somaxconn", Integer.toString(1 + random.nextInt(8)));
    }

    /** SYNs, ACKs and RSTs that no connection has sent. */
    private static void flood(TwoHosts net, Random random, int count) {
        int[] flags = {TcpSegment.SYN, TcpSegment.SYN, TcpSegment.ACK, TcpSegment.RST, TcpSegment.SYN | TcpSegment.ACK};
        for (int i = 0; i < count; i++) {
            TcpSegment s = net.pool.take();
            s.src = IpAddress.v4(0x0b000001 + i);
            s.dst = net.server.addresses().get(0);
            s.srcPort = 1024 + random.nextInt(1000);
            s.dstPort = TwoHosts.PORT;
            s.flags = flags[random.nextInt(flags.length)];
            s.seq = random.nextInt();
            s.ack = random.nextInt();
            s.window = random.nextInt(65_536);
            s.length = s.has(TcpSegment.SYN) ? random.nextInt(500) : 0;
            s.seal(0);
            net.server.receive(s, 0);
        }
    }
}
