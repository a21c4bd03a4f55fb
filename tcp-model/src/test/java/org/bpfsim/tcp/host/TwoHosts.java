package org.bpfsim.tcp.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.LossInjector;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.PortTap;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.HostKernel;

/** Two hosts and a link between them: {@code client} connects to {@code server}, whose port 80 reads all it gets. */
final class TwoHosts {
    static final int PORT = 80;

    final Scheduler scheduler = new Scheduler();
    final SegmentPool pool = new SegmentPool();
    final TcpHost client;
    final TcpHost server;
    final Port toServer;
    final Port toClient;
    final List<Sent> trace = new ArrayList<>();
    final App clientApp = new App();
    final App serverApp = new App();
    Socket clientSocket;
    Socket serverSocket;

    /** What was sent when, as text and numbers (segments themselves are pooled). */
    record Sent(
            long timePs,
            boolean fromClient,
            boolean lost,
            int seq,
            int ack,
            int length,
            int flags,
            int window,
            int ecn,
            int sackCount,
            int mss,
            int wscale,
            boolean sackPermitted,
            String text) {
        boolean is(int flag) {
            return (flags & flag) != 0;
        }

        double ms() {
            return timePs / 1e9;
        }
    }

    /** An application that counts what happens to it, reads everything at once, and closes when the peer does. */
    static class App implements SocketHandler {
        long received;
        boolean connected;
        boolean ended;
        boolean closed;
        int errno;
        boolean reads = true;
        boolean closesOnEnd = true;

        @Override
        public void onConnected(Socket socket) {
            connected = true;
        }

        @Override
        public void onReadable(Socket socket, long bytesAvailable) {
            if (reads) {
                received += socket.readAll();
            }
        }

        @Override
        public void onEndOfStream(Socket socket) {
            ended = true;
            if (closesOnEnd) {
                socket.shutdown();
            }
        }

        /** For a reader of its own time: closes when everything was read, as {@link #onEndOfStream} does. */
        void noticeEnd(Socket socket) {
            if (socket.atEndOfStream() && !ended) {
                onEndOfStream(socket);
            }
        }

        @Override
        public void onClosed(Socket socket) {
            closed = true;
        }

        @Override
        public void onError(Socket socket, int error) {
            errno = error;
        }
    }

    TwoHosts() {
        this(10_000_000_000L, SimTime.fromMicros(10), 10);
    }

    TwoHosts(long rateBitsPerSec, long delayPs, long randomSeed) {
        this(rateBitsPerSec, delayPs, randomSeed, QueueSpec.UNBOUNDED, false);
    }

    TwoHosts(long rateBitsPerSec, long delayPs, long randomSeed, QueueSpec queue, boolean ipv6) {
        this(rateBitsPerSec, delayPs, queue, ipv6, new Random(randomSeed)::nextInt);
    }

    private TwoHosts(long rateBitsPerSec, long delayPs, QueueSpec queue, boolean ipv6, HostKernel.Random32 random) {
        List<IpAddress> addresses = ipv6
                ? List.of(IpAddress.v6(0x20010db8_00000000L, 1), IpAddress.v6(0x20010db8_00000000L, 2))
                : List.of(IpAddress.v4(0x0a000001), IpAddress.v4(0x0a000002));
        client = host("client", 0, addresses, random);
        server = host("server", 1, addresses, random);
        LinkSpec link = new LinkSpec(rateBitsPerSec, delayPs);
        toServer = new Port(scheduler, 0, "client:server", "link", link, queue, null);
        toClient = new Port(scheduler, 1, "server:client", "link", link, queue, null);
        toServer.connect(server, 0);
        toClient.connect(client, 0);
        client.setNic(toServer::send);
        server.setNic(toClient::send);
        toServer.setTap(new Recorder(true));
        toClient.setTap(new Recorder(false));
    }

    private TcpHost host(String name, int index, List<IpAddress> addresses, HostKernel.Random32 random) {
        return new TcpHost(
                name,
                index,
                scheduler,
                pool,
                random,
                HostOptions.DEFAULT,
                List.of(addresses.get(index)),
                addresses::indexOf);
    }

    /** Two hosts, half of whose initial sequence numbers are close before the end of the numbers or of their positive half. */
    static TwoHosts nearWrap(long rateBitsPerSec, long delayPs, long randomSeed) {
        Random random = new Random(randomSeed);
        HostKernel.Random32 numbers = () -> switch (random.nextInt(4)) {
            case 0 -> -1 - random.nextInt(30_000);
            case 1 -> Integer.MAX_VALUE - random.nextInt(30_000);
            default -> random.nextInt();
        };
        return new TwoHosts(rateBitsPerSec, delayPs, QueueSpec.UNBOUNDED, false, numbers);
    }

    /** Two hosts, whose every random number, initial sequence numbers included, is this one. */
    static TwoHosts startingAt(int sequence) {
        return new TwoHosts(10_000_000_000L, SimTime.fromMicros(10), QueueSpec.UNBOUNDED, false, () -> sequence);
    }

    /** A long way: so many milliseconds to and fro, at 1 Gbit/s. */
    static TwoHosts withRttMs(int ms) {
        return new TwoHosts(1_000_000_000L, SimTime.fromMillis(ms) / 2, 10);
    }

    /** Makes the server listen and the client connect; time stands still until {@link #runMs}. */
    TwoHosts connect() {
        listen();
        clientSocket = client.connect(server.addresses().get(0), PORT, null, clientApp);
        return this;
    }

    /** Makes the client connect to a port on which perhaps nobody listens. */
    void connectOnly() {
        clientSocket = client.connect(server.addresses().get(0), PORT, null, clientApp);
    }

    TwoHosts listen() {
        listening();
        return this;
    }

    Listener listening() {
        return server.listen(PORT, null, socket -> {
            serverSocket = socket;
            return serverApp;
        });
    }

    /** Goes on until so many milliseconds after the start. */
    TwoHosts runMs(double ms) {
        scheduler.runUntil((long) (ms * 1e9));
        return this;
    }

    /** Loses the packets of one direction whose number, counted from 1, is among these. */
    static LossInjector losing(int... numbers) {
        int[] seen = {0};
        return (now, packet) -> {
            seen[0]++;
            for (int n : numbers) {
                if (n == seen[0]) {
                    return true;
                }
            }
            return false;
        };
    }

    /** Loses the data segments of one direction whose number, counted from 1, is among these. */
    static LossInjector losingData(int... numbers) {
        LossInjector injector = losing(numbers);
        return (now, packet) -> ((TcpSegment) packet).length > 0 && injector.loses(now, packet);
    }

    List<Sent> sent(boolean fromClient) {
        return trace.stream().filter(s -> s.fromClient == fromClient).toList();
    }

    List<Sent> clientData() {
        return trace.stream().filter(s -> s.fromClient && s.length > 0).toList();
    }

    private final class Recorder implements PortTap {
        private final boolean fromClient;

        Recorder(boolean fromClient) {
            this.fromClient = fromClient;
        }

        @Override
        public void onTransmit(long nowPs, long startPs, Packet packet) {
            record(nowPs, packet, false);
        }

        @Override
        public void onDrop(long nowPs, Packet packet) {
            record(nowPs, packet, true);
        }

        private void record(long nowPs, Packet packet, boolean lost) {
            TcpSegment s = (TcpSegment) packet;
            trace.add(new Sent(
                    nowPs,
                    fromClient,
                    lost,
                    s.seq,
                    s.ack,
                    s.length,
                    s.flags,
                    s.window,
                    s.ecn,
                    s.sackCount,
                    s.mss,
                    s.wscale,
                    s.sackPermitted,
                    s.toString()));
        }
    }
}
