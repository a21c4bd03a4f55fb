package org.bpfsim.scenario.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.scenario.result.RunResult;
import org.bpfsim.sim.link.QueueSampler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The queue that long flows keep at a 10 Gbit/s port. Alizadeh et al., "Data Center TCP (DCTCP)", SIGCOMM 2010,
 * section 3.3: N flows in step over a path of capacity times round-trip time CT swing between
 * {@code K + N - A} and {@code K + N} packets, where {@code A = sqrt(2 N (CT + K)) / 2}. Flows that are not in step
 * swing less.
 */
class LongFlowQueueTest {
    private static final int K = 65;
    private static final double FULL_PACKET = 1538;
    /** Four links of 20 us, and the transmission of a segment and its ACK over two links each, at 10 Gbit/s. */
    private static final double RTT_NS = 4 * 20_000 + 2 * (FULL_PACKET + 90) * 0.8;

    private static final double CT_PACKETS = RTT_NS / (FULL_PACKET * 0.8);
    /** Of 10 Gbit/s, after headers, in the measured 200 ms. */
    private static final double MOST_GOODPUT_BYTES = 10e9 / 8 * 0.2 * 1448 / 1538;

    @ParameterizedTest(name = "N = {0}")
    @CsvSource({"2, '[0, 1]'", "10, '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]'"})
    void sigcomm2010_3_3_dctcpKeepsTheQueueInThePapersBand(int flows, String senders) {
        RunResult result = Runs.first(
                "dctcp-queue",
                text -> text.replace("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]", senders)
                        .replace("hosts:\n", "hosts:\n  nic: {gso_max_segs: 1}\n")); // the analysis knows no trains
        double amplitude = Math.sqrt(2 * flows * (CT_PACKETS + K)) / 2;
        assertThat(meanQueuePackets(result))
                .as("N=%d: K + N - A = %.1f, K + N = %d packets", flows, K + flows - amplitude, K + flows)
                .isBetween(K + flows - amplitude, (double) K + flows);
        assertThat(result.arms().bytesRead(0)).isGreaterThan((long) (0.98 * MOST_GOODPUT_BYTES));
    }

    @Test
    void cubicFillsTheBuffer() {
        RunResult result = Runs.first("cubic-queue", text -> text);
        assertThat(meanQueuePackets(result)).isBetween(500.0, 1000.0);
        assertThat(maxQueuePackets(result)).isGreaterThan(990);
    }

    private static double meanQueuePackets(RunResult result) {
        QueueSampler.Column port = port(result);
        double sum = 0;
        for (int i = 0; i < result.queues().sampler().samples(); i++) {
            sum += port.maxBytes(i) / FULL_PACKET;
        }
        return sum / result.queues().sampler().samples();
    }

    private static double maxQueuePackets(RunResult result) {
        double max = 0;
        for (int i = 0; i < result.queues().sampler().samples(); i++) {
            max = Math.max(max, port(result).maxBytes(i) / FULL_PACKET);
        }
        return max;
    }

    /** All flows meet at one port of this class; those to the senders carry ACKs and stay empty. */
    private static QueueSampler.Column port(RunResult result) {
        return result.queues().sampler().columns().stream()
                .filter(column -> column.portClass().equals("switch-down"))
                .findFirst()
                .orElseThrow();
    }
}
