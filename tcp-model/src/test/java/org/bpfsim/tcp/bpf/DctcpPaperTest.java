package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.sim.link.QueueSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Long flows through one 10 Gbit/s port against the analysis of M. Alizadeh et al., Data Center TCP (DCTCP), SIGCOMM
 * 2010, section 3.3. With N synchronized flows, round trip time RTT, capacity C and marking threshold K, in packets:
 *
 * <pre>
 * Qmax = K + N                             (equation 10)
 * A    = 1/2 sqrt(2 N (C RTT + K))         (equation 8): the queue swings between Qmax - A and Qmax
 * </pre>
 *
 * The port's queue leaves out the packet being transmitted, which the paper counts.
 */
class DctcpPaperTest {
    private static final int K = 65;
    private static final int WIRE_BYTES = 1538;
    private static final int LINK_DELAY_US = 16;
    private static final int WARM_UP_US = 50_000;
    private static final int MEASURE_US = 200_000;

    /** Queue of the bottleneck, in packets. */
    private record Queue(double mean, int max, double utilization, long dropped) {}

    private static Queue measure(String congestionControl, int flows, QueueSpec queue) {
        TestNetwork network = new TestNetwork(flows, LINK_DELAY_US, queue, TestNetwork.ipv6(0, 1))
                .sysctl("net.ipv4.tcp_congestion_control", congestionControl)
                .sysctl("net.ipv4.tcp_ecn", congestionControl.equals("dctcp") ? "1" : "0")
                .sysctl("net.ipv4.tcp_wmem", "4096 4000000 8000000")
                .listen();
        for (int client = 1; client <= flows; client++) {
            network.connect(client, Long.MAX_VALUE / 2);
        }
        network.runUs(WARM_UP_US);
        long[] sum = {0};
        int[] count = {0};
        int[] max = {0};
        network.everyUs(5, () -> {
            int packets = network.bottleneck().queuePackets();
            sum[0] += packets;
            max[0] = Math.max(max[0], packets);
            count[0]++;
        });
        long before = network.bottleneck().txBytes();
        network.runUs(MEASURE_US);
        double sent = network.bottleneck().txBytes() - before;
        double capacity = TestNetwork.BOTTLENECK_RATE / 8e6 * MEASURE_US;
        return new Queue(
                (double) sum[0] / count[0],
                max[0],
                sent / capacity,
                network.bottleneck().droppedPackets());
    }

    /** C * RTT in packets: what is under way when the queue is empty. */
    private static double bandwidthDelayPackets() {
        double bytesPerUs = TestNetwork.BOTTLENECK_RATE / 8e6;
        // Two times three links, and a packet's and its ACK's time on them.
        double rttUs = 6 * LINK_DELAY_US + WIRE_BYTES / bytesPerUs + 2 * WIRE_BYTES / (4 * bytesPerUs) + 0.1;
        return rttUs * bytesPerUs / WIRE_BYTES;
    }

    @ParameterizedTest(name = "{0} flows")
    @ValueSource(ints = {2, 10})
    void dctcpKeepsTheQueueInTheBandOfSection3_3(int flows) {
        double amplitude = 0.5 * Math.sqrt(2 * flows * (bandwidthDelayPackets() + K));
        Queue queue = measure("dctcp", flows, QueueSpec.UNBOUNDED.withMarkPackets(K));
        assertThat(queue.mean).isBetween(K + flows - amplitude - 1, (double) K + flows);
        assertThat(queue.max).isLessThan(K + 6 * flows);
        assertThat(queue.utilization).isGreaterThan(0.99);
    }

    @Test
    void cubicFillsTheBufferInstead() {
        int buffer = 500;
        Queue queue = measure("cubic", 2, QueueSpec.UNBOUNDED.withLimitPackets(buffer));
        assertThat(queue.max).isEqualTo(buffer);
        assertThat(queue.mean).isGreaterThan(0.6 * buffer);
        assertThat(queue.dropped).isPositive();
    }
}
