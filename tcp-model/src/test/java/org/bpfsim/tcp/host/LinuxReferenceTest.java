package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * The same transfers as a real Linux made, in the same bottleneck: completion time within 3 %, retransmissions within 5 %
 * or 3 segments, first slow start threshold within 3 segments, largest window within 2 % or 5, marks within 10 %.
 */
class LinuxReferenceTest {
    private static final long POLL_PS = SimTime.fromMicros(50);

    @ParameterizedTest(name = "{0} {1} Mbit/s {2} us queue {3} k {4} {5} bytes drop {6}")
    @CsvFileSource(resources = "linux-reference.csv")
    void transfersAsLinuxDoes(
            String congestionControl,
            int rateMbps,
            int delayUs,
            int queue,
            Integer ecnThreshold,
            int bytes,
            String dropped,
            int fctUs,
            int retransmits,
            int firstSsthresh,
            int maxCwnd,
            int deliveredCe) {
        Bottleneck net = new Bottleneck(congestionControl, rateMbps, delayUs, queue, ecnThreshold, dropped);
        net.transfer(bytes);

        assertThat(net.fctUs).as("completion time in us").isCloseTo(fctUs, Percentage.withPercentage(3));
        assertThat(net.sender.total_retrans)
                .as("retransmissions")
                .isCloseTo(retransmits, Offset.offset(Math.max(3, retransmits / 20)));
        assertThat(net.firstSsthresh).as("first ssthresh").isCloseTo(firstSsthresh, Offset.offset(3));
        assertThat(net.maxCwnd).as("largest window").isCloseTo(maxCwnd, Offset.offset(Math.max(5, maxCwnd / 50)));
        assertThat(net.sender.delivered_ce)
                .as("segments echoed as marked")
                .isCloseTo(deliveredCe, Offset.offset(Math.max(3, deliveredCe / 10)));
    }

    /** A sender and a receiver, and a bottleneck between them. */
    private static final class Bottleneck {
        private static final int PORT = 80;

        final Scheduler scheduler = new Scheduler();
        final TcpHost[] hosts = new TcpHost[2];
        final List<IpAddress> addresses = List.of(IpAddress.v4(0x0a4d0001), IpAddress.v4(0x0a4d0002));
        TcpSock sender;
        long fctUs;
        int firstSsthresh;
        int maxCwnd;
        private long received;

        Bottleneck(String cc, int rateMbps, int delayUs, int queue, Integer ecnThreshold, String dropped) {
            SegmentPool pool = new SegmentPool();
            Random random = new Random(1);
            for (int i = 0; i < 2; i++) {
                hosts[i] = new TcpHost(
                        "host-" + i,
                        i,
                        scheduler,
                        pool,
                        random::nextInt,
                        new HostOptions(250, 1500, 0).withoutSegmentation(), // as the oracle ran
                        List.of(addresses.get(i)),
                        addresses::indexOf);
                hosts[i].sysctls().set("net.ipv4.tcp_congestion_control", cc);
                hosts[i].sysctls().set("net.ipv4.tcp_rmem", "4096 131072 33554432");
                hosts[i].sysctls().set("net.ipv4.tcp_ecn", ecnThreshold == null ? "2" : "1");
            }
            LinkSpec link = new LinkSpec(rateMbps * 1_000_000L, SimTime.fromMicros(delayUs));
            QueueSpec forth = QueueSpec.UNBOUNDED.withLimitPackets(queue);
            if (ecnThreshold != null) {
                forth = forth.withMarkPackets(ecnThreshold);
            }
            connect(0, link, forth, numbers(dropped));
            connect(1, link, QueueSpec.UNBOUNDED.withLimitPackets(1000), new TreeSet<>());
        }

        private void connect(int from, LinkSpec link, QueueSpec queue, TreeSet<Integer> dropped) {
            Port port = new Port(scheduler, from, "from-" + from, "bottleneck", link, queue, null);
            port.connect(hosts[1 - from], 0);
            int[] seen = {0};
            port.setLossInjector((now, packet) -> ((TcpSegment) packet).length > 0 && dropped.contains(++seen[0]));
            hosts[from].setNic(port::send);
        }

        private static TreeSet<Integer> numbers(String ranges) {
            TreeSet<Integer> numbers = new TreeSet<>();
            for (String range : ranges == null ? new String[0] : ranges.split(" ", -1)) {
                String[] bounds = range.split("-", -1);
                for (int n = Integer.parseInt(bounds[0]); n <= Integer.parseInt(bounds[bounds.length - 1]); n++) {
                    numbers.add(n);
                }
            }
            return numbers;
        }

        void transfer(int bytes) {
            hosts[1].listen(PORT, null, accepted -> new SocketHandler() {
                @Override
                public void onReadable(Socket socket, long available) {
                    received += socket.readAll();
                    if (received == bytes) {
                        fctUs = SimTime.toMicros(scheduler.nowPs());
                    }
                }
            });
            Socket socket = hosts[0].connect(addresses.get(1), PORT, null, new Writer(bytes));
            sender = socket.tcp();
            while (sender.bytes_acked < bytes + 1 && scheduler.nowPs() < SimTime.fromSeconds(60)) {
                scheduler.runUntil(scheduler.nowPs() + POLL_PS);
                maxCwnd = Math.max(maxCwnd, sender.snd_cwnd);
                if (firstSsthresh == 0 && sender.snd_ssthresh < TcpSock.TCP_INFINITE_SSTHRESH) {
                    firstSsthresh = sender.snd_ssthresh;
                }
            }
        }
    }

    /** Calls write() with 64 KB at a time, which waits for room, as the oracle does. */
    private static final class Writer implements SocketHandler {
        private static final int WRITE_BYTES = 65_536;

        private long left;
        private long leftOfCall;
        private boolean callWaits;

        Writer(long bytes) {
            left = bytes;
        }

        @Override
        public void onConnected(Socket socket) {
            onWritable(socket);
        }

        @Override
        public void onWritable(Socket socket) {
            do {
                if (leftOfCall == 0) {
                    leftOfCall = Math.min(left, WRITE_BYTES);
                    left -= leftOfCall;
                    callWaits = false;
                }
                leftOfCall -= socket.send(leftOfCall, 0, callWaits);
                callWaits = true;
            } while (leftOfCall == 0 && left > 0);
        }
    }
}
