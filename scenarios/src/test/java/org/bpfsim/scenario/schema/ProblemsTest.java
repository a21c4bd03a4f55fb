package org.bpfsim.scenario.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bpfsim.scenario.yaml.Problem;
import org.bpfsim.scenario.yaml.Problems;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a user reads about a wrong file, pinned: {@code problems/NAME.yaml} gives {@code problems/NAME.txt}. A new case
 * is a new file; {@code -Dbpfsim.regenerate=true} writes what is said now.
 */
class ProblemsTest {
    private static final Path FOLDER = Path.of("src/test/resources/problems");

    static List<Path> cases() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void saysWhatWhereAndHowToMendIt(Path file) throws IOException {
        Problems problems = new Problems();
        var bound = ScenarioBinder.bind(file.getFileName().toString(), Files.readString(file), problems);
        String said = problems.toList().stream().map(Problem::toString).collect(Collectors.joining("\n", "", "\n"));
        Path golden = FOLDER.resolve(file.getFileName().toString().replace(".yaml", ".txt"));
        if (Boolean.getBoolean("bpfsim.regenerate")) {
            Files.writeString(golden, said);
        }
        assertThat(bound).isEmpty();
        assertThat(said).isEqualTo(Files.readString(golden));
    }
}
