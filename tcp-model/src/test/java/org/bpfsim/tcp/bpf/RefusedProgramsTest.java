package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bpfsim.bpf.BpfLoadException;
import org.junit.jupiter.api.Test;

/** What is not modelled, or not allowed, is refused by name and place. */
class RefusedProgramsTest {
    @Test
    void kernelFieldThatIsNotModelled() {
        assertThatThrownBy(() -> Objects.load(Objects.TEST_PROGRAMS, "err_field.bpf.o"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("err_field")
                .hasMessageContaining("tcp_sock")
                .hasMessageContaining("keepalive_time");
    }

    @Test
    void helperThatIsNotModelled() {
        assertThatThrownBy(() -> Objects.load(Objects.TEST_PROGRAMS, "err_helper.bpf.o"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("err_helper.bpf.c")
                .hasMessageContaining("bpf_task_pt_regs");
    }

    @Test
    void kernelStructWithAnotherLicenceThanTheKernels() {
        assertThatThrownBy(() -> Objects.load(Objects.TEST_PROGRAMS, "err_licence.bpf.o"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("Cannot access kernel 'struct tcp_sock' from non-GPL compatible program");
    }

    @Test
    void setsockoptInRelease() {
        assertThatThrownBy(() -> Objects.load(Objects.TEST_PROGRAMS, "err_release.bpf.o"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("bpf_setsockopt")
                .hasMessageContaining("release");
    }

    @Test
    void writeToAFieldThatCongestionControlsMayNotWrite() {
        assertThatThrownBy(() -> Objects.load(Objects.TEST_PROGRAMS, "err_write.bpf.o"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("struct_ops/err_ssthresh: insn 2 (err_write.bpf.c:8)")
                .hasMessageContaining("Linux refuses it: no write support to tcp_sock at off")
                .hasMessageContaining("tcp_sk(sk)->snd_una = 0;")
                .hasMessageContaining("may write: ")
                .hasMessageContaining("tcp_sock.snd_ssthresh");
    }

    @Test
    void nameThatIsTakenSaysSo() throws BpfLoadException, BpfAttachException {
        HostPrograms programs = new HostPrograms(TestKernel.create().kernel(), line -> {});
        programs.register(programs.load(Objects.load(Objects.SCENARIO_PROGRAMS, "dctcp.bpf.o")));
        assertThatThrownBy(
                        () -> programs.register(programs.load(Objects.load(Objects.SCENARIO_PROGRAMS, "dctcp.bpf.o"))))
                .isInstanceOf(BpfAttachException.class)
                .hasMessageContaining("dctcp.bpf.o: struct_ops map dctcp_dc cannot be registered")
                .hasMessageContaining("bpf_dctcp_dc");
    }

    @Test
    void objectWithoutSockOpsProgramCannotBeAttached() throws BpfLoadException {
        HostPrograms programs = new HostPrograms(TestKernel.create().kernel(), line -> {});
        assertThatThrownBy(() -> programs.attach(
                        programs.load(Objects.load(Objects.SCENARIO_PROGRAMS, "dctcp.bpf.o")),
                        BpfCgroup.root().make("a"),
                        0))
                .isInstanceOf(BpfAttachException.class)
                .hasMessageContaining("no program to attach");
    }
}
