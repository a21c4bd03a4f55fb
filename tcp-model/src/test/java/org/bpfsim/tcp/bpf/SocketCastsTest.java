package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bpf_skc_to_*}: which structs a socket is, as on Linux (6.12: net/core/filter.c). */
class SocketCastsTest {
    private static final int TCP = 1;
    private static final int TCP6 = 2;

    @ParameterizedTest(name = "IPv{0}")
    @CsvSource({"4, " + TCP, "6, " + (TCP | TCP6)})
    void connectedSocketIsOfTcpAndOfItsFamily(int version, int kinds) throws Exception {
        TestNetwork network = new TestNetwork(
                1, 16, QueueSpec.UNBOUNDED, version == 4 ? TestNetwork.ipv4(0, 1) : TestNetwork.ipv6(0, 1));
        BpfInstance instance = network.attachAsOneKernel(Objects.load(Objects.TEST_PROGRAMS, "casts.bpf.o"), "cast");
        network.listen();
        Socket client = network.connect(1, 1000);
        network.runUs(1_000);

        Globals globals = new Globals(instance);
        assertThat(globals.number("calls")).isGreaterThan(2);
        assertThat(globals.number("kinds")).isEqualTo(kinds);
        assertThat(globals.number("mptcp"))
                .as("tcp_sock.is_mptcp, which exists")
                .isZero();
        assertThat(globals.number("cwnd")).as("through tcp6_sock").isEqualTo(version == 6 ? client.tcp().snd_cwnd : 0);
    }
}
