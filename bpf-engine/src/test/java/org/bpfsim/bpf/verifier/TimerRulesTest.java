package org.bpfsim.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.bpf.testrun.TestFamilies;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs of src/test/bpf/timer_rules.bpf.c: Linux 6.18 loaded each whose name begins with good, and refused the others. */
class TimerRulesTest {
    private static BpfObject object() throws IOException, BpfLoadException {
        return BpfObject.open(Files.readAllBytes(Path.of("src/test/bpf/timer_rules.bpf.o")), "timer_rules.bpf.o");
    }

    static Stream<String> programs() throws IOException, BpfLoadException {
        return object().programs().stream().map(BpfFunction::name);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void programGetsLinuxsVerdict(String program) throws Exception {
        BpfObject object = object();
        if (program.startsWith("good")) {
            assertThatCode(() -> Loader.load(object, TestFamilies.environment(), Set.of(program)))
                    .doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> Loader.load(object, TestFamilies.environment(), Set.of(program)))
                    .isInstanceOf(BpfLoadException.class)
                    .hasMessageContaining("Linux refuses it");
        }
    }
}
