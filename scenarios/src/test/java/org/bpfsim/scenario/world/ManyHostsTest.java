package org.bpfsim.scenario.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bpfsim.scenario.result.Ending;
import org.bpfsim.scenario.result.RequestTable;
import org.bpfsim.scenario.result.RunResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries, storage and all-reduce against closed forms; links of 10 Gbit/s and 5 us. */
class ManyHostsTest {
    private static final int KIND = 2;
    private static final int PARTS = 10;
    private static final int DEADLINE = 11;
    /** A round trip between hosts over a switch. */
    private static final double RTT_NS = 4 * 5000;
    /** Time of a byte on a link. */
    private static final double BYTE_NS = 0.8;
    /** Wire bytes of a full segment over its payload (IPv4, time stamps, Ethernet). */
    private static final double EXPANSION = 1538.0 / 1448;

    private static RunResult run(String workload) {
        return Runs.run(Runs.scenario("tiny", text -> """
                                name: many
                                network:
                                  topology: {star: {hosts: 6}}
                                  links: {host: {rate: 10Gbps, delay: 5us}}
                                workload:
                                  - %s
                                arms: {other: {share: 50%%}}
                                run: {warm-up: 20ms, measure: 400ms, drain: 1s, seed: 3}
                                """.formatted(workload)), 0);
    }

    private static RequestTable requests(String workload) {
        RequestTable requests = run(workload).services().orElseThrow().requests();
        assertThat(IntStream.range(0, requests.size()))
                .isNotEmpty()
                .allSatisfy(r -> assertThat(requests.status(r)).isEqualTo(Ending.OK));
        return requests;
    }

    private static double mean(RequestTable requests) {
        return latencies(requests).average().orElseThrow();
    }

    private static LongStream latencies(RequestTable requests) {
        return IntStream.range(0, requests.size()).mapToLong(requests::latencyNs);
    }

    @Test
    void aQueryTakesARoundTripAndAllAnswersOverOneLink() {
        RequestTable queries = requests("partition-aggregate: {aggregators: [0], fan-out: 5, arrivals: {rate: 200/s},"
                + " family: ipv4, response: {fixed: 10KB}}");
        // The requests leave one behind the other; answers of 10032 bytes meet at the aggregator's port.
        double ns = RTT_NS + 5 * 10_032 * EXPANSION * BYTE_NS + 1538 * BYTE_NS + 2 * 222 * BYTE_NS;
        assertThat(mean(queries)).isCloseTo(ns, within(ns * 0.06));
        assertThat(queries.get(0, KIND)).isEqualTo(RequestTable.Kind.QUERY.ordinal());
        assertThat(queries.get(0, PARTS)).isEqualTo(5);
    }

    @Test
    void queriesBeyondTheirDeadlineAreLate() {
        RequestTable queries = requests("partition-aggregate: {aggregators: [0, 1], workers: [2, 3, 4, 5], fan-out: 2,"
                + " arrivals: {rate: 1k/s}, response: {fixed: 1KB}, work: {exponential: 100us}, deadline: 200us}");
        long late = IntStream.range(0, queries.size())
                .filter(r -> queries.get(r, DEADLINE) == RequestTable.LATE)
                .count();
        long slow = latencies(queries).filter(l -> l > 200_000).count();
        assertThat(late).isEqualTo(slow);
        // The larger of two exponentials with mean 100 us exceeds 176 us (200 less the way) with probability
        // 1-(1-e^-1.76)^2.
        double expected = 1 - Math.pow(1 - Math.exp(-1.76), 2);
        assertThat((double) late / queries.size()).isCloseTo(expected, within(0.06));
    }

    @ParameterizedTest(name = "{0} replicas")
    @CsvSource({"1, 1", "2, 2", "3, 3"})
    void aWriteTakesItsWayToTheServerAndFromThereToTheOthersAtOnce(int replicas, int transfers) {
        RequestTable writes = requests("storage: {clients: [0], servers: [1, 2, 3], replicas: " + replicas
                + ", reads: 0%, arrivals: {rate: 100/s}, family: ipv4, block: {fixed: 100KB}, pipelining: 4}");
        double transfer = 100_032 * EXPANSION * BYTE_NS;
        double ns = replicas == 1 ? RTT_NS + transfer : 2 * RTT_NS + transfers * transfer;
        assertThat(latencies(writes).min().orElseThrow()).isCloseTo((long) ns, within((long) (ns * 0.05)));
    }

    @Test
    void readsAreAnsweredByOneServer() {
        RequestTable reads = requests("storage: {clients: [0], servers: [1, 2, 3], replicas: 3, reads: 100%,"
                + " arrivals: {rate: 100/s}, family: ipv4, block: {fixed: 100KB}}");
        double ns = RTT_NS + 100_032 * EXPANSION * BYTE_NS;
        assertThat(latencies(reads).min().orElseThrow()).isCloseTo((long) ns, within((long) (ns * 0.05)));
    }

    @ParameterizedTest(name = "{0} hosts")
    @CsvSource({"2", "4", "6"})
    void anIterationSendsTwiceTheDataLessAnNthOverEachLink(int hosts) {
        String ring = "all-reduce: {hosts: " + IntStream.range(0, hosts).boxed().toList()
                + ", size: 6MB, family: ipv4, iterations: 20, compute: {fixed: 1ms}}";
        RequestTable jobs = requests(ring);
        double ns = 1e6 + 2 * (hosts - 1.0) / hosts * 6e6 * EXPANSION * BYTE_NS + 2 * (hosts - 1) * RTT_NS / 2;
        assertThat(latencies(jobs).min().orElseThrow()).isGreaterThanOrEqualTo((long) (ns * 0.99));
        assertThat(mean(jobs)).isCloseTo(ns, within(ns * 0.08));
        assertThat(jobs.get(0, KIND)).isEqualTo(RequestTable.Kind.JOB.ordinal());
    }

    @Test
    void jobsShareTheRingAndRunToTheirEnd() {
        RequestTable jobs = requests("all-reduce: {size: 600KB, jobs: 2, iterations: 50, start: 25ms}");
        assertThat(jobs.size()).isEqualTo(100);
    }

    @Test
    void allKindsTogetherGiveTheSameBytesEachTime() {
        String workload = "all-reduce: {size: 600KB, iterations: 50}\n  - storage: {servers: [1, 2, 3], replicas: 2,"
                + " arrivals: {closed: {users: 2}}, block: {fixed: 8KB}, port: 7400, proxy: {at: server}}\n"
                + "  - partition-aggregate: {aggregators: [0], fan-out: 4, arrivals: {load: 5%}, response: {fixed: 2KB},"
                + " port: 7500}";
        assertThat(run(workload).fingerprint()).isEqualTo(run(workload).fingerprint());
    }
}
