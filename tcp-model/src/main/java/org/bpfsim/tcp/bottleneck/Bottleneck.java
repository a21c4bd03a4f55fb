package org.bpfsim.tcp.bottleneck;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.bpf.program.StructOpsMap;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.random.RandomStreams;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.bpf.HostPrograms;
import org.bpfsim.tcp.bpf.StructOpsLink;
import org.bpfsim.tcp.bpf.StructOpsRegistration;
import org.bpfsim.tcp.host.HostOptions;
import org.bpfsim.tcp.host.NamedRandom;
import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.sock.SockOptions;

/**
 * A bulk transfer from A to B through an emulated bottleneck, as the tracer of real Linux makes it: the sender connects at
 * time zero, writes all its bytes in blocking writes, waits until every one is acknowledged, and closes. The sender's host
 * has no rate limit of its own, and neither host has offloads: one segment is one packet.
 */
public final class Bottleneck {
    private static final int PORT = 5001;
    /** As long as the tracer waits for the last packets after the end. */
    private static final long AFTERMATH_US = 20_000;

    private final BottleneckOptions options;
    private final Scheduler scheduler = new Scheduler();
    private final List<IpAddress> addresses = List.of(IpAddress.v4(0x0a4d0001), IpAddress.v4(0x0a4d0002));
    private final TcpHost sender;
    private final TcpHost receiver;
    private final Direction forth;
    private final Direction back;
    private final List<String> packetLog;

    private long establishedPs = -1;
    private long received;
    private long lastBytePs = -1;

    /**
     * Builds hosts and links. Nothing happens yet.
     *
     * @param keepPackets whether {@code packets.csv} is wanted
     * @throws IllegalArgumentException if a sysctl or the tick rate is not modelled, with the remedy
     */
    public Bottleneck(BottleneckOptions options, boolean keepPackets) {
        this.options = options;
        SegmentPool pool = new SegmentPool();
        RandomStreams streams = new RandomStreams(options.seed);
        sender = host(0, pool, streams);
        receiver = host(1, pool, streams);
        options.sysctlsA.forEach(s -> sender.sysctls().set(s.name(), s.value()));
        options.sysctlsB.forEach(s -> receiver.sysctls().set(s.name(), s.value()));
        packetLog = keepPackets ? new ArrayList<>() : null;
        Direction.IsnBook isn = new Direction.IsnBook();
        QueueSpec queue = QueueSpec.UNBOUNDED.withLimitPackets(options.queue);
        forth = new Direction(
                0,
                scheduler,
                new LinkSpec(options.rate, SimTime.fromMicros(options.delayUs)),
                options.ecnK == BottleneckOptions.NEVER ? queue : queue.withMarkPackets(options.ecnK),
                options.drop,
                options.ce,
                packetLog,
                isn);
        back = new Direction(
                1,
                scheduler,
                new LinkSpec(options.reverseRate(), SimTime.fromMicros(options.reverseDelayUs())),
                QueueSpec.UNBOUNDED.withLimitPackets(options.revQueue),
                Ranges.NONE,
                Ranges.NONE,
                packetLog,
                isn);
        forth.connect(receiver);
        back.connect(sender);
        sender.setNic(forth::send);
        receiver.setNic(back::send);
    }

    /**
     * Registers the congestion controls of an object on both hosts.
     *
     * @return the names of those that were registered, in the object's order
     * @throws IllegalArgumentException if there is none, with the reasons
     */
    public List<String> register(LoadedObject object) {
        List<String> names = register(sender, object);
        register(receiver, object);
        return names;
    }

    private static List<String> register(TcpHost host, LoadedObject object) {
        List<String> names = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        HostPrograms programs = new HostPrograms(host.kernel(), line -> {});
        for (StructOpsMap map : programs.load(object).structOps()) {
            StructOpsRegistration registration = new StructOpsRegistration(map, host.congestionControls());
            int error = new StructOpsLink().attach(registration);
            if (error == 0) {
                names.add(registration.name());
            } else {
                refused.add(map.name() + ": " + registration.explain(error));
            }
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException(object.name() + ": no congestion control in it could be registered. "
                    + (refused.isEmpty()
                            ? "It has no struct_ops map (section .struct_ops)."
                            : String.join("; ", refused)));
        }
        return names;
    }

    /**
     * Runs the transfer to its end, or until {@code --timeout}.
     *
     * @throws IllegalArgumentException if the hosts know no such congestion control
     */
    public BottleneckTrace run() {
        Socket listening = receiver.socket(null, new SocketHandler() {});
        choose(listening, options.receiverCongestionControl(), options.ccRx == null ? "--cc" : "--cc-rx");
        setBuffer(listening, SockOptions.SO_RCVBUF, options.rcvbuf);
        receiver.listen(listening, PORT, accepted -> new Reader());
        BulkWriter writer = new BulkWriter();
        Socket socket = sender.socket(null, writer);
        setBuffer(socket, SockOptions.SO_SNDBUF, options.sndbuf);
        choose(socket, options.cc, "--cc");
        sender.connect(socket, addresses.get(1), PORT);
        writer.sampler = new FlowSampler(scheduler, socket, options);
        long deadlinePs = SimTime.fromSeconds(options.timeoutS);
        while (!writer.sampler.isDone() && scheduler.nowPs() < deadlinePs) {
            scheduler.runUntil(Math.min(deadlinePs, scheduler.nowPs() + SimTime.fromMillis(1)));
        }
        BottleneckTrace trace = new BottleneckTrace(
                options,
                writer.sampler.samples(),
                writer.sampler.isDone(),
                SimTime.toMicros(establishedPs),
                lastBytePs,
                socket.tcp().icsk_ca_ops.name());
        if (trace.isComplete()) {
            socket.close();
            long rttUs = options.delayUs + options.reverseDelayUs();
            scheduler.runUntil(scheduler.nowPs() + SimTime.fromMicros(2 * rttUs + AFTERMATH_US));
        }
        trace.addNetwork(forth, back, packetLog, sender.counters(), receiver.counters());
        return trace;
    }

    private TcpHost host(int index, SegmentPool pool, RandomStreams streams) {
        TcpHost host = new TcpHost(
                "host-" + index,
                index,
                scheduler,
                pool,
                new NamedRandom(streams, "kernel/host-" + index, 0),
                new HostOptions(options.hz, options.mtu, options.overhead).withoutSegmentation(),
                List.of(addresses.get(index)),
                addresses::indexOf);
        host.kernel().setMaxTcpHeader(options.maxTcpHeader);
        // The tracer pins this one, because a new network namespace copies it from the machine.
        host.sysctls().set("net.ipv4.tcp_rmem", "4096 131072 33554432");
        return host;
    }

    private static void choose(Socket socket, String congestionControl, String option) {
        if (socket.setCongestionControl(congestionControl) != 0) {
            throw new IllegalArgumentException(option + " " + congestionControl
                    + ": there is no such congestion control. There are: "
                    + String.join(", ", socket.tcp().kernel.congestionControls.names())
                    + "; --bpf OBJ registers another.");
        }
    }

    private static void setBuffer(Socket socket, int name, int bytes) {
        if (bytes != 0) {
            socket.setsockopt(SockOptions.SOL_SOCKET, name, bytes);
        }
    }

    /** A process that writes everything, a {@code --write-size} at a time, blocking. */
    private final class BulkWriter implements SocketHandler {
        FlowSampler sampler;
        private long left = options.bytes;
        private long leftOfCall;
        private boolean callWaited;

        @Override
        public void onConnected(Socket socket) {
            establishedPs = scheduler.nowPs();
            scheduler.at(establishedPs, sampler);
            onWritable(socket);
        }

        @Override
        public void onWritable(Socket socket) {
            while (left > 0) {
                if (leftOfCall == 0) {
                    leftOfCall = Math.min(left, options.writeSize);
                    callWaited = false;
                }
                long taken = socket.send(leftOfCall, 0, callWaited);
                if (taken > 0) {
                    left -= taken;
                    leftOfCall -= taken;
                }
                if (leftOfCall > 0) {
                    callWaited |= taken > 0;
                    return; // the buffer is full: onWritable follows
                }
            }
        }
    }

    /** A process that reads everything at once, and closes when the sender has. */
    private final class Reader implements SocketHandler {
        @Override
        public void onReadable(Socket socket, long available) {
            received += socket.readAll();
            if (received >= options.bytes && lastBytePs < 0) {
                lastBytePs = scheduler.nowPs();
            }
        }

        @Override
        public void onEndOfStream(Socket socket) {
            socket.close();
        }
    }
}
