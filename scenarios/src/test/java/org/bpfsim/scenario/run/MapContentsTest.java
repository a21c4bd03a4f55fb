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

/** What a scenario puts into the maps and variables of a program, and what it gets back. */
class MapContentsTest {
    @TempDir
    Path temp;

    private Path scenario(String keys) throws IOException {
        String object = Path.of("src/test/bpf/windows.bpf.o").toAbsolutePath().toString();
        String attach = "{share: 50%, attach: [{object: " + object + ", " + keys + "}]}";
        return Files.writeString(
                temp.resolve("x.yaml"),
                Files.readString(Path.of("library/tiny.yaml")).replace("{share: 50%}", attach));
    }

    private List<String> problems(String keys) throws IOException {
        return ScenarioLoader.load(scenario(keys)).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    private Path run(String keys) throws Exception {
        var loaded = ScenarioLoader.load(scenario(keys));
        assertThat(loaded.problems()).isEmpty();
        Path folder = temp.resolve("results");
        Outcome outcome = new Runner(loaded.experiment().orElseThrow(), folder, 2).run(progress -> {});
        assertThat(outcome.failed()).isEmpty();
        return folder;
    }

    private static JsonNode map(Path folder, String name) throws IOException {
        return new ObjectMapper().readTree(Files.readString(folder.resolve("runs/r0000/maps/treated.windows." + name)));
    }

    @Test
    void programFindsWhatTheScenarioPutsInAndResultsHoldWhatItCounted() throws Exception {
        Path folder = run("variables: {at_most: 5}, maps: {rules: [{key: 7301, value:"
                + " {name: web, pace: FAST, window: 40}}], counts: [{key: 0, value: hex 64 00 00 00 00 00 00 00}]},"
                + " dump: [rules, counts, .bss]");

        JsonNode rules = map(folder, "rules.json");
        assertThat(rules.size()).as("hosts").isEqualTo(4);
        assertThat(rules.path("host-0").toString())
                .isEqualTo("[{\"key\":7301,\"value\":{\"name\":\"web\",\"pace\":\"FAST\",\"window\":40}}]");
        long others = 0;
        long matched = 0;
        long windows = 0;
        long connections = 0;
        for (String host : List.of("host-0", "host-1", "host-2", "host-3")) {
            JsonNode counts = map(folder, "counts.json").path(host);
            others += counts.path(0).path("value").asLong();
            matched += counts.path(1).path("value").asLong() & 0xffff_ffffL;
            windows += counts.path(1).path("value").asLong() >>> 32;
            connections += map(folder, "bss.json")
                    .path(host)
                    .path(0)
                    .path("value")
                    .path(".bss")
                    .path(0)
                    .path("connections")
                    .asLong();
        }
        assertThat(others).as("100 on each of four hosts, none counted").isEqualTo(400);
        assertThat(matched).isEqualTo(connections).isGreaterThan(50);
        assertThat(windows).as("40 segments, but at most 5").isEqualTo(5 * matched);
    }

    @Test
    void nothingIsWrittenThatNobodyAskedFor() throws Exception {
        assertThat(run("variables: {at_most: 5}").resolve("runs/r0000/maps")).doesNotExist();
    }

    @Test
    void mapsInResultsAreReproduced() throws Exception {
        Path folder = run("dump: [counts]");

        assertThat(new Reproducer(folder, 2).reproduce(progress -> {}).identical())
                .isTrue();
        Path counts = folder.resolve("runs/r0001/maps/treated.windows.counts.json");
        Files.writeString(counts, Files.readString(counts).replaceFirst("\"key\": 0", "\"key\": 9"));
        assertThat(new Reproducer(folder, 2).reproduce(progress -> {}).difference())
                .hasValueSatisfying(d -> assertThat(d.file()).endsWith("r0001/maps/treated.windows.counts.json"));
    }

    @Test
    void wrongValuesAreNamedWithPlaceAndWhatWouldFit() throws Exception {
        assertThat(problems("maps: {rules: [{key: 1, value: {name: much-too-long, pace: FAST}}]}"))
                .singleElement()
                .asString()
                .contains("x.yaml:")
                .contains("rules: .name: \"much-too-long\" is longer than the array, which has 8 bytes.");
        assertThat(problems("maps: {rules: [{key: 1, value: {pace: QUICK}}]}"))
                .singleElement()
                .asString()
                .contains("rules: .pace: enum pace has no \"QUICK\"; it has SLOW, FAST.");
        assertThat(problems("maps: {rules: [{key: 1, value: {speed: 1}}]}"))
                .singleElement()
                .asString()
                .contains("struct rule has no member speed; it has name, pace, window.");
        assertThat(problems("maps: {rules: [{value: {window: 1}}]}"))
                .singleElement()
                .asString()
                .contains("map rules has keys: add `key`.");
        assertThat(problems("maps: {counts: [{key: 2, value: 1}]}"))
                .singleElement()
                .asString()
                .contains("map counts (array, max_entries 2) does not take the entry: E2BIG.");
        assertThat(problems("maps: {limits: [{key: 2, value: 1}]}"))
                .singleElement()
                .asString()
                .contains("windows.bpf.o has no map limits; it has rules, counts, ");
        assertThat(problems("variables: {at_least: 1}"))
                .singleElement()
                .asString()
                .contains("there is no global variable at_least; there are: ")
                .contains("at_most");
        assertThat(problems("variables: {at_most: 4294967296}"))
                .singleElement()
                .asString()
                .contains("variable at_most: 4294967296 is not from 0 to 4294967295, the range of unsigned int.");
        assertThat(problems("dump: [limits]")).singleElement().asString().contains("windows.bpf.o has no map limits");
    }
}
