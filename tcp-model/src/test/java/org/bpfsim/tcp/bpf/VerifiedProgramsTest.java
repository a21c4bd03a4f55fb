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

    /**
     * The log of the same object on Linux 6.18 at level 2, without what that kernel says of live registers and precision; the address
     * of the map is ours.
     */
    @Test
    void theLogHasTheKernelsForm() throws Exception {
        Path path = Path.of("../scenarios/src/test/bpf/trace.bpf.o");
        BpfObject object = BpfObject.open(Files.readAllBytes(path), "trace.bpf.o");
        VerifierInputs inputs =
                new VerifierInputs(object, TcpBpf.environment(Objects.HZ).verifierKernel());
        String log = Verifier.verify(inputs.program(object.programs().get(0), Set.of()), 2)
                .log();
        assertThat(log).isEqualTo("""
                func#0 @0
                0: R1=ctx() R10=fp0
                ; if (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB) { @ trace.bpf.c:8
                0: (61) r2 = *(u32 *)(r1 +0)          ; R1=ctx() R2=scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff))
                1: (56) if w2 != 0x4 goto pc+6        ; R2=4
                ; bpf_trace_printk(format, sizeof(format), bpf_ntohl(ctx->remote_port)); @ trace.bpf.c:11
                2: (61) r3 = *(u32 *)(r1 +64)         ; R1=ctx() R3=scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff))
                3: (dc) r3 = be32 r3                  ; R3=scalar()
                4: (18) r1 = 0x0                      ; R1=map_value(map=trace.rodata,ks=4,vs=21)
                6: (b4) w2 = 21                       ; R2=21
                7: (85) call bpf_trace_printk#6       ; R0=scalar()
                ; return 1; @ trace.bpf.c:13
                8: (b4) w0 = 1                        ; R0=1
                9: (95) exit

                from 1 to 8: safe
                stack depth 0
                processed 10 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0
                """);
    }
}
