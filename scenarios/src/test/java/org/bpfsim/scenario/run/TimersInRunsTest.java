package org.bpfsim.scenario.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.scenario.ScenarioLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Timers of programs: src/test/bpf/watchdog.bpf.c looks at each connection every 20 us while it lasts. */
class TimersInRunsTest {
    private static final String EXECUTION = "bpfsim.bpf.execution";

    private static final List<String> HOSTS = List.of("host-0", "host-1", "host-2", "host-3");

    @TempDir
    Path temp;

    @AfterEach
    void asBefore() {
        System.clearProperty(EXECUTION);
    }

    private Path run(String name, String keys) throws Exception {
        String object = Path.of("src/test/bpf/watchdog.bpf.o").toAbsolutePath().toString();
        Path file = Files.writeString(
                temp.resolve("x.yaml"),
                Files.readString(Path.of("library/tiny.yaml"))
                        .replace(
                                "{share: 50%}",
                                "{share: 50%, attach: [{object: " + object + ", dump: [.bss, watches]" + keys + "}]}"));
        var loaded = ScenarioLoader.load(file);
        assertThat(loaded.problems()).isEmpty();
        Path folder = temp.resolve(name);
        assertThat(new Runner(loaded.experiment().orElseThrow(), folder, 2)
                        .run(progress -> {})
                        .failed())
                .isEmpty();
        return folder;
    }

    private static List<String> trace(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("runs/r0000/trace.txt"));
    }

    private static JsonNode map(Path folder, String host, String map) throws IOException {
        return new ObjectMapper()
                .readTree(Files.readString(folder.resolve("runs/r0000/maps/treated.watchdog." + map + ".json")))
                .path(host);
    }

    private static long variable(Path folder, String name) throws IOException {
        long sum = 0;
        for (String host : HOSTS) {
            for (JsonNode variable :
                    map(folder, host, "bss").path(0).path("value").path(".bss")) {
                sum += variable.path(name).asLong();
            }
        }
        return sum;
    }

    @Test
    void callbacksComeOnTimeUntilTheirConnectionIsClosed() throws Exception {
        Path folder = run("results", "");
        long opened = variable(folder, "opened");
        long total = variable(folder, "total");
        assertThat(opened).isGreaterThan(50);
        assertThat(variable(folder, "late")).isZero();
        assertThat(total).isGreaterThan(opened);
        assertThat(variable(folder, "closed") + watched(folder))
                .as("those that are closed are not watched any more")
                .isEqualTo(opened);
        assertThat(variable(folder, "closed")).isGreaterThan(50);
        List<String> records =
                trace(folder).stream().filter(line -> line.contains("beats: ")).toList();
        assertThat(records).hasSize((int) total).allSatisfy(line -> {
            byte[] record = HexFormat.of().parseHex(line.substring(line.lastIndexOf(' ') + 1));
            long sinceNs =
                    ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getLong(8);
            assertThat(sinceNs).isPositive();
            assertThat(sinceNs % 20_000).isZero();
        });
    }

    private static int watched(Path folder) throws IOException {
        int sum = 0;
        for (String host : HOSTS) {
            sum += map(folder, host, "watches").size();
        }
        return sum;
    }

    @Test
    void timersGoWhenTheProgramIsTakenBack() throws Exception {
        Path folder = run("results", ", at: 1ms, until: 2500us");
        assertThat(trace(folder))
                .hasSizeGreaterThan(20)
                .allSatisfy(line -> assertThat(Long.parseLong(line.substring(0, line.indexOf(' '))))
                        .isBetween(1_000_000L, 2_500_000L));
        assertThat(watched(folder))
                .as("some were open then, and nobody looks after them")
                .isPositive();
    }

    @Test
    void interpreterGivesTheSame() throws Exception {
        Path compiled = run("compiled", "");
        System.setProperty(EXECUTION, Execution.INTERPRETER.name().toLowerCase(Locale.ROOT));
        Path interpreted = run("interpreted", "");
        assertThat(trace(interpreted)).isEqualTo(trace(compiled)).hasSizeGreaterThan(50);
        assertThat(variable(interpreted, "total")).isEqualTo(variable(compiled, "total"));
    }
}
