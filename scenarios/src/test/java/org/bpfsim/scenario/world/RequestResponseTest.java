package org.bpfsim.scenario.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bpfsim.scenario.result.ConnectionTable;
import org.bpfsim.scenario.result.Ending;
import org.bpfsim.scenario.result.RequestTable;
import org.bpfsim.scenario.result.RunResult;
import org.bpfsim.scenario.result.ServiceTables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients and servers against closed forms. */
class RequestResponseTest {
    private static final int SRC = 4;
    private static final int START = 6;
    private static final int READS = 7;
    private static final int PARTIAL_READS = 8;

    /** Two hosts on a switch: 10 Gbit/s, 5 us per link. */
    static RunResult run(String workload, String measure) {
        return Runs.run(Runs.scenario("tiny", text -> """
                                name: frames
                                network:
                                  topology: {star: {hosts: 4}}
                                  links: {host: {rate: 10Gbps, delay: 5us}}
                                workload:
                                  - request-response: %s
                                arms: {other: {share: 50%%}}
                                run: {warm-up: 20ms, measure: %s, drain: 1s, seed: 3}
                                """.formatted(workload, measure)), 0);
    }

    private static LongStream latencies(RequestTable requests) {
        return IntStream.range(0, requests.size()).mapToLong(requests::latencyNs);
    }

    @Test
    void aRequestOnAnIdleNetworkTakesARoundTripAndItsSerialisation() {
        RequestTable requests = tables("{clients: [0], servers: [1], arrivals: {rate: 100/s}, family: ipv4,"
                        + " request: {fixed: 200B}, response: {fixed: 1000B}}")
                .requests();
        // 4 links of 5 us; request 8+24+200 bytes of frame, answer 8+24+1000, each with 52 bytes of TCP and IP headers
        // and 38 of
        // Ethernet, sent twice (host and switch) at 0.8 ns per byte.
        double ns = 4 * 5000 + 2 * 0.8 * (232 + 90 + 1032 + 90);
        assertThat(requests.size()).isBetween(60, 140);
        assertThat(latencies(requests))
                .allSatisfy(l -> assertThat(l.doubleValue()).isCloseTo(ns, within(5.0)));
    }

    @Test
    void workIsAddedToTheLatency() {
        String base = "{clients: [0], servers: [1], arrivals: {rate: 100/s}, family: ipv4, response: {fixed: 1000B}";
        RequestTable idle = tables(base + "}").requests();
        RequestTable busy = tables(base + ", work: {fixed: 70us}}").requests();
        assertThat(latencies(busy).min().orElseThrow() - latencies(idle).min().orElseThrow())
                .isEqualTo(70_000);
    }

    @Test
    void openLoopAsksAtThePoissonRateItIsGiven() {
        RequestTable requests = tables(
                        "{clients: [0, 2], servers: [1, 3], arrivals: {rate: 5k/s}, response: {fixed: 100B}}")
                .requests();
        // 2 clients, 1 s: mean 10000, standard deviation 100
        assertThat(requests.size()).isBetween(9600, 10400);
        long[] starts = IntStream.range(0, requests.size())
                .filter(r -> requests.get(r, SRC) == 0)
                .mapToLong(r -> requests.get(r, START))
                .sorted()
                .toArray();
        double[] gaps = IntStream.range(1, starts.length)
                .mapToDouble(i -> starts[i] - starts[i - 1])
                .toArray();
        double mean = java.util.Arrays.stream(gaps).average().orElseThrow();
        double variance = java.util.Arrays.stream(gaps)
                .map(g -> (g - mean) * (g - mean))
                .average()
                .orElseThrow();
        assertThat(Math.sqrt(variance) / mean).isCloseTo(1, within(0.06)); // exponential: deviation = mean
    }

    @Test
    void loadIsAShareOfTheLink() {
        ServiceTables tables = tables(
                "{clients: [0], servers: [1, 2], arrivals: {load: 40%}, response: {fixed: 40KB},"
                        + " connections: 4, pipelining: 100}",
                "200ms");
        // a frame of 40032 bytes takes 28 segments of 1428 bytes payload (IPv6): 40032 * 1538 / 1428 bytes on the wire
        double inInterval = 0.2 * 0.4 * 10e9 / 8 / (40_032 * 1538.0 / 1428);
        assertThat((double) tables.requests().size()).isCloseTo(inInterval, within(inInterval * 0.06));
    }

    @Test
    void closedLoopKeepsAsManyUnderWayAsThereAreUsers() {
        RequestTable requests = tables(
                        "{clients: [0], servers: [1], arrivals: {closed: {users: 5, think: {fixed: 1ms}}}, family: ipv4,"
                                + " connections: 5, pipelining: 5, response: {fixed: 1000B}, work: {fixed: 70us}}")
                .requests();
        double cycle = latencies(requests).average().orElseThrow() + 1e6; // Little's law
        assertThat((double) requests.size()).isCloseTo(5 * 1e9 / cycle, within(10.0));
    }

    @Test
    void withoutPipeliningRequestsOfAConnectionFollowOneAnother() {
        String spec = "{clients: [0], servers: [1], arrivals: {closed: {users: 8}}, response: {fixed: 100B},"
                + " work: {fixed: 100us}, family: ipv4, pipelining: %d}";
        double one = tables(spec.formatted(1)).requests().size();
        double eight = tables(spec.formatted(8)).requests().size();
        // The server works on the requests of a connection one by one, so pipelining hides the round trip (about 21 us)
        // alone.
        assertThat(eight).isCloseTo(10_000, within(20.0));
        assertThat(one).isCloseTo(1e9 / (100_000 + 20_000 + 2 * 0.8 * (132 + 90 + 132 + 90)), within(20.0));
    }

    @Test
    void aConnectionForEachRequestCostsAnotherRoundTrip() {
        String base = "{clients: [0], servers: [1], arrivals: {rate: 200/s}, family: ipv4, response: {fixed: 1000B}";
        ServiceTables kept = tables(base + "}");
        ServiceTables single = tables(base + ", reuse: false}");
        double handshake = 4 * 5000 + 2 * 0.8 * (60 + 60 + 2 * 38);
        assertThat(latencies(single.requests()).average().orElseThrow()
                        - latencies(kept.requests()).average().orElseThrow())
                .isCloseTo(handshake, within(200.0));
        assertThat(kept.connections().size()).isEqualTo(1);
        assertThat(single.connections().size()).isEqualTo(single.requests().size());
    }

    @Test
    void everyFrameIsReadToItsEndAndPartsOfFramesAreCounted() {
        ServiceTables whole = tables("{clients: [0], servers: [1], arrivals: {rate: 1k/s}, response: {fixed: 1000B}}");
        ServiceTables pieces = tables("{clients: [0], servers: [1], arrivals: {rate: 1k/s}, response: {fixed: 1000B},"
                + " pieces: {bytes: 300B, gap: 50us}, options: [{level: SOL_TCP, name: TCP_NODELAY}]}");
        assertThat(sum(whole.connections(), PARTIAL_READS)).isZero();
        assertThat(sum(whole.connections(), READS)).isEqualTo(2L * answered(whole.connections()));
        // an answer of 1032 bytes comes in 4 pieces, three of which leave a part
        assertThat(sum(pieces.connections(), PARTIAL_READS))
                .isBetween(3L * answered(pieces.connections()) - 3, 3L * answered(pieces.connections()) + 3);
    }

    @Test
    void everyOtherPartIsTheSameWithAnyNumberOfPieces() {
        ServiceTables whole = tables("{arrivals: {rate: 2k/s}, response: {uniform: {min: 1B, max: 60KB}}}", "200ms");
        ServiceTables pieces = tables(
                "{arrivals: {rate: 2k/s}, response: {uniform: {min: 1B, max: 60KB}},"
                        + " pieces: {bytes: 97B}, options: [{level: SOL_TCP, name: TCP_NODELAY}]}",
                "200ms");
        assertThat(pieces.requests().size()).isEqualTo(whole.requests().size());
        assertThat(IntStream.range(0, pieces.requests().size()))
                .allSatisfy(r -> assertThat(pieces.requests().status(r)).isEqualTo(Ending.OK));
    }

    @ParameterizedTest(name = "proxy {0}")
    @CsvSource({"'{at: client}', 4", "'{at: server}', 4", "'{at: host, host: 2}', 8"})
    void aProxyAnswersAsTheServerDoesAndCostsOnlyItsWay(String proxy, int links) {
        ServiceTables tables = tables("{clients: [0], servers: [1], arrivals: {rate: 100/s}, family: ipv4,"
                + " request: {fixed: 200B}, response: {fixed: 1000B}, proxy: " + proxy + "}");
        // As in the first test, twice if the proxy is on another host; lo takes no time.
        double once = 4 * 5000 + 2 * 0.8 * (232 + 90 + 1032 + 90);
        assertThat(latencies(tables.requests()).min().orElseThrow())
                .isBetween((long) (once * links / 4 - 5), (long) (once * links / 4 + 5));
        assertThat(IntStream.range(0, tables.requests().size()))
                .allSatisfy(r -> assertThat(tables.requests().status(r)).isEqualTo(Ending.OK));
        assertThat(tables.connections().get(0, 5)).isEqualTo(4); // sockets
    }

    @Test
    void aProxyCarriesManyConnectionsThatOpenAndClose() {
        ServiceTables tables = tables(
                "{arrivals: {rate: 500/s}, response: {uniform: {min: 1B, max: 300KB}},"
                        + " reuse: false, proxy: {at: server}}",
                "300ms");
        assertThat(tables.requests().size()).isGreaterThan(450);
        assertThat(IntStream.range(0, tables.requests().size()))
                .allSatisfy(r -> assertThat(tables.requests().status(r)).isEqualTo(Ending.OK));
    }

    @Test
    void sameRunGivesTheSameBytes() {
        String spec = "{arrivals: {rate: 2k/s}, response: web-search, work: {exponential: 20us}}";
        assertThat(run(spec, "20ms").fingerprint()).isEqualTo(run(spec, "20ms").fingerprint());
    }

    private static ServiceTables tables(String workload) {
        return tables(workload, "1s");
    }

    private static ServiceTables tables(String workload, String measure) {
        return run(workload, measure).services().orElseThrow();
    }

    private static long sum(ConnectionTable connections, int column) {
        return IntStream.range(0, connections.size())
                .mapToLong(row -> connections.get(row, column))
                .sum();
    }

    private static long answered(ConnectionTable connections) {
        return sum(connections, 6);
    }
}
