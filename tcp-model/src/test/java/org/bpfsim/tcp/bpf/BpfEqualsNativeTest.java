package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.PortTap;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.cong.SelftestCubic;
import org.bpfsim.tcp.host.HostOptions;
import org.bpfsim.tcp.host.Seeds;
import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.segment.TcpSegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A congestion control of the kernel's selftests and the native one of the same name send the same packets at the same
 * picoseconds, whatever the network and the application do. {@code -Dbpfsim.seeds=17,18} repeats the seeds from 17 up to 18;
 * {@code -Dbpfsim.seeds=0,200} runs all that docs/fidelity.md speaks of.
 */
class BpfEqualsNativeTest {
    private static final int SCENARIOS = 50;

    static IntStream seeds() {
        return Seeds.askedForOr(IntStream.range(0, SCENARIOS));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void bpfDctcpSendsWhatNativeDctcpSends(int seed) throws Exception {
        assertSame(seed, trace(seed, "dctcp", null), trace(seed, "bpf_dctcp", KernelObjects.load("bpf_dctcp")));
    }

    /** The unmodified selftest, and native cubic with the five steps in which the selftest differs from Linux's cubic. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void bpfCubicSendsWhatCubicAsTheSelftestHasItSends(int seed) throws Exception {
        assertSame(
                seed, trace(seed, SelftestCubic.NAME, null), trace(seed, "bpf_cubic", KernelObjects.load("bpf_cubic")));
    }

    /** The selftest brought back to what Linux's cubic does, see kernel-objects.sh. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void bpfCubicAsTheKernelHasItSendsWhatNativeCubicSends(int seed) throws Exception {
        assertSame(
                seed, trace(seed, "cubic", null), trace(seed, "bpf_cubic", KernelObjects.load("bpf_cubic_as_kernel")));
    }

    private static void assertSame(int seed, Trace ours, Trace bpf) {
        assertThat(ours.delivered).as("seed %d: the transfer", seed).isPositive();
        for (int i = 0; i < Math.min(ours.size(), bpf.size()); i++) {
            assertThat(bpf.get(i))
                    .as("seed %d, packet %d of %d", seed, i, ours.size())
                    .isEqualTo(ours.get(i));
        }
        assertThat(bpf.size()).as("seed %d: packets", seed).isEqualTo(ours.size());
        assertThat(bpf.delivered).isEqualTo(ours.delivered);
    }

    /** What both ends sent: when, and what was in it. */
    private static final class Trace implements PortTap {
        private final List<Long> times = new ArrayList<>();
        private final List<String> packets = new ArrayList<>();
        private final List<Long> hashes = new ArrayList<>();
        long delivered;

        @Override
        public void onTransmit(long nowPs, long startPs, Packet packet) {
            times.add(startPs);
            hashes.add(packet.traceHash());
            packets.add(((TcpSegment) packet).seq + "+" + ((TcpSegment) packet).length);
        }

        int size() {
            return times.size();
        }

        String get(int i) {
            return times.get(i) + " ps: " + packets.get(i) + " " + Long.toHexString(hashes.get(i));
        }
    }

    private static Trace trace(int seed, String congestionControl, LoadedObject object) {
        SplittableRandom dice = new SplittableRandom(seed);
        Scheduler scheduler = new Scheduler();
        SegmentPool pool = new SegmentPool();
        List<IpAddress> addresses = List.of(IpAddress.v4(0x0a000001), IpAddress.v4(0x0a000002));
        List<TcpHost> hosts = new ArrayList<>();
        HostOptions options = new HostOptions(Objects.HZ, 1500, 38);
        options = dice.nextBoolean() ? options : options.withoutSegmentation();
        for (int i = 0; i < 2; i++) {
            SplittableRandom kernel = new SplittableRandom(seed * 2L + i);
            TcpHost host = new TcpHost(
                    "h" + i,
                    i,
                    scheduler,
                    pool,
                    kernel::nextInt,
                    options,
                    List.of(addresses.get(i)),
                    addresses::indexOf);
            host.congestionControls().register(new SelftestCubic());
            if (object != null) {
                new HostPrograms(host.kernel(), line -> {})
                        .load(object)
                        .structOps()
                        .forEach(map -> new StructOpsRegistration(map, host.congestionControls()).register());
            }
            host.sysctls().set("net.ipv4.tcp_congestion_control", congestionControl);
            host.sysctls().set("net.ipv4.tcp_ecn", dice.nextBoolean() ? "1" : "2");
            hosts.add(host);
        }
        Trace trace = new Trace();
        LinkSpec link = new LinkSpec(1_000_000L << dice.nextInt(11), SimTime.fromMicros(10L << dice.nextInt(12)));
        QueueSpec queue = QueueSpec.UNBOUNDED.withLimitPackets(4 + dice.nextInt(4 << dice.nextInt(7)));
        queue = dice.nextBoolean() ? queue : queue.withMarkPackets(1 + dice.nextInt(40));
        for (int i = 0; i < 2; i++) {
            Port port = new Port(scheduler, i, "port-" + i, "link", link, i == 0 ? queue : QueueSpec.UNBOUNDED, null);
            port.setTap(trace);
            port.connect(new BadCable(scheduler, hosts.get(1 - i), dice.split(), link.delayPs()), 0);
            hosts.get(i).setNic(port::send);
        }
        hosts.get(1).listen(80, null, socket -> new SocketHandler() {
            @Override
            public void onReadable(Socket s, long available) {
                trace.delivered += s.readAll();
            }
        });
        Socket socket = hosts.get(0).connect(addresses.get(1), 80, null, new SocketHandler() {});
        new Writer(scheduler, socket, dice.split()).fire(0);
        scheduler.runUntil(SimTime.fromSeconds(20));
        return trace;
    }

    /** Loses, delays and so reorders packets; spares SYNs, for DCTCP without ECN is another thing natively and in BPF. */
    private static final class BadCable implements Node {
        private final Scheduler scheduler;
        private final Node to;
        private final SplittableRandom dice;
        private final double loss;
        private final double delay;
        private final long maxDelayPs;

        BadCable(Scheduler scheduler, Node to, SplittableRandom dice, long delayPs) {
            this.scheduler = scheduler;
            this.to = to;
            this.dice = dice;
            loss = dice.nextInt(3) * 0.01 * dice.nextDouble();
            delay = dice.nextInt(3) * 0.05 * dice.nextDouble();
            maxDelayPs = delayPs + 1;
        }

        @Override
        public void receive(Packet packet, int ingressPort) {
            boolean isLost = dice.nextDouble() < loss;
            boolean isLate = dice.nextDouble() < delay;
            if (isLost && !((TcpSegment) packet).has(TcpSegment.SYN)) {
                packet.release();
            } else if (isLate) {
                scheduler.after(dice.nextLong(maxDelayPs), new Event() {
                    @Override
                    protected void fire(long nowPs) {
                        to.receive(packet, 0);
                    }
                });
            } else {
                to.receive(packet, 0);
            }
        }

        @Override
        public String name() {
            return "bad cable";
        }
    }

    /** An application that writes now and then, so that sometimes it is the limit. */
    private static final class Writer extends Event {
        private final Scheduler scheduler;
        private final Socket socket;
        private final SplittableRandom dice;
        private int writesLeft;

        Writer(Scheduler scheduler, Socket socket, SplittableRandom dice) {
            this.scheduler = scheduler;
            this.socket = socket;
            this.dice = dice;
            this.writesLeft = 1 + dice.nextInt(6);
        }

        @Override
        protected void fire(long nowPs) {
            socket.writeAll(1 + dice.nextInt(1000 << dice.nextInt(9)));
            writesLeft--;
            if (writesLeft > 0) {
                scheduler.after(SimTime.fromMicros(1L << dice.nextInt(20)), this);
            } else {
                socket.writeAllAndShutdown(1000);
            }
        }
    }
}
