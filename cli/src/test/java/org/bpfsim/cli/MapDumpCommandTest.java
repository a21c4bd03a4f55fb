package org.bpfsim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapDumpCommandTest {
    private static final Path OBJECT = Repository.ROOT.resolve("scenarios/src/test/bpf/versions.bpf.o");

    @TempDir
    Path temp;

    private Path scenario;

    @BeforeEach
    void write() throws IOException {
        scenario = temp.resolve("x.yaml");
        String text = Files.readString(Repository.ROOT.resolve("scenarios/library/tiny.yaml"));
        Files.writeString(
                scenario, text.replace("{share: 50%}", "{share: 50%, attach: [{object: " + OBJECT + ", at: 1ms}]}"));
    }

    @Test
    void liveStructOpsMapIsShownAsTheDocumentShowsIt() {
        Cli before = Cli.run("bpf", "map", "dump", scenario, "--map", "versioned", "--at", "900us");
        assertThat(before.status()).isZero();
        assertThat(before.out())
                .startsWith("[{\n        \"value\": {\n            \"refcnt\": {")
                .contains("\"state\": 0,")
                .contains("\"name\": [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n");
        Cli during = Cli.run("bpf", "map", "dump", scenario, "--map", "versioned", "--at", "4ms");
        assertThat(during.out())
                .containsPattern("\"counter\": [1-9]")
                .contains("\"state\": 3,")
                .containsPattern("\"ssthresh\": [1-9]")
                .contains("\"name\": [118,101,114,115,105,111,110,101,100,0,0,0,0,0,0,0\n");
    }

    @Test
    void everyMapOfAHostIsShownWithItsName() {
        Cli run = Cli.run("bpf", "map", "dump", scenario, "--host", "host-1");
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("host-1 treated versions.bpf.o: array  name .bss\n")
                .contains("host-1 treated versions.bpf.o: struct_ops  name versioned\n")
                .containsPattern("\"opened\": [1-9]")
                .doesNotContain("host-0");
    }

    @Test
    void jsonNamesHostArmObjectAndMap() throws Exception {
        Cli run = Cli.run("bpf", "map", "dump", scenario, "--host", "all", "--map", "versioned", "--json");
        JsonNode all = new ObjectMapper().readTree(run.out());
        assertThat(all).hasSize(4);
        assertThat(all.get(3).get("host").asText()).isEqualTo("host-3");
        assertThat(all.get(3).at("/elements/0/value/state").asInt()).isEqualTo(3);
    }

    @Test
    void wrongNamesAndTimesAreToldWithWhatThereIs() {
        assertThat(Cli.run("bpf", "map", "dump", scenario, "--map", "x").err())
                .contains("--map x: there are .rodata, ")
                .contains("versioned");
        assertThat(Cli.run("bpf", "map", "dump", scenario, "--host", "x").err())
                .contains("--host x: there are host-0, host-1, host-2, host-3.");
        assertThat(Cli.run("bpf", "map", "dump", scenario, "--arm", "x").err()).contains("control, treated");
        assertThat(Cli.run("bpf", "map", "dump", scenario, "--at", "4").err()).contains("has no unit");
        assertThat(Cli.run("bpf", "map", "dump", Repository.ROOT.resolve("scenarios/library/tiny.yaml"))
                        .err())
                .contains("There are no maps");
        assertThat(Cli.run("bpf", "map", "dump", scenario, "--map", "x").status())
                .isEqualTo(2);
    }
}
