package org.bpfsim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacketdrillCommandTest {
    private static final String CONNECT = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
            + "+0 fcntl(3, F_SETFL, O_NONBLOCK) = 0\n"
            + "+0 connect(3, ..., ...) = -1 EINPROGRESS\n";

    @TempDir
    private Path folder;

    @Test
    void scriptsGiveTapLinesACountAndStatusOneIfAnyFailed() throws IOException {
        Path good = Files.writeString(folder.resolve("a.pkt"), CONNECT + "+0 > S 0:0(0) <...>\n");
        Path bad = Files.writeString(folder.resolve("b.pkt"), CONNECT + "+0 > S 0:0(0) win 1 <...>\n");
        Cli run = Cli.run("packetdrill", folder);
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.out().lines())
                .startsWith("TAP version 13", "1..2", "ok 1 - " + good, "not ok 2 - " + bad)
                .anyMatch(l -> l.startsWith("# " + bad + ":4: error handling packet: live packet field tcp_window"))
                .endsWith("# passed 1 of 2");
    }

    @Test
    void allPassedIsStatusZero() throws IOException {
        Path good = Files.writeString(folder.resolve("a.pkt"), CONNECT + "+0 > S 0:0(0) <...>\n");
        assertThat(Cli.run("packetdrill", good).status()).isZero();
    }

    @Test
    void expectedFailureIsToDoAndStatusZeroUnlessItPasses() throws IOException {
        Path bad = Files.writeString(folder.resolve("b.pkt"), CONNECT + "+0 > S 0:0(0) win 1 <...>\n");
        Path list = Files.writeString(folder.resolve("list.txt"), "# known\n\nb.pkt   the window is larger\n");
        Cli run = Cli.run("packetdrill", "--expected-failures", list, bad);
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("not ok 1 - " + bad + " # TODO the window is larger");

        Files.writeString(bad, CONNECT + "+0 > S 0:0(0) <...>\n");
        assertThat(Cli.run("packetdrill", "--expected-failures", list, bad).status())
                .isEqualTo(ExitStatus.FAILED);
    }

    @Test
    void markdownListsWhatFailsWithItsReason() throws IOException {
        Files.writeString(folder.resolve("a.pkt"), CONNECT + "+0 > S 0:0(0) <...>\n");
        Files.writeString(folder.resolve("b.pkt"), CONNECT + "+0 > S 0:0(0) win 1 <...>\n");
        Path list = Files.writeString(folder.resolve("list.txt"), "b.pkt the window is larger\n");
        Cli run = Cli.run("packetdrill", "--markdown", "--expected-failures", list, folder);
        assertThat(run.out().lines())
                .containsExactly(
                        "| script | why |", "| --- | --- |", "| `b.pkt` | the window is larger |", "", "Passed 1 of 2");
    }

    @Test
    void listWithoutReasonIsAUsageError() throws IOException {
        Path good = Files.writeString(folder.resolve("a.pkt"), CONNECT);
        Path list = Files.writeString(folder.resolve("list.txt"), "b.pkt\n");
        Cli run = Cli.run("packetdrill", "--expected-failures", list, good);
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("list.txt:1: \"b.pkt\" has no reason. Write: script  why it fails");
    }

    @Test
    void fileThatIsMissingIsAUsageError() {
        Cli run = Cli.run("packetdrill", folder.resolve("none.pkt"));
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("none.pkt: there is no such file");
    }
}
