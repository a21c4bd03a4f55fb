package org.bpfsim.tcp.nic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.HostKernel;
import org.junit.jupiter.api.Test;

/**
 * Our disciplines are given the packets that Linux 6.12's were given, at the same times, and do with each what Linux did: the
 * same are dropped, the same marked, and they leave at the same time. The folder {@code linux-6.12} tells how it was recorded.
 */
class QdiscReferenceTest {
    private static final int HZ = 250;
    private static final int NS_PER_BYTE = 800;
    /** Reads of the recording machine's clock take 16 ns of its time each. */
    private static final long CLOCK_NS = 700;
    /** Linux's timers wait for each other within their slack: one may come as soon as it is due. */
    private static final long FQ_SLACK_NS = 10_000;

    private static final long BURST_NS = 1540 * NS_PER_BYTE;

    /** A packet, what Linux did with it, and what we did; times in nanoseconds since the recording began. */
    private static final class Row {
        final long sentNs;
        final int flow;
        final int bytes;
        final boolean isCapable;
        final long departureNs;
        /** -1 if it was dropped. */
        final long arrivedNs;

        final boolean ce;
        long ourArrivalNs = -1;
        boolean ourCe;

        Row(String[] columns) {
            sentNs = Long.parseLong(columns[0]);
            flow = Integer.parseInt(columns[1]);
            bytes = Integer.parseInt(columns[2]);
            isCapable = !columns[3].equals("0");
            departureNs = Long.parseLong(columns[4]);
            arrivedNs = columns[5].isEmpty() ? -1 : Long.parseLong(columns[5]);
            ce = columns[6].equals("1");
        }

        String fate() {
            return arrivedNs < 0 ? "dropped" : ce ? "marked" : "passed";
        }

        String ourFate() {
            return ourArrivalNs < 0 ? "dropped" : ourCe ? "marked" : "passed";
        }
    }

    /** What takes packets from a discipline: a link, or nothing but the discipline's own timer. */
    private interface Server {
        /** Takes what it can now; returns when to ask again. */
        long run(long nowNs);
    }

    private final Scheduler scheduler = new Scheduler();
    private final SegmentPool pool = new SegmentPool();
    private final HostKernel kernel =
            new HostKernel("h0", 0, scheduler, pool, () -> 4, HZ, 1500, 38, segment -> segment.release());
    private final Map<TxPacket, Row> rows = new IdentityHashMap<>();
    private Qdisc qdisc;

    @Test
    void rfc8289_5_codelDropsWhatLinuxDrops() throws IOException {
        QdiscOptions.FqCodelOptions o = QdiscOptions.FqCodelOptions.DEFAULT;
        replay("codel-drop", fqCodel(o.limit(), false), new Bucket(), 0, 998, 0);
    }

    @Test
    void rfc8289_5_codelMarksWhatLinuxMarks() throws IOException {
        replay("codel-mark", fqCodel(QdiscOptions.FqCodelOptions.DEFAULT.limit(), true), new Bucket(), 0, 0, 1518);
    }

    @Test
    void rfc8290_4_fiveFlowsGetWhatTheyGetInLinux() throws IOException {
        replay("codel-flows", fqCodel(QdiscOptions.FqCodelOptions.DEFAULT.limit(), true), new Bucket(), 0, 725, 438);
    }

    @Test
    void rfc8290_4_1_aQueueThatIsFullDropsFromTheLongestAsInLinux() throws IOException {
        // Its limit was 100, of which the packet that the bucket holds was one.
        replay("codel-overflow", fqCodel(99, true), new Bucket(), 0, 1881, 0);
    }

    @Test
    void fqSendsEachPacketAtItsTimeAsInLinux() throws IOException {
        replay("fq-departures", fq(400, 5_000_000_000L, -1), new Timer(), FQ_SLACK_NS, 0, 0);
    }

    @Test
    void fqHoldsFlowsToTheirMaxrateAsInLinux() throws IOException {
        replay("fq-maxrate", fq(40, 10_000_000_000L, 5_000_000 / 8), new Timer(), FQ_SLACK_NS, 10, 0);
    }

    private static QdiscOptions fqCodel(int limit, boolean ecn) {
        QdiscOptions.FqCodelOptions o = QdiscOptions.FqCodelOptions.DEFAULT;
        return QdiscOptions.of(new QdiscOptions.FqCodelOptions(
                limit,
                o.flows(),
                o.targetNs(),
                o.intervalNs(),
                0,
                ecn,
                o.ceThresholdNs(),
                o.memoryLimit(),
                o.dropBatch()));
    }

    private static QdiscOptions fq(int flowLimit, long horizonNs, long maxrate) {
        QdiscOptions.Fq o = QdiscOptions.Fq.DEFAULT;
        return QdiscOptions.of(new QdiscOptions.Fq(
                o.limit(),
                flowLimit,
                0,
                0,
                true,
                maxrate,
                o.lowRateThreshold(),
                40,
                horizonNs,
                true,
                o.ceThresholdNs()));
    }

    /** A token bucket at 10 Mbit/s with the discipline inside (tc-tbf(8)): it holds the next packet until there are tokens. */
    private final class Bucket implements Server {
        private long tokensNs = BURST_NS;
        private long countedNs;
        private TxPacket held;

        @Override
        public long run(long nowNs) {
            while (true) {
                if (held == null) {
                    held = qdisc.dequeue(kernel.clockNs());
                }
                if (held == null) {
                    return Qdisc.NEVER;
                }
                long left = Math.min(nowNs - countedNs + tokensNs, BURST_NS) - (long) held.bytes * NS_PER_BYTE;
                if (left < 0) {
                    return nowNs - left;
                }
                tokensNs = left;
                countedNs = nowNs;
                sent(held, nowNs);
                held = null;
            }
        }
    }

    /** A device that takes everything at once. */
    private final class Timer implements Server {
        @Override
        public long run(long nowNs) {
            for (TxPacket p = qdisc.dequeue(kernel.clockNs()); p != null; p = qdisc.dequeue(kernel.clockNs())) {
                sent(p, nowNs);
            }
            long due = qdisc.nextDepartureNs();
            return due == Qdisc.NEVER ? due : due - kernel.clockNs() + nowNs;
        }
    }

    private void sent(TxPacket packet, long nowNs) {
        Row row = rows.get(packet);
        row.ourArrivalNs = nowNs;
        row.ourCe = packet.segment.ecn == Ecn.CE;
    }

    private void replay(String name, QdiscOptions options, Server server, long looseNs, int drops, int marks)
            throws IOException {
        qdisc = Qdisc.of(NicOptions.DEFAULT.with(options), kernel, packet -> {});
        List<Row> all = read(name);
        long clockAtZero = kernel.clockNs();
        long again = Qdisc.NEVER;
        for (int i = 0; i < all.size() || again != Qdisc.NEVER; ) {
            long next = i < all.size() ? all.get(i).sentNs : Qdisc.NEVER;
            long now = Math.min(next, again);
            scheduler.runUntil(now * SimTime.PS_PER_NS);
            if (next <= again) {
                qdisc.enqueue(packet(all.get(i++), clockAtZero), kernel.clockNs());
            }
            again = server.run(now);
        }
        for (int i = 0; i < all.size(); i++) {
            Row row = all.get(i);
            assertThat(row.ourFate()).as("%s: packet %d", name, i).isEqualTo(row.fate());
            assertThat(Math.abs(row.ourArrivalNs - row.arrivedNs))
                    .as("%s: packet %d came at %d ns and with us at %d", name, i, row.arrivedNs, row.ourArrivalNs)
                    .isLessThanOrEqualTo(CLOCK_NS + looseNs);
        }
        assertThat(all.stream().filter(row -> row.ourArrivalNs < 0))
                .as("dropped")
                .hasSize(drops);
        assertThat(all.stream().filter(row -> row.ourCe)).as("marked").hasSize(marks);
    }

    private TxPacket packet(Row row, long clockAtZero) {
        TcpSegment segment = pool.take();
        segment.ecn = row.isCapable ? Ecn.ECT_0 : Ecn.NOT_ECT;
        segment.flowHash = row.flow;
        TxPacket packet = new TxPacket(null);
        packet.segment = segment;
        packet.bytes = row.bytes;
        packet.departureNs = row.departureNs == 0 ? 0 : row.departureNs + clockAtZero;
        rows.put(packet, row);
        return packet;
    }

    private static List<Row> read(String name) throws IOException {
        String file = "linux-6.12/" + name + ".csv.gz";
        List<Row> rows = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(QdiscReferenceTest.class.getResourceAsStream(file)), StandardCharsets.US_ASCII))) {
            in.readLine(); // the columns' names
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                rows.add(new Row(line.split(",", -1)));
            }
        }
        return rows;
    }
}
