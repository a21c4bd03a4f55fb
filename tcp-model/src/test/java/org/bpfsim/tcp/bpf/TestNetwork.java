package org.bpfsim.tcp.bpf;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.PortTap;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.sim.topology.Dumbbell;
import org.bpfsim.sim.topology.Network;
import org.bpfsim.sim.topology.SwitchSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.host.HostOptions;
import org.bpfsim.tcp.host.Listener;
import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Teardown;

/**
 * Clients with 40 Gbit/s links on one side of a 10 Gbit/s bottleneck, a server on the other. Host 0 is the server,
 * clients count from 1. Each host has a cgroup {@code /test} that its sockets are created in.
 */
final class TestNetwork {
    static final int SERVER = 0;
    /** The port that the kernel's samples look for. */
    static final int PORT = 55_601;

    static final long BOTTLENECK_RATE = 10_000_000_000L;
    private static final long HOST_RATE = 40_000_000_000L;
    private static final int MTU = 1500;
    private static final int ETHERNET = 38;

    private final int clients;
    final Scheduler scheduler = new Scheduler();
    final Network network;
    final List<TcpHost> hosts = new ArrayList<>();
    final List<BpfCgroup> cgroups = new ArrayList<>();
    private final List<HostPrograms> programs = new ArrayList<>();
    private Listener listener;

    /** The server's ends of all connections, in the order of acceptance. */
    final List<Socket> accepted = new ArrayList<>();

    /**
     * @param clients hosts beside the server
     * @param linkDelayUs of each of the three links between client and server
     * @param bottleneck queue of the switches' ports
     * @param address of each host
     */
    TestNetwork(int clients, long linkDelayUs, QueueSpec bottleneck, IntFunction<IpAddress> address) {
        this.clients = clients;
        network = new Dumbbell(
                        clients,
                        new LinkSpec(HOST_RATE, linkDelayUs * SimTime.PS_PER_US),
                        new LinkSpec(BOTTLENECK_RATE, linkDelayUs * SimTime.PS_PER_US),
                        QueueSpec.UNBOUNDED,
                        SwitchSpec.separateQueues(bottleneck))
                .build(scheduler, 1);
        SegmentPool segments = new SegmentPool();
        for (int i = 0; i <= clients; i++) {
            SplittableRandom random = new SplittableRandom(i);
            TcpHost host = new TcpHost(
                    "h" + i,
                    place(i),
                    scheduler,
                    segments,
                    random::nextInt,
                    new HostOptions(Objects.HZ, MTU, ETHERNET).withoutSegmentation(), // the papers know no trains
                    List.of(address.apply(i)),
                    a -> placeOf(a, address));
            network.attachHost(place(i), host);
            host.setNic(nic(i)::send);
            hosts.add(host);
            cgroups.add(BpfCgroup.root().make("test"));
            programs.add(new HostPrograms(host.kernel(), line -> {}));
        }
    }

    /** Number of a host in the network: clients are on the left side, the server is the first on the right. */
    private int place(int host) {
        return host == SERVER ? clients : host - 1;
    }

    private int placeOf(IpAddress a, IntFunction<IpAddress> address) {
        for (int i = 0; i <= clients; i++) {
            if (address.apply(i).equals(a)) {
                return place(i);
            }
        }
        return -1;
    }

    private Port nic(int host) {
        return network.hostPort(place(host));
    }

    /** The port whose queue the clients share. */
    Port bottleneck() {
        return network.ports().stream()
                .filter(port -> port.portClass().equals("bottleneck"))
                .findFirst()
                .orElseThrow();
    }

    /** Hosts in racks and pods of their own: 2001:db8:POD:RACK::HOST, host 0 in rack 0 of pod 0. */
    static IntFunction<IpAddress> ipv6(int pod, int rack) {
        return i -> IpAddress.v6(0x2001_0db8L << 32 | (i == 0 ? 0 : (long) pod << 16 | rack), i + 1);
    }

    /** The same as 10.POD.RACK.HOST. */
    static IntFunction<IpAddress> ipv4(int pod, int rack) {
        return i -> IpAddress.v4(10 << 24 | (i == 0 ? 0 : pod << 16 | rack << 8) | i + 1);
    }

    /** Attaches an object's sock_ops programs on every host. */
    TestNetwork attach(LoadedObject object) throws BpfAttachException {
        for (int i = 0; i < hosts.size(); i++) {
            HostPrograms p = programs.get(i);
            p.attach(p.load(object), cgroups.get(i), BpfCgroup.BPF_F_ALLOW_MULTI);
        }
        return this;
    }

    /**
     * Attaches one sock_ops program on every host, with the same maps and global variables on all: the hosts stand for the two
     * ends of a connection over the loopback interface of one kernel.
     */
    BpfInstance attachAsOneKernel(LoadedObject object, String program) {
        BpfInstance instance = programs.get(SERVER).load(object);
        for (BpfCgroup cgroup : cgroups) {
            int error = cgroup.attach(instance.program(program).orElseThrow(), BpfCgroup.BPF_F_ALLOW_MULTI);
            if (error != 0) {
                throw new IllegalStateException(program + " cannot be attached: " + error);
            }
        }
        return instance;
    }

    /** Registers an object's congestion controls on every host; those that Linux refuses are left out. */
    TestNetwork register(LoadedObject object) {
        for (int i = 0; i < hosts.size(); i++) {
            TcpHost host = hosts.get(i);
            programs.get(i)
                    .load(object)
                    .structOps()
                    .forEach(map ->
                            new StructOpsLink().attach(new StructOpsRegistration(map, host.congestionControls())));
        }
        return this;
    }

    TestNetwork sysctl(String name, String value) {
        hosts.forEach(host -> host.sysctls().set(name, value));
        return this;
    }

    /** Starts a server that reads everything. */
    TestNetwork listen() {
        return listen(new SocketHandler() {
            @Override
            public void onReadable(Socket socket, long bytes) {
                socket.readAll();
            }
        });
    }

    TestNetwork listen(SocketHandler handler) {
        listener = hosts.get(SERVER).listen(PORT, cgroups.get(SERVER), socket -> {
            accepted.add(socket);
            return handler;
        });
        return this;
    }

    /** The server's process closes its listening socket. */
    void closeListener() {
        Teardown.done(listener.tcp());
    }

    /** Connects a client to the server now and sends so many bytes. */
    Socket connect(int client, long bytes) {
        return connect(client, bytes, socket -> {});
    }

    /** The same; {@code onConnected} hears of the end of the handshake. */
    Socket connect(int client, long bytes, Consumer<Socket> onConnected) {
        IpAddress server = hosts.get(SERVER).addresses().get(0);
        Socket socket = hosts.get(client).connect(server, PORT, cgroups.get(client), new SocketHandler() {
            @Override
            public void onConnected(Socket s) {
                onConnected.accept(s);
            }
        });
        socket.writeAll(bytes);
        return socket;
    }

    void runUs(long us) {
        scheduler.runUntil(scheduler.nowPs() + us * SimTime.PS_PER_US);
    }

    /** Calls at a fixed period from now on. */
    void everyUs(long us, Runnable action) {
        scheduler.after(us * SimTime.PS_PER_US, new Event() {
            @Override
            protected void fire(long nowPs) {
                action.run();
                scheduler.after(us * SimTime.PS_PER_US, this);
            }
        });
    }

    /** Loses the first {@code count} packets that a host sends. */
    void loseFirst(int host, int count) {
        int[] left = {count};
        nic(host).setLossInjector((now, packet) -> left[0]-- > 0);
    }

    /** Watches what a host sends. */
    void watch(int host, Consumer<TcpSegment> watcher) {
        nic(host).setTap(new PortTap() {
            @Override
            public void onTransmit(long nowPs, long startPs, Packet packet) {
                watcher.accept((TcpSegment) packet);
            }
        });
    }
}
