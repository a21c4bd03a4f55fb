package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.elf.ElfObject;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.bpf.verifier.Verifier;
import org.bpfsim.bpf.verifier.VerifierInputs;
import org.bpfsim.bpf.verifier.VerifierRefusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verifier on the kernel types that this module models. */
class VerifiedProgramsTest {
    private static void verify(String file) throws IOException, BpfLoadException, VerifierRefusal {
        Path path = Path.of(file);
        BpfObject object = BpfObject.open(
                ElfObject.parse(Files.readAllBytes(path), path.getFileName().toString()));
        BpfEnvironment environment = TcpBpf.environment(Objects.HZ);
        VerifierInputs inputs = new VerifierInputs(object, environment.verifierKernel());
        for (BpfFunction program : object.programs()) {
            Verifier.verify(inputs.program(program, Set.of()), 1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../scenarios/programs/dctcp.bpf.o",
                "../scenarios/programs/distance_tune.bpf.o",
                "../scenarios/programs/use_cc.bpf.o",
                "../scenarios/src/test/bpf/trace.bpf.o",
                "src/test/bpf/replies.bpf.o",
                "src/test/bpf/fields.bpf.o",
                "src/test/bpf/registrations.bpf.o"
            })
    void acceptsWhatThisModuleLoads(String file) throws IOException, BpfLoadException, VerifierRefusal {
        verify(file);
    }

    @Test
    void refusesAWriteToAFieldThatCongestionControlsMayNotWrite() {
        assertThatThrownBy(() -> verify("src/test/bpf/err_write.bpf.o"))
                .isInstanceOf(VerifierRefusal.class)
                .hasMessageContaining("no write support to tcp_sock at off");
    }

    @Test
    void refusesSetsockoptInRelease() {
        assertThatThrownBy(() -> verify("src/test/bpf/err_release.bpf.o"))
                .isInstanceOf(VerifierRefusal.class)
                .hasMessage("program of this type cannot use helper bpf_setsockopt#49");
    }

    @Test
    void theLogNamesTheSourceLine() throws IOException, BpfLoadException {
        try {
            verify("src/test/bpf/err_write.bpf.o");
        } catch (VerifierRefusal refusal) {
            assertThat(refusal.log()).contains("snd_una").contains("processed ");
        }
    }
}
