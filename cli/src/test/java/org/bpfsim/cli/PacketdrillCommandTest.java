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
    void fileThatIsMissingIsAUsageError() {
        Cli run = Cli.run("packetdrill", folder.resolve("none.pkt"));
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("none.pkt: there is no such file");
    }
}
