package org.bpfsim.tcp.packetdrill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the packetdrill scripts of the kernel's own selftests (tools/testing/selftests/net/packetdrill of 6.12) where
 * Debian's package linux-source-6.12 is installed. Those known to fail are listed in
 * {@code kernel-scripts-that-fail.txt}; one that passes meanwhile must leave the list.
 */
class KernelScriptsTest {
    private static final Path ARCHIVE = Path.of("/usr/src/linux-source-6.12.tar.xz");
    private static final String FOLDER = "linux-source-6.12/tools/testing/selftests/net/packetdrill";
    private static final Path TARGET = Path.of("target", "kernel-packetdrill");

    private static final Settings IPV4 =
            Settings.DEFAULT.with("define", "CMSG_LEVEL_IP=SOL_IP").with("define", "CMSG_TYPE_RECVERR=IP_RECVERR");
    /** The larger MTU makes room for the larger header. */
    private static final Settings IPV6 = Settings.DEFAULT
            .with("ip_version", "ipv6")
            .with("mtu", "1520")
            .with("define", "CMSG_LEVEL_IP=SOL_IPV6")
            .with("define", "CMSG_TYPE_RECVERR=IPV6_RECVERR");

    /** As the selftests' ksft_runner.sh does: each script over both. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"ipv4", "ipv6"})
    void scriptsPassButForThoseListed(String ipVersion) throws IOException, InterruptedException {
        assumeTrue(Files.exists(ARCHIVE), "skipped: " + ARCHIVE + " is not installed");
        Path scripts = extracted();
        Settings settings = ipVersion.equals("ipv6") ? IPV6 : IPV4;
        Set<String> failed = new TreeSet<>();
        StringBuilder failures = new StringBuilder();
        int count = 0;
        for (Path script : list(scripts)) {
            count++;
            ScriptResult result = new Packetdrill(settings).run(script);
            if (!result.passed()) {
                failed.add(script.getFileName().toString());
                failures.append(result.failure()).append('\n');
            }
        }
        assertThat(count).isGreaterThanOrEqualTo(24);
        assertThat(failed).as("%s", failures).isEqualTo(knownToFail());
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".pkt")).sorted().toList();
        }
    }

    private static Path extracted() throws IOException, InterruptedException {
        Path folder = TARGET.resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(TARGET);
            Process tar = new ProcessBuilder("tar", "-xf", ARCHIVE.toString(), "-C", TARGET.toString(), FOLDER)
                    .inheritIO()
                    .start();
            assumeTrue(
                    tar.waitFor(5, TimeUnit.MINUTES) && tar.exitValue() == 0, "skipped: tar cannot unpack " + ARCHIVE);
        }
        return folder;
    }

    private static Set<String> knownToFail() throws IOException {
        try (InputStream in = KernelScriptsTest.class.getResourceAsStream("kernel-scripts-that-fail.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(l -> !l.isBlank() && !l.startsWith("#"))
                    .map(l -> l.split("\\s", 2)[0])
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
