package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.tcp.sock.CongestionControl;
import org.bpfsim.tcp.sock.TcpSock;
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
                .hasMessageContaining("bpf_reserve_hdr_opt");
    }

    @Test
    void setsockoptInRelease() {
        assertThatThrownBy(() -> Objects.load(Objects.TEST_PROGRAMS, "err_release.bpf.o"))
                .isInstanceOf(BpfLoadException.class)
                .hasMessageContaining("bpf_setsockopt")
                .hasMessageContaining("release");
    }

    @Test
    void writeToAFieldThatCongestionControlsMayNotWrite() throws BpfLoadException, BpfAttachException {
        TestKernel host = TestKernel.create();
        HostPrograms programs = new HostPrograms(host.kernel(), line -> {});
        programs.register(programs.load(Objects.load(Objects.TEST_PROGRAMS, "err_write.bpf.o")));
        TcpSock sk = host.socket();
        assertThat(CongestionControl.set(sk, "err_write")).isZero();
        assertThatThrownBy(() -> sk.icsk_ca_ops.ssthresh(sk))
                .isInstanceOf(BpfFault.class)
                .hasMessageContaining("err_write.bpf.c")
                .hasMessageContaining("tcp_sock.snd_una");
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
                        programs.load(Objects.load(Objects.SCENARIO_PROGRAMS, "dctcp.bpf.o")), new BpfCgroup("/a"), 0))
                .isInstanceOf(BpfAttachException.class)
                .hasMessageContaining("no sock_ops program");
    }
}
