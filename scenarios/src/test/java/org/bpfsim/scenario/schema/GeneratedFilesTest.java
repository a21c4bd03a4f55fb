package org.bpfsim.scenario.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The committed JSON Schema and reference say what the description says. */
class GeneratedFilesTest {
    private static final String COMMAND =
            "mvn -pl scenarios -am test -Dtest=GeneratedFilesTest -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Dbpfsim.regenerate=true";

    @Test
    void jsonSchemaIsUpToDate() throws IOException {
        isUpToDate(Path.of("../schema/scenario.schema.json"), JsonSchema.write());
    }

    @Test
    void referenceIsUpToDate() throws IOException {
        isUpToDate(Path.of("../docs/scenario-reference.md"), Reference.write());
    }

    private static void isUpToDate(Path file, String text) throws IOException {
        if (Boolean.getBoolean("bpfsim.regenerate")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(file).as("run: " + COMMAND).exists();
        assertThat(Files.readString(file))
                .as(file + " is stale; run: " + COMMAND)
                .isEqualTo(text);
    }
}
