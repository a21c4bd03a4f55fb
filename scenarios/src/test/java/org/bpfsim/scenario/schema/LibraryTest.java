package org.bpfsim.scenario.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bpfsim.scenario.yaml.Problems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Every scenario of the library is right by the binder and by the published JSON Schema. */
class LibraryTest {
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(JsonSchema.write());

    static List<Path> library() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("library"))) {
            return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("library")
    void bindsWithoutProblems(Path file) throws IOException {
        Problems problems = new Problems();
        var bound = ScenarioBinder.bind(file.toString(), Files.readString(file), problems);
        assertThat(problems.toList()).isEmpty();
        assertThat(bound.orElseThrow().scenario().name() + ".yaml")
                .isEqualTo(file.getFileName().toString());
    }

    @ParameterizedTest
    @MethodSource("library")
    void isValidByTheJsonSchema(Path file) throws IOException {
        assertThat(SCHEMA.validate(json(Files.readString(file)), InputFormat.JSON))
                .isEmpty();
    }

    /** CI runs them with --check; the quickstart is there to be looked at. */
    @ParameterizedTest
    @MethodSource("library")
    void saysWhatItExpects(Path file) throws IOException {
        var scenario = ScenarioBinder.bind(file.toString(), Files.readString(file), new Problems())
                .orElseThrow()
                .scenario();
        assertThat(scenario.expect().isEmpty()).isEqualTo(scenario.name().equals("quickstart"));
    }

    @Test
    void theJsonSchemaRefusesWhatTheBinderRefuses() throws IOException {
        String text = Files.readString(Path.of("library/tiny.yaml"));
        assertThat(SCHEMA.validate(json(text.replace("rate: 10Gbps", "rate: 10")), InputFormat.JSON))
                .isNotEmpty();
        assertThat(SCHEMA.validate(json(text.replace("arms:", "arm:")), InputFormat.JSON))
                .isNotEmpty();
    }

    private static String json(String yaml) throws IOException {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        ObjectMapper mapper = new ObjectMapper();
        JsonNode node = mapper.valueToTree(tree);
        return mapper.writeValueAsString(node);
    }
}
