package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.Node;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.Mib;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Connections on a bad network (loss, bursts, duplicates, reordering, flipped bits, cuts), under attack (forged RSTs, SYNs and
 * ACKs, floods), with buffers that shrink, pauses of hours and days, aborts, and sequence numbers that wrap: each delivers
 * every byte, or ends with an error that Linux would give, and nothing is left over. A failure names its seed; {@code
 * -Dbpfsim.seeds=17,18} repeats just the seeds from 17 up to 18.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnderFireTest {
    private static final int CASES = 60;
    /** A socket that its own queue's drops woke again and again at one instant. */
    private static final int FOUND_LIVELOCK = 4660;

    private static final int CONNECTIONS = 16;
    private static final int STEPS = 120;
    private static final long HOUR_MS = 3_600_000;

    /** One end of a connection: what it wrote, read and heard. */
    private static final class End implements SocketHandler {
        private Socket socket;
        private boolean connected;
        private boolean lazy;
        private boolean ended;
        private boolean over;
        private boolean closing;
        private long owed;
        private long wrote;
        private long received;
        private int errno;

        void write(long bytes) {
            if (!closing && !over && errno == 0) {
                wrote += bytes;
                owed += bytes;
                pump();
            }
        }

        void finish() {
            closing = true;
            pump();
        }

        private void pump() {
            while (connected && owed > 0 && errno == 0) {
                long taken = socket.write(owed);
                if (taken < 0) {
                    errno = (int) -taken;
                } else if (taken == 0) {
                    return;
                } else {
                    owed -= taken;
                }
            }
            if (connected && closing && errno == 0) {
                socket.shutdown();
            }
        }

        /** Reads at a time of the reader's choice. */
        void read(int bytes) {
            received += socket.read(bytes);
            if (socket.atEndOfStream()) {
                onEndOfStream(socket);
            }
        }

        @Override
        public void onConnected(Socket s) {
            connected = true;
            pump();
        }

        @Override
        public void onWritable(Socket s) {
            pump();
        }

        @Override
        public void onReadable(Socket s, long bytesAvailable) {
            if (!lazy) {
                received += s.readAll();
            }
        }

        @Override
        public void onEndOfStream(Socket s) {
            if (!ended) {
                ended = true;
                finish();
            }
        }

        @Override
        public void onClosed(Socket s) {
            over = true;
        }

        @Override
        public void onError(Socket s, int error) {
            over = true;
            errno = error;
        }
    }

    private static final class Connection {
        private final End client = new End();
        private End server;
        /** A third party knew the sequence number, or one of the ends gave up: a reset is in order. */
        private boolean mayBeReset;

        End other(End end) {
            return end == client ? server : client;
        }
    }

    /** What all seeds together have seen. */
    private static final class Totals {
        private int seeds;
        private int opened;
        private int complete;
        private int reset;
        private int timedOut;
        private int wrapped;
        private long corrupted;
        private long challenges;
        private long cookies;
        private long droppedSyns;

        @Override
        public String toString() {
            return String.format(
                    "%d seeds, %d connections: %d delivered every byte, %d were reset, %d timed out; %d wrapped; %d segments"
                            + " corrupted, %d challenge ACKs, %d cookies sent, %d SYNs dropped",
                    seeds, opened, complete, reset, timedOut, wrapped, corrupted, challenges, cookies, droppedSyns);
        }
    }

    private Random random;
    private TwoHosts net;
    private HostileWire[] wires;
    private Listener listener;
    private final Totals totals = new Totals();
    private final List<Connection> connections = new ArrayList<>();
    private final TreeMap<Integer, Connection> byClientPort = new TreeMap<>();

    static IntStream seeds() {
        return Seeds.askedForOr(IntStream.concat(IntStream.range(0, CASES), IntStream.of(FOUND_LIVELOCK)));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyByteArrivesOrTheErrorIsLinuxsAndNothingIsLeft(int seed) {
        random = new Random(seed);
        build(seed);
        for (int step = 0; step < STEPS; step++) {
            if (connections.size() < CONNECTIONS && random.nextInt(4) == 0) {
                open();
            } else if (!connections.isEmpty()) {
                act(connections.get(random.nextInt(connections.size())));
            }
            net.scheduler.runUntil(net.scheduler.nowPs() + SimTime.fromMillis(pauseMs()));
        }
        for (HostileWire wire : wires) {
            wire.isCut = false;
        }
        for (Connection c : connections) {
            for (End end : ends(c)) {
                end.lazy = false;
                if (end.socket.tcp().kernel.sysctls.tcp_shrink_window == 1) {
                    // Out-of-order data may fill a buffer that shrank. The window is then zero, and what would close
                    // the gap is dropped (6.12, tcp_data_queue()), until there is more room.
                    end.socket.setsockopt(SockOptions.SOL_SOCKET, SockOptions.SO_RCVBUF, 100_000);
                }
                end.read(Integer.MAX_VALUE);
                end.finish();
                AnyNetworkTest.checkInvariants(end.socket.tcp());
            }
        }
        // Two days are enough for all retransmissions, probes and keepalives of a peer that is gone.
        net.scheduler.runUntil(net.scheduler.nowPs() + SimTime.fromMillis(48 * HOUR_MS));

        connections.forEach(this::checkOutcome);
        checkNothingIsLeft();
        count();
    }

    /** The attacks have really taken place: a sample that is too mild would prove nothing. */
    @AfterAll
    void printsWhatWasSeen() {
        System.out.println("under fire: " + totals);
        if (totals.seeds >= CASES) {
            assertThat(totals.complete).isGreaterThan(totals.opened / 2);
            assertThat(totals.reset).as("reset").isPositive();
            assertThat(totals.timedOut).as("timed out").isPositive();
            assertThat(totals.wrapped).as("wrapped").isPositive();
            assertThat(totals.corrupted).as("corrupted").isPositive();
            assertThat(totals.challenges).as("challenge ACKs").isPositive();
            assertThat(totals.cookies).as("cookies").isPositive();
            assertThat(totals.droppedSyns).as("dropped SYNs").isPositive();
        }
    }

    private void build(int seed) {
        connections.clear();
        byClientPort.clear();
        long delayPs = SimTime.fromMicros(20 + random.nextInt(20_000));
        net = TwoHosts.nearWrap(10_000_000L << random.nextInt(8), delayPs, seed);
        double loss = random.nextInt(3) * 0.04 * random.nextDouble();
        double burst = random.nextInt(3) * 0.01 * random.nextDouble();
        double corruption = random.nextInt(3) * 0.02 * random.nextDouble();
        wires = new HostileWire[] {
            wire(AnyNetworkTest.attachNic(net.server, net.toClient, random), 2L * seed, loss, burst, corruption),
            wire(AnyNetworkTest.attachNic(net.client, net.toServer, random), 2L * seed + 1, loss, burst, corruption)
        };
        net.toServer.connect(wires[0], 0);
        net.toClient.connect(wires[1], 0);
        net.toServer.setTap(null);
        net.toClient.setTap(null);
        for (TcpHost host : List.of(net.client, net.server)) {
            String[] controls = {"reno", "cubic", "dctcp", "bbr"};
            set(host, "tcp_congestion_control", controls[random.nextInt(controls.length)]);
            set(host, "tcp_sack", random.nextInt(5) == 0 ? "0" : "1");
            set(host, "tcp_timestamps", random.nextInt(4) == 0 ? "0" : "1");
            set(host, "tcp_window_scaling", random.nextInt(5) == 0 ? "0" : "1");
            set(host, "tcp_shrink_window", random.nextInt(3) == 0 ? "1" : "0");
            set(host, "tcp_syncookies", Integer.toString(random.nextInt(3)));
        }
        net.server.sysctls().set("net.core.somaxconn", Integer.toString(4 + random.nextInt(60)));
        listener = net.server.listen(TwoHosts.PORT, null, socket -> {
            End end = new End();
            end.socket = socket;
            end.connected = true;
            Connection c = byClientPort.get(socket.peerPort());
            if (c != null && c.server == null) {
                c.server = end;
                socket.setPayload(new HostileWire.Pattern(socket.peerPort() << 8));
            }
            return end;
        });
        // A peer that has gone without a word is found out, on both sides.
        listener.tcp().sk_keepalive = true;
    }

    private HostileWire wire(Node to, long seed, double loss, double burst, double corruption) {
        double delay = random.nextInt(3) * 0.1 * random.nextDouble();
        double duplicate = random.nextInt(3) * 0.05 * random.nextDouble();
        long maxDelayPs = SimTime.fromMicros(random.nextInt(60_000));
        Mangler mangler = new Mangler(net.scheduler, net.pool, to, seed, loss, delay, duplicate, maxDelayPs);
        return new HostileWire(mangler, ~seed, burst, corruption);
    }

    private static void set(TcpHost host, String name, String value) {
        host.sysctls().set("net.ipv4." + name, value);
    }

    private void open() {
        Connection c = new Connection();
        c.client.socket = net.client.socket(null, c.client);
        c.client.socket.setsockopt(SockOptions.SOL_SOCKET, SockOptions.SO_KEEPALIVE, 1);
        c.client.lazy = random.nextInt(6) == 0;
        net.client.connect(c.client.socket, net.server.addresses().get(0), TwoHosts.PORT);
        int port = c.client.socket.localPort();
        c.client.socket.setPayload(new HostileWire.Pattern(port));
        connections.add(c);
        byClientPort.put(port, c);
        c.client.write(random.nextInt(20_000));
    }

    private long pauseMs() {
        int kind = random.nextInt(1000);
        if (kind < 8) {
            return random.nextInt(40) * HOUR_MS;
        }
        if (kind == 8) {
            return 25 * 24 * HOUR_MS; // PAWS does not hold any more (RFC 7323, section 5.5)
        }
        return random.nextInt(kind < 50 ? 20_000 : 60);
    }

    private void act(Connection c) {
        List<End> ends = ends(c);
        End end = ends.get(random.nextInt(ends.size()));
        Socket socket = end.socket;
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> end.write(1 + random.nextInt(30_000));
            case 4 -> end.finish();
            case 5 -> end.read(1 + random.nextInt(30_000));
            case 6 -> end.lazy = !end.lazy;
            case 7 -> socket.setsockopt(SockOptions.SOL_SOCKET, SockOptions.SO_RCVBUF, 1000 + random.nextInt(20_000));
            case 8 -> flood(1 + random.nextInt(30));
            case 9 -> wires[random.nextInt(2)].isCut = random.nextInt(5) == 0;
            case 10 -> ends.forEach(End::finish); // both at once
            case 11 -> {
                if (random.nextInt(6) == 0) {
                    c.mayBeReset = true;
                    end.over = true;
                    if (random.nextBoolean()) {
                        socket.abort();
                    } else {
                        socket.close();
                    }
                }
            }
            default -> forge(c, end);
        }
        AnyNetworkTest.checkInvariants(socket.tcp());
    }

    private static List<End> ends(Connection c) {
        return c.server == null ? List.of(c.client) : List.of(c.client, c.server);
    }

    /** A third party sends an end something that is to look as if its peer had sent it (RFC 5961). */
    private void forge(Connection c, End end) {
        TcpSock sk = end.socket.tcp();
        if (sk.skc_state != TcpState.ESTABLISHED) {
            return;
        }
        TcpSegment s = net.pool.take();
        s.src = end.socket.peerAddress();
        s.dst = end.socket.localAddress();
        s.srcPort = end.socket.peerPort();
        s.dstPort = end.socket.localPort();
        s.seq = random.nextInt();
        s.ack = random.nextInt();
        s.window = random.nextInt(65_536);
        int kind = random.nextInt(20);
        if (kind == 0) {
            s.flags = TcpSegment.RST;
            s.seq = sk.rcv_nxt;
            c.mayBeReset = true;
        } else if (kind < 6) {
            s.flags = TcpSegment.RST;
        } else if (kind < 10) { // within the window; it resets only where a block ends that was received
            s.flags = TcpSegment.RST;
            s.seq = sk.rcv_nxt + 1 + random.nextInt(500);
            c.mayBeReset |= !sk.out_of_order_queue.isEmpty();
        } else if (kind < 15) {
            s.flags = TcpSegment.SYN;
        } else {
            s.flags = TcpSegment.ACK;
            s.ack = sk.snd_nxt + 100_000 + random.nextInt(100_000); // what was never sent
            s.seq = sk.rcv_nxt;
        }
        s.seal(0);
        (end == c.client ? net.client : net.server).receive(s, 0);
    }

    private void flood(int count) {
        for (int i = 0; i < count; i++) {
            TcpSegment s = net.pool.take();
            s.src = IpAddress.v4(0x0b000001 + random.nextInt(1000));
            s.dst = net.server.addresses().get(0);
            s.srcPort = 1024 + random.nextInt(1000);
            s.dstPort = TwoHosts.PORT;
            s.flags = random.nextInt(8) == 0 ? TcpSegment.ACK : TcpSegment.SYN;
            s.seq = random.nextInt();
            s.ack = random.nextInt();
            s.window = random.nextInt(65_536);
            s.mss = s.has(TcpSegment.SYN) ? random.nextInt(1500) : 0;
            s.seal(0);
            net.server.receive(s, 0);
        }
    }

    private void checkOutcome(Connection c) {
        String what = "connection from port " + c.client.socket.localPort();
        boolean timedOut = ends(c).stream().anyMatch(e -> e.errno == Errno.ETIMEDOUT);
        // The last ACK was lost, and the peer's TIME-WAIT over before the FIN came again: nothing else was.
        boolean wasAllDone = c.server != null
                && c.client.ended
                && c.server.ended
                && c.client.received == c.server.wrote
                && c.server.received == c.client.wrote;
        // A reset has a cause; that the peer was reset, too, is none.
        // With cookies, later data that comes before the ACK is answered with a RST (6.12, cookie_v4_check()).
        boolean hadCookies = net.server.counters().get(Mib.SYNCOOKIES_SENT) > 0;
        boolean hasCause = c.mayBeReset || c.server == null || timedOut || wasAllDone || hadCookies;
        for (End end : ends(c)) {
            End other = c.other(end);
            boolean isLinuxs = switch (end.errno) {
                case 0, Errno.ETIMEDOUT -> true;
                case Errno.ECONNRESET, Errno.EPIPE -> hasCause;
                default -> false;
            };
            assertThat(isLinuxs).as("%s: errno %s", what, end.errno).isTrue();
            assertThat(end.over || end.errno != 0).as("%s: is over", what).isTrue();
            if (other != null) {
                assertThat(end.received).as("%s: bytes", what).isLessThanOrEqualTo(other.wrote);
            }
        }
        if (!c.mayBeReset && c.client.errno == 0 && c.server != null && c.server.errno == 0) {
            assertThat(c.server.received).as("%s: to the server", what).isEqualTo(c.client.wrote);
            assertThat(c.client.received).as("%s: to the client", what).isEqualTo(c.server.wrote);
            assertThat(c.client.ended && c.server.ended).as("%s: ended", what).isTrue();
        }
    }

    private void count() {
        totals.seeds++;
        totals.opened += connections.size();
        for (Connection c : connections) {
            List<End> ends = ends(c);
            totals.reset += ends.stream().anyMatch(e -> e.errno == Errno.ECONNRESET) ? 1 : 0;
            totals.timedOut += ends.stream().anyMatch(e -> e.errno == Errno.ETIMEDOUT) ? 1 : 0;
            totals.wrapped += ends.stream()
                            .map(e -> e.socket.tcp())
                            .anyMatch(sk -> Integer.compareUnsigned(sk.snd_nxt, sk.iss) < 0)
                    ? 1
                    : 0;
            boolean isComplete =
                    c.server != null && c.server.received == c.client.wrote && c.client.received == c.server.wrote;
            totals.complete += isComplete ? 1 : 0;
        }
        for (HostileWire wire : wires) {
            totals.corrupted += wire.corrupted;
        }
        for (TcpHost host : List.of(net.client, net.server)) {
            totals.challenges += host.counters().get(Mib.TCP_CHALLENGE_ACK);
            totals.cookies += host.counters().get(Mib.SYNCOOKIES_SENT);
            totals.droppedSyns += host.counters().get(Mib.TCP_REQ_Q_FULL_DROP);
        }
    }

    private void checkNothingIsLeft() {
        for (TcpHost host : List.of(net.client, net.server)) {
            host.kernel().egress().reap(); // else noticed with the host's next packet
            assertThat(host.connections()).as("connections of %s", host.name()).isZero();
            assertThat(host.kernel().skbs.inUse())
                    .as("buffers of %s", host.name())
                    .isZero();
            assertThat(host.counters().get(Mib.TCP_CURR_ESTAB))
                    .as("TcpCurrEstab")
                    .isZero();
        }
        for (Connection c : connections) {
            for (End end : ends(c)) {
                assertThat(end.socket.tcp().sk_wmem_alloc)
                        .as("in the host's queues")
                        .isZero();
                assertThat(end.socket.tcp().sk_wmem_queued).as("to be sent").isZero();
            }
        }
        assertThat(net.pool.inUse()).as("segments under way").isZero();
        assertThat(listener.tcp().reqsk_qlen).as("half open").isZero();
        assertThat(listener.tcp().reqsk_young).as("half open, young").isZero();
        assertThat(listener.tcp().sk_ack_backlog).as("to be accepted").isZero();
        assertThat(net.scheduler.pendingEvents()).as("timers").isZero();
    }
}
