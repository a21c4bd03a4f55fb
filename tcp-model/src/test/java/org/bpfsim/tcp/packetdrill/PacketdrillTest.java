package org.bpfsim.tcp.packetdrill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the scripts beside this test's resources, and looks at how failures are shown. */
class PacketdrillTest {
    private static final String SERVER = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
            + "+0 bind(3, ..., ...) = 0\n"
            + "+0 listen(3, 1) = 0\n"
            + "+0 < S 0:0(0) win 65535 <mss 1000>\n";

    private final Packetdrill packetdrill = new Packetdrill(Settings.DEFAULT);

    static List<Path> scripts() throws IOException, URISyntaxException {
        Path folder = Path.of(PacketdrillTest.class.getResource("/packetdrill").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".pkt")).sorted().toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scripts")
    void scriptPasses(Path script) throws IOException {
        ScriptResult result = packetdrill.run(script);
        assertThat(result.failure()).as("notes: %s", result.notes()).isNull();
    }

    @Test
    void differentPacketIsShownBesideTheExpectedOne() {
        ScriptResult result = packetdrill.run("t.pkt", SERVER + "+0 > S. 0:0(0) ack 2 <mss 1460>\n");
        assertThat(result.failure())
                .isEqualTo(
                        "t.pkt:5: error handling packet: live packet field tcp_ack_seq: expected: 2 (0x2) vs actual: 1"
                                + " (0x1)\n"
                                + "script packet:  0.000000 S. 0:0(0) ack 2 <mss 1460>\n"
                                + "actual packet:  0.000000 S. 0:0(0) ack 1 win 64240 <mss 1460>");
    }

    @Test
    void optionWithAnotherValueIsNamed() {
        ScriptResult result = packetdrill.run("t.pkt", SERVER + "+0 > S. 0:0(0) ack 1 <mss 1400>\n");
        assertThat(result.failure())
                .contains("bad value in outbound TCP option (kind=2): expected: mss 1400 actual: mss 1460");
    }

    @Test
    void packetAtAnotherTimeIsATimingError() {
        ScriptResult result = packetdrill.run("t.pkt", SERVER + "+.5 > S. 0:0(0) ack 1 <mss 1460>\n");
        assertThat(result.failure())
                .contains("t.pkt:5: error handling packet: timing error: expected outbound packet at 0.500000 sec but"
                        + " happened at 0.000000 sec; tolerance 0.062500 sec");
    }

    @Test
    void packetThatNeverComesIsReported() {
        ScriptResult result = packetdrill.run(
                "t.pkt", SERVER + "+0 > S. 0:0(0) ack 1 <mss 1460>\n+0 < . 1:1(0) ack 1 win 9\n+0 > . 1:2(1) ack 1\n");
        assertThat(result.failure()).startsWith("t.pkt:7: error handling packet: Timed out waiting for packet");
    }

    @Test
    void callWithAnotherResultIsReportedWithItsErrno() {
        ScriptResult result =
                packetdrill.run("t.pkt", "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 listen(3, 1) = 0\n");
        assertThat(result.failure())
                .isEqualTo(
                        "t.pkt:2: runtime error in listen call: Expected result 0 but got -1 with errno 22 (EINVAL)");
    }

    @Test
    void failedAssertionIsQuoted() {
        String script = SERVER + "+0 > S. 0:0(0) ack 1 <mss 1460>\n+0 < . 1:1(0) ack 1 win 9\n"
                + "+0 accept(3, ..., ...) = 4\n+0 %{ print('window', tcpi_snd_cwnd); assert tcpi_snd_cwnd == 11, 'no' }%\n";
        ScriptResult result = packetdrill.run("t.pkt", script);
        assertThat(result.failure()).contains("t.pkt:8: error in Python code\nAssertionError: no");
        assertThat(result.printed()).containsExactly("(window, 10)");
    }

    @Test
    void callThatIsNotModelledNamesThoseThatAre() {
        ScriptResult result = packetdrill.run("t.pkt", "0 mount(1) = 0\n");
        assertThat(result.failure()).contains("system call mount() is not modelled. Modelled are: accept, bind");
    }

    @Test
    void sysctlThatIsNotModelledIsNotedAndNotHidden() {
        ScriptResult result = packetdrill.run(
                "t.pkt", "`sysctl -q net.ipv4.tcp_fack=0`\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
        assertThat(result.passed()).isTrue();
        assertThat(result.notes()).containsExactly("sysctl net.ipv4.tcp_fack=0 is not modelled");
    }

    @Test
    void unknownShellCommandFailsTheScript() {
        ScriptResult result = packetdrill.run("t.pkt", "`reboot`\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
        assertThat(result.failure())
                .isEqualTo("t.pkt:1: error executing `reboot` command: command not modelled: reboot");
    }

    @Test
    void savedSysctlsAreRestored() {
        String script = "`set_sysctls.py /proc/sys/net/ipv4/tcp_timestamps=0`\n"
                + "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
                + "+0 `/tmp/sysctl_restore_${PPID}.sh`\n"
                + "+0 fcntl(3, F_SETFL, O_NONBLOCK) = 0\n"
                + "+0 connect(3, ..., ...) = -1 EINPROGRESS\n"
                + "+0 > S 0:0(0) <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>\n";
        assertThat(packetdrill.run("t.pkt", script).failure()).isNull();
    }
}
