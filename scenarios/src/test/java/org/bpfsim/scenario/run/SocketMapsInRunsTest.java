package org.bpfsim.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bpfsim.scenario.ScenarioLoader;
import org.bpfsim.scenario.yaml.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs on maps of sockets in scenarios: a proxy on the client's host that its clients reach past TCP. */
class SocketMapsInRunsTest {
    private static final String PROGRAMS = Path.of("../tcp-model/src/test/bpf").toAbsolutePath() + "/";

    @TempDir
    Path temp;

    private Path scenario(String attach) throws IOException {
        return Files.writeString(temp.resolve("x.yaml"), """
                name: sidecar
                network:
                  topology: {star: {hosts: 2}}
                  links: {host: {rate: 10Gbps, delay: 5us}}
                workload:
                  - request-response: {clients: [0], servers: [1], arrivals: {rate: 20k/s}, connections: 8,
                      request: {fixed: 500B}, response: {fixed: 2KB}, proxy: {at: client}}
                arms: {treated: {share: 50%%, attach: [%s]}}
                run: {warm-up: 1ms, measure: 10ms, drain: 1s, seed: 3}
                """.formatted(
                        attach.replace("OBJECT", PROGRAMS + "local.bpf.o").replace("PROGRAMS/", PROGRAMS)));
    }

    private List<String> problems(String attach) throws IOException {
        return ScenarioLoader.load(scenario(attach)).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    private static long sum(JsonNode values, String variable) {
        return values.findValues(variable).stream().mapToLong(JsonNode::asLong).sum();
    }

    /** One object for the cgroup and for its own map, in one attachment or in two that share its maps. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{object: OBJECT, map: locals, dump: [.bss]}",
                "{object: OBJECT, dump: [.bss]}, {object: OBJECT, type: sk_msg, map: locals}",
                "{object: OBJECT, type: sk_msg, map: locals, program: shortcut, dump: [.bss]}, {object: OBJECT}"
            })
    void clientsOfTheArmReachTheirProxyPastTcp(String attach) throws Exception {
        var loaded = ScenarioLoader.load(scenario(attach));
        assertThat(loaded.problems()).isEmpty();
        Path folder = temp.resolve("results");

        Outcome outcome = new Runner(loaded.experiment().orElseThrow(), folder, 1).run(progress -> {});

        assertThat(outcome.failed()).isEmpty();
        JsonNode globals =
                new ObjectMapper().readTree(Files.readString(folder.resolve("runs/r0000/maps/treated.local.bss.json")));
        long joined = sum(globals.path("host-0"), "joined");
        assertThat(joined).as("both ends of the connections to the proxy").isBetween(2L, 16L);
        assertThat(joined % 2).isZero();
        // 532 bytes of request, 2080 of answer; about 200 requests, half of them in this arm.
        assertThat(sum(globals.path("host-0"), "redirected")).isGreaterThan(20 * 2612L);
        assertThat(sum(globals.path("host-1"), "joined"))
                .as("the server has no peer on its host")
                .isZero();
    }

    /** What is redirected takes the CPU's time, too, but less of it than TCP over lo does. */
    @Test
    void theWayPastTcpIsShorterOnAHostWithCpus() throws Exception {
        double with = meanNs("with", "{object: OBJECT, map: locals}");
        double without = meanNs("without", "{object: OBJECT}");

        assertThat(with).isLessThan(0.95 * without);
    }

    /** Mean latency of requests of the treated arm. */
    private double meanNs(String name, String attach) throws Exception {
        Path file = scenario(attach);
        Files.writeString(file, Files.readString(file) + "hosts: {cpu: {cores: 2}}\n");
        var loaded = ScenarioLoader.load(file);
        assertThat(loaded.problems()).isEmpty();
        Path folder = temp.resolve(name);
        new Runner(loaded.experiment().orElseThrow(), folder, 1).run(progress -> {});
        List<String> lines = Files.readAllLines(folder.resolve("runs/r0000/requests.csv"));
        List<String> header = List.of(lines.get(0).split(","));
        return lines.stream()
                .skip(1)
                .map(line -> line.split(","))
                .filter(row -> !row[header.indexOf("latency_ns")].isEmpty())
                .filter(row -> row[header.indexOf("arm")].equals("treated") || row[header.indexOf("arm")].equals("1"))
                .mapToLong(row -> Long.parseLong(row[header.indexOf("latency_ns")]))
                .average()
                .orElseThrow();
    }

    /** A request and its answer each call one helper where they leave TCP's way. */
    @Test
    void helpersOfProgramsOnMessagesAreChargedToTheArm() throws Exception {
        Path file = scenario("{object: OBJECT, map: locals}");
        Files.writeString(
                file,
                Files.readString(file) + "hosts: {cpu: {cores: 2, costs: {bpf-instruction: 0, bpf-helper: 1us}}}\n");
        Path folder = temp.resolve("results");
        new Runner(ScenarioLoader.load(file).experiment().orElseThrow(), folder, 1).run(progress -> {});

        long requests = Files.readAllLines(folder.resolve("runs/r0000/requests.csv")).stream()
                .filter(line -> line.contains(",request,treated,") && line.endsWith(",ok"))
                .count();
        long bpfNs = Files.readAllLines(folder.resolve("runs/r0000/cpu.csv")).stream()
                .filter(line -> line.contains(",bpf,treated,"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(',') + 1)))
                .sum();
        assertThat(requests).isGreaterThan(50);
        assertThat(bpfNs).isBetween(1900 * requests, 2200 * requests);
    }

    @Test
    void whatCannotBeAttachedIsAProblemOfTheScenario() throws Exception {
        assertThat(problems("{object: OBJECT, type: sk_msg}"))
                .singleElement()
                .asString()
                .contains("programs of type sk_msg are attached to a map of sockets")
                .contains("map: NAME");
        assertThat(problems("{object: OBJECT, program: shortcut}"))
                .singleElement()
                .asString()
                .contains("no map to attach it to");
        assertThat(problems("{object: OBJECT, map: peers}"))
                .singleElement()
                .asString()
                .contains("has no map peers, but [locals");
        assertThat(problems("{object: OBJECT, map: .bss}"))
                .singleElement()
                .asString()
                .contains("EOPNOTSUPP")
                .contains("Name a sockmap or sockhash");
        assertThat(problems("{object: OBJECT, type: sk_skb, map: locals}"))
                .singleElement()
                .asString()
                .contains("has no program to attach to map locals");
        assertThat(problems("{object: OBJECT, map: locals, program: join}"))
                .singleElement()
                .asString()
                .contains("has no program join to attach");
        assertThat(problems("{object: PROGRAMS/messages.bpf.o, map: socks, type: sk_skb}"))
                .singleElement()
                .asString()
                .contains("EBUSY")
                .contains("stream_verdict or verdict");
    }
}
