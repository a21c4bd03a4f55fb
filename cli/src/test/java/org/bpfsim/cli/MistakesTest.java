package org.bpfsim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users get wrong is told with the place and the remedy, and nothing of theirs is lost by it. */
class MistakesTest {
    private static final Path TINY = Repository.library("tiny.yaml");

    @TempDir
    private Path folder;

    private static void assertRefused(Cli cli, String... words) {
        assertThat(cli.status()).as(cli.err()).isEqualTo(ExitStatus.USAGE);
        assertThat(cli.err()).contains(words).doesNotContain("\tat ").doesNotContain("internal error");
    }

    @ParameterizedTest
    @CsvSource({"inspect", "check", "run --data 00"})
    void aFolderInPlaceOfAnObjectIsNamed(String word) {
        String[] words = ("bpf " + word + " " + folder).split(" ");
        assertRefused(Cli.run((Object[]) words), folder + ": this is a folder; name a file.");
    }

    @ParameterizedTest
    @CsvSource({"use_cc.bpf.o,sockops/use_cc", "dctcp.bpf.o,struct_ops/dctcp_dc"})
    void programsOfSocketsAreNotRunOnBytes(String object, String program) {
        assertRefused(
                Cli.run("bpf", "run", "--data", "00", Repository.program(object)),
                object + ": " + program,
                "run on sockets of simulated hosts",
                "bpfsim run");
    }

    @Test
    void noBytesAreNoFile() {
        assertRefused(
                Cli.run("bpf", "run", "--data", "", Repository.testObject("packets.bpf.o")),
                "--data: there is not one byte.");
    }

    @Test
    void typesOfAKernelThatAreNoneAreNamedWithTheirOption() throws IOException {
        Path text = Files.writeString(folder.resolve("vmlinux"), "no types at all, but long enough for a header");
        assertRefused(
                Cli.run("bpf", "check", "--btf", text, Repository.program("dctcp.bpf.o")),
                "--btf " + text,
                "/sys/kernel/btf/vmlinux");
    }

    @ParameterizedTest
    @CsvSource({"--threads,99999999999", "--threads,nought"})
    void whatIsNoNumberIsSaidWithoutTypesOfJava(String option, String value) {
        assertRefused(Cli.run("run", option, value, TINY), "'" + value + "' is no whole number");
    }

    @Test
    void aCaptureOfAWrongPlaceLeavesTheFileThatIsThere() throws IOException {
        Path pcap = Files.writeString(folder.resolve("x.pcap"), "yesterday's");
        assertRefused(Cli.run("capture", TINY, "--at", "host-9", "-w", pcap), "host-9");
        assertThat(pcap).hasContent("yesterday's");
    }

    @ParameterizedTest
    @CsvSource({"0", "99999999999999"})
    void aCaptureLastsNoLongerThanARunMay(String milliseconds) {
        Path pcap = folder.resolve("x.pcap");
        assertRefused(
                Cli.run("capture", TINY, "--at", "host-0", "-w", pcap, "--ms", milliseconds), "write 1 to 3600000");
        assertThat(pcap).doesNotExist();
    }

    @Test
    void aPlaceThatCannotBeWrittenIsAWrongCommandLine() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "");
        assertRefused(Cli.run("capture", TINY, "--at", "host-0", "-w", folder), folder + ": this is a folder");
        assertRefused(Cli.run("capture", TINY, "--at", "host-0", "-w", folder.resolve("none/x.pcap")), "none/x.pcap");
        assertRefused(Cli.run("bottleneck", "--bytes", "1k", "--out", file), "notes.txt: exists already");
        assertRefused(Cli.run("run", TINY, "--out", file), "notes.txt: this is a file, not a folder");
    }

    @ParameterizedTest
    @CsvSource({
        "--hz,500,CONFIG_HZ is 500",
        "--mtu,0,MTU is 0 bytes",
        "--tolerance-usecs,-1,--tolerance_usecs=-1",
        "--local-ip,here,--local_ip=here is not an IP address",
        "--remote-ip,1::2,--remote_ip=1::2 is not an IPv4 address"
    })
    void settingsOfPacketdrillAreLookedAtBeforeAnyScript(String option, String value, String words) throws IOException {
        Path script = Files.writeString(folder.resolve("x.pkt"), "");
        Cli cli = Cli.run("packetdrill", option, value, script);
        assertRefused(cli, words);
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void theOptionThatNamesAnUnknownCongestionControlIsTheOneThatWasGiven() {
        Path out = folder.resolve("out");
        assertRefused(Cli.run("bottleneck", "--cc", "vegas", "--out", out), "--cc vegas: there is no such");
        assertRefused(Cli.run("bottleneck", "--cc-rx", "vegas", "--out", out), "--cc-rx vegas: there is no such");
    }

    @Test
    void aRunThatMeasuredNothingSaysSo() throws IOException {
        String text = Files.readString(TINY).replace("load: 30%", "load: 0.0001%");
        Cli run = Cli.run(
                "run",
                Files.writeString(folder.resolve("idle.yaml"), text),
                "--out",
                folder.resolve("out"),
                "--no-png");
        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("Nothing is compared", "lengthen `measure`, or ask more often");
    }

    @Test
    void aReportOnPartOfABatchSaysHowManyRunsAreMissing() throws IOException {
        Path out = folder.resolve("out");
        Cli.run("run", TINY, "--out", out, "--no-report");
        Files.move(out.resolve("runs/r0001"), folder.resolve("elsewhere"));
        Cli report = Cli.run("report", out, "--no-png");
        assertThat(report.status()).isZero();
        assertThat(report.err()).contains("1 of 3 planned runs are missing or failed");
    }

    /** What is asked for now counts, not what an earlier start left; and nothing is lost by asking for less. */
    @Test
    void fewerReplicationsInTheSameFolderAreScoredAlone() throws IOException {
        Path out = folder.resolve("out");
        Cli.run("run", TINY, "--out", out, "--no-report");
        Path fewer = Files.writeString(
                folder.resolve("fewer.yaml"), Files.readString(TINY).replace("replications: 3", "replications: 2"));
        assertThat(Cli.run("run", fewer, "--out", out, "--no-png").out()).contains("A/B effect, 2 replications");
        assertThat(Cli.run("reproduce", out).out()).contains("Identical: 2 runs");
        Cli again = Cli.run("run", TINY, "--out", out, "--no-png");
        assertThat(again.err()).contains("3 of 3 runs were there from an earlier start");
    }
}
