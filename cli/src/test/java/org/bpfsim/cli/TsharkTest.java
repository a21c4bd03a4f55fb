package org.bpfsim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an independent dissector says of our captures; skipped where tshark is not installed. */
class TsharkTest {
    private static final String CLEAN = """
            name: clean
            question: Does anything look odd when nothing is lost?
            network:
              topology: {dumbbell: {hosts-per-side: 1}}
              links: {host: {rate: 10Gbps, delay: 5us}, fabric: {rate: 10Gbps, delay: 5us}}
              switches: {buffer: 4MB}
            workload:
              - rpc: {sizes: {uniform: {min: 1KB, max: 200KB}}, load: 10%, family: FAMILY}
            run: {warm-up: 1ms, measure: 8ms, replications: 1, seed: 3}
            metrics: [fct]
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void needsTshark() {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "tshark")));
        assumeTrue(found, "tshark is not installed");
    }

    @Test
    void cleanTransfersOverIpv4RaiseNoEyebrow() throws IOException, InterruptedException {
        assertUnremarkable("ipv4");
    }

    @Test
    void cleanTransfersOverIpv6RaiseNoEyebrow() throws IOException, InterruptedException {
        assertUnremarkable("ipv6");
    }

    private void assertUnremarkable(String family) throws IOException, InterruptedException {
        Path scenario = Files.writeString(folder.resolve("clean.yaml"), CLEAN.replace("FAMILY", family));
        Path pcap = folder.resolve("clean.pcap");
        Cli run = Cli.run("capture", scenario, "--at", "host-0", "-w", pcap, "--ms", "10");
        assertThat(run.status()).as(run.err()).isZero();

        assertThat(tshark(pcap, "tcp.len > 0")).hasSizeGreaterThan(100);
        assertThat(tshark(pcap, "!(frame.protocols matches \"^raw:ip(v6)?:tcp(:data)?$\")"))
                .as("read as something else")
                .isEmpty();
        assertThat(tshark(pcap, "_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0"))
                .as("malformed, or a wrong checksum")
                .isEmpty();
        assertThat(tshark(pcap, "tcp.analysis.flags"))
                .as("remarks of the TCP analysis")
                .isEmpty();
    }

    private static List<String> tshark(Path pcap, String filter) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tshark", "-r", pcap.toString(), "-Y", filter));
        command.addAll(List.of("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as("tshark's exit status").isZero();
        return lines;
    }
}
