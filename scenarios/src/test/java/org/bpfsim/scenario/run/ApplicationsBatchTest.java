package org.bpfsim.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bpfsim.scenario.Experiment;
import org.bpfsim.scenario.ScenarioLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applications of every kind, with CPUs, a proxy and a program that parses frames, from a file to a result folder. */
class ApplicationsBatchTest {
    private static final String SCENARIO = """
            name: applications
            network: {topology: {star: {hosts: 6}}, links: {host: {rate: 10Gbps, delay: 5us}}}
            hosts: {cpu: {cores: 2}}
            workload:
              - request-response:
                  clients: [1, 2]
                  servers: [0, 3]
                  arrivals: {rate: 5k/s}
                  request: {uniform: {min: 1B, max: 20KB}}
                  response: {fixed: 9KB}
                  work: {exponential: 5us}
                  connections: 8
                  pieces: {bytes: 4KB, gap: 10us}
                  options: [{level: 0xdeadbeef, name: 0x8badf00d}, {level: SOL_TCP, name: TCP_NODELAY}]
              - request-response:
                  arrivals: {closed: {users: 2, think: {uniform: {min: 0, max: 200us}}}}
                  response: {fixed: 1KB}
                  proxy: {at: client}
                  port: 7400
              - partition-aggregate:
                  aggregators: [0]
                  fan-out: 5
                  arrivals: {rate: 1k/s}
                  response: {fixed: 3KB}
                  deadline: 100us
                  port: 7500
              - storage: {servers: [3, 4, 5], replicas: 2, arrivals: {rate: 500/s}, block: {fixed: 8KB}, port: 7600}
              - all-reduce: {size: 600KB, compute: {exponential: 100us}, port: 7700}
            arms:
              lowat: {share: 50%, attach: [{object: autolowat.bpf.o}]}
            run: {warm-up: 2ms, measure: 10ms, drain: 500ms, replications: 2, seed: 9, total-effect: true, sample-every: 1ms}
            """;

    @TempDir
    Path temp;

    @Test
    void resultsAreTheSameBytesWithOneThreadAndWithTwo() throws Exception {
        Experiment experiment = experiment();
        new Runner(experiment, temp.resolve("one"), 1).run(progress -> {});
        new Runner(experiment, temp.resolve("two"), 2).run(progress -> {});
        List<Path> files = files(temp.resolve("one"));
        assertThat(files).isEqualTo(files(temp.resolve("two")));
        assertThat(files)
                .contains(
                        Path.of("runs/r0001-all-control/requests.csv"),
                        Path.of("runs/r0001-all-control/connections.csv"));
        for (Path file : files) {
            assertThat(temp.resolve("one").resolve(file))
                    .hasSameBinaryContentAs(temp.resolve("two").resolve(file));
        }
    }

    @Test
    void everyKindHasItsRowsAndNothingIsLeftUnanswered() throws Exception {
        new Runner(experiment(), temp.resolve("results"), 2).run(progress -> {});
        List<String> rows = Files.readAllLines(temp.resolve("results/runs/r0000/requests.csv"));
        for (String workload : List.of("0,request", "1,request", "2,query", "3,request", "4,job")) {
            assertThat(rows).anyMatch(row -> row.split(",", 2)[1].startsWith(workload));
        }
        assertThat(rows.subList(1, rows.size())).allMatch(row -> row.endsWith(",ok"));
    }

    private Experiment experiment() throws Exception {
        Files.copy(Path.of("programs/autolowat.bpf.o"), temp.resolve("autolowat.bpf.o"));
        Files.writeString(temp.resolve("applications.yaml"), SCENARIO);
        return ScenarioLoader.load(temp.resolve("applications.yaml"))
                .experiment()
                .orElseThrow();
    }

    private static List<Path> files(Path folder) throws Exception {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(folder::relativize)
                    .sorted()
                    .toList();
        }
    }
}
