package org.bpfsim.scenario.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.bpfsim.scenario.result.RequestTable;
import org.bpfsim.scenario.result.RunResult;
import org.bpfsim.scenario.result.ServiceTables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers on hosts with cores, against queueing theory where the kernel's own work costs nothing. */
class ServersWithCoresTest {
    private static final String FREE =
            "{cores: %d, costs: {interrupt: 0, receive-packet: 0, receive-buffer: 0, receive-byte: 0,"
                    + " transmit-buffer: 0, transmit-byte: 0, system-call: 0, copy-byte: 0, wake-up: 0, context-switch: 0}}";
    /** 4 links of 5 us, and 2 x 2 x 222 bytes at 10 Gbit/s. */
    private static final double WAY_NS = 20_000 + 4 * 222 * 0.8;

    private static RunResult run(String cpu, String workload, String measure) {
        return Runs.run(Runs.scenario("tiny", text -> """
                                name: cores
                                network:
                                  topology: {star: {hosts: 4}}
                                  links: {host: {rate: 10Gbps, delay: 5us}}
                                hosts: {cpu: %s, sysctl: {net.ipv4.tcp_autocorking: 0}}
                                workload:
                                  - request-response: %s
                                run: {warm-up: 50ms, measure: %s, drain: 1s, seed: 5}
                                """.formatted(cpu, workload, measure)), 0);
    }

    private static double meanNs(RequestTable requests) {
        return IntStream.range(0, requests.size())
                .mapToLong(requests::latencyNs)
                .average()
                .orElseThrow();
    }

    /** Pollaczek and Khinchine: the mean wait is rho S (1 + c^2) / (2 (1 - rho)), with c^2 = 0 for fixed and 1 for exponential work. */
    @ParameterizedTest(name = "{0} work, {1} requests/s per client")
    @CsvSource({"fixed, 1000, 0", "fixed, 2000, 0", "exponential, 1000, 1", "exponential, 2000, 1"})
    void oneCoreIsASingleServerQueue(String work, int perSecond, double variation) {
        RequestTable requests = run(
                        FREE.formatted(1),
                        "{clients: [1, 2, 3], servers: [0], arrivals: {rate: " + perSecond + "/s}, work: {" + work
                                + ": 100us}, request: {fixed: 100B}, response: {fixed: 100B}, family: ipv4, pipelining: 10000,"
                                + " options: [{level: SOL_TCP, name: TCP_NODELAY}]}",
                        "3s")
                .services()
                .orElseThrow()
                .requests();
        double rho = 3 * perSecond * 100e-6;
        double wait = rho * 100_000 * (1 + variation) / (2 * (1 - rho));
        assertThat(meanNs(requests)).isCloseTo(WAY_NS + 100_000 + wait, within(0.08 * (100_000 + wait)));
    }

    @Test
    void threadsOnCoresOfTheirOwnShareTheWork() {
        String workload =
                "{clients: [1, 2, 3], servers: [0], arrivals: {closed: {users: 64}}, connections: 16, pipelining: 64,"
                        + " server-threads: %d, work: {fixed: 100us}, response: {fixed: 100B}, family: ipv4}";
        double one = run(FREE.formatted(4), workload.formatted(1), "200ms")
                .services()
                .orElseThrow()
                .requests()
                .size();
        double four = run(FREE.formatted(4), workload.formatted(4), "200ms")
                .services()
                .orElseThrow()
                .requests()
                .size();
        assertThat(one).isCloseTo(2000, within(5.0)); // 200 ms / 100 us
        assertThat(four).isBetween(7600.0, 8005.0);
    }

    @Test
    void aPartialFrameCostsTimeOfACore() {
        String workload = "{clients: [1], servers: [0], arrivals: {rate: 1k/s}, response: {fixed: 4000B}, family: ipv4,"
                + " options: [{level: SOL_TCP, name: TCP_NODELAY}]%s}";
        ServiceTables whole =
                run("{cores: 2}", workload.formatted(""), "500ms").services().orElseThrow();
        ServiceTables pieces = run("{cores: 2}", workload.formatted(", pieces: {bytes: 500B, gap: 20us}"), "500ms")
                .services()
                .orElseThrow();
        assertThat(meanNs(whole.requests())).isGreaterThan(WAY_NS + 5000); // system calls, wake-ups, softirqs
        assertThat(pieces.connections().get(0, 8))
                .isGreaterThan(6 * pieces.connections().get(0, 6));
    }

    @Test
    void aProxyPaysForItsCallsCopiesAndWakeUps() {
        String workload =
                "{clients: [1], servers: [0], arrivals: {rate: 1k/s}, response: {fixed: 4000B}, family: ipv4%s}";
        RunResult direct = run("{cores: 2}", workload.formatted(""), "500ms");
        RunResult proxied = run("{cores: 2}", workload.formatted(", proxy: {at: client}"), "500ms");
        double more = meanNs(proxied.services().orElseThrow().requests())
                - meanNs(direct.services().orElseThrow().requests());
        // There and back: a thread is woken, reads and writes, and lo takes a softirq each: some 10 us each way.
        assertThat(more).isBetween(10_000.0, 60_000.0);
    }
}
