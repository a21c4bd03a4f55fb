package org.bpfsim.scenario.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.bpfsim.scenario.yaml.Problems;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the text: a scenario or problems, never both, never neither, never an exception. */
class FuzzTest {
    private static final String ALPHABET = "{}[]:,-#&*!|>'\"%@`~ \n\t0123456789abcGMKB.\u0000\uD83D\u00e9";
    private static final int CASES = 400;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void damagedTextGivesProblemsOrAScenario(long seed) throws IOException {
        Random random = new Random(seed);
        String good = Files.readString(Path.of("library/quickstart.yaml"));
        for (int i = 0; i < CASES; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.setCharAt(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                    default -> text.delete(at, Math.min(text.length(), at + random.nextInt(40)));
                }
            }
            Problems problems = new Problems();
            var bound = ScenarioBinder.bind("fuzz.yaml", text.toString(), problems);
            assertThat(bound.isPresent())
                    .as("seed %d case %d:%n%s", seed, i, text)
                    .isEqualTo(problems.isEmpty());
        }
    }
}
