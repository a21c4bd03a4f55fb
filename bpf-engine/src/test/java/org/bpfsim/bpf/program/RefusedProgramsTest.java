package org.bpfsim.bpf.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.object.ObjectBuilder;
import org.bpfsim.bpf.object.StructOpsDefinition;
import org.bpfsim.bpf.testrun.TestFamilies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing is loaded that Linux refuses; the message has Linux's reason, the place in the source and a way to mend it. */
class RefusedProgramsTest {
    private static LoadedObject load(String object, String program, BpfEnvironment environment)
            throws BpfLoadException {
        return Loader.load(BpfObject.open(TestKernel.bytes(object), object), environment, Set.of(program));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            wild         | refused.bpf.c:27): Linux refuses it: R1 invalid mem access 'scalar'      | return *slot;      | --log
            readonly     | refused.bpf.c:33): Linux refuses it: invalid bpf_context access off=20   | ctx->family        | whole
            beyond       | refused.bpf.c:43): Linux refuses it: R0 unbounded memory access          | slot[ctx->op]      | Compare
            unchecked    | refused.bpf.c:52): Linux refuses it: R0 invalid mem access 'map_value_or_null' | return *slot | Test the pointer
            forever      | refused.bpf.c:5                                                          | while (ctx->op     | bound
            not_modelled | refused.bpf.c:67): Linux refuses it: bpf_sock_ops.remote_ip4 is not modelled | remote_ip4     | Do without
            """)
    void saysWhatWhereAndHowToMendIt(String program, String reason, String source, String remedy) {
        assertThatThrownBy(() -> load("refused.bpf.o", program, TestKernel.ENVIRONMENT))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageStartingWith("refused.bpf.o: ?sockops/" + program + ": insn ")
                .hasMessageContaining(reason)
                .hasMessageContaining(source)
                .hasMessageContaining(remedy);
    }

    /** Reasons are what Linux 6.18 says of the same programs (of {@code loads_packet}, that it has a bug; 6.12 says this). */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            walks_queue  | callback function not allowed for map
            loads_packet | cannot use BPF_LD_[ABS|IND] within callback
            calls_tail   | tail_call is only allowed in functions that return 'int'.
            formats      | Invalid format string
            writes_slice | the prog does not allow writes to packet data
            two_storages | only one cgroup storage of each type is allowed
            calls_before_a_function | negative offset func ptr R2 off=-8 disallowed
            """)
    void functionsCallbacksFormatsAndStoragesHaveRules(String program, String reason) {
        assertThatThrownBy(() -> load("rules.bpf.o", program, TestFamilies.environment()))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("Linux refuses it: " + reason);
    }

    @Test
    void helperForGplProgramsNeedsTheLicence() throws BpfLoadException {
        assertThat(load("proprietary.bpf.o", "counts", TestFamilies.environment())
                        .programs())
                .hasSize(1);
        assertThatThrownBy(() -> load("proprietary.bpf.o", "prints", TestFamilies.environment()))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("cannot call GPL-restricted function from non-GPL compatible program")
                .hasMessageContaining("SEC(\"license\") = \"GPL\"");
    }

    @Test
    void optionalProgramsAreLeftOut() throws BpfLoadException {
        LoadedObject object =
                Loader.load(BpfObject.open(TestKernel.bytes("refused.bpf.o"), "refused.bpf.o"), TestKernel.ENVIRONMENT);

        assertThat(object.programs()).isEmpty();
    }

    /** Its arguments would be one member's, and the caller's the other's. */
    @Test
    void programThatImplementsTwoFunctionsOfAStructIsRefused() throws BpfLoadException {
        BpfObject object = BpfObject.open(TestKernel.bytes("struct_ops.bpf.o"), "struct_ops.bpf.o");
        StructOpsDefinition twice = new StructOpsDefinition(
                "twice",
                "tcp_congestion_ops",
                false,
                Map.of("ssthresh", "like_dctcp_cong_avoid", "cong_avoid", "like_dctcp_cong_avoid"),
                Map.of());
        assertThatThrownBy(
                        () -> Loader.load(ObjectBuilder.withStructOps(object, List.of(twice)), TestKernel.ENVIRONMENT))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining(
                        "struct_ops/twice: program like_dctcp_cong_avoid implements ssthresh, and another")
                .hasMessageContaining("Write a program for each.");
    }
}
