package org.bpfsim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of the command from end to end: what is printed, what is written, how it ends. */
class CommandTest {
    private static final Path TINY = Repository.library("tiny.yaml");

    @TempDir
    private Path folder;

    private Path scenario(String text) throws IOException {
        return Files.writeString(folder.resolve("mine.yaml"), text);
    }

    private Path tinyWith(String from, String to) throws IOException {
        String text = Files.readString(TINY);
        assertThat(text).contains(from);
        return scenario(text.replace(from, to));
    }

    private static Map<String, String> bytesBelow(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                if (!file.toString().endsWith(".png")) {
                    files.put(root.relativize(file).toString(), Arrays.toString(Files.readAllBytes(file)));
                }
            }
        }
        return files;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run",
                "check",
                "report",
                "reproduce",
                "capture",
                "packetdrill",
                "bpf inspect",
                "bpf check",
                "bpf run",
                "bpf conformance",
                "bench permutation",
                "bench incast"
            })
    void everyWordHasHelp(String word) {
        Cli help = Cli.run(Stream.concat(Arrays.stream(word.split(" ")).filter(w -> !w.isEmpty()), Stream.of("--help"))
                .toArray());
        assertThat(help.status()).isZero();
        assertThat(help.out()).startsWith("Usage: bpfsim");
    }

    @Test
    void everyLibraryScenarioIsRight() {
        Cli check = Cli.run("check", Repository.library(""));
        assertThat(check.err()).isEmpty();
        assertThat(check.status()).isZero();
    }

    @Test
    void runWritesTablesPageAndManifest() throws IOException {
        Path out = folder.resolve("out");
        Cli run = Cli.run("run", TINY, "--out", out);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("FCT, mean").contains("report.html");
        for (String file : new String[] {"manifest.json", "report.html", "tables/effects.csv", "scenario.yaml"}) {
            assertThat(out.resolve(file)).isNotEmptyFile();
        }
        assertThat(out.resolve("runs")).isDirectoryContaining("glob:**r0002");
    }

    @Test
    void sameScenarioGivesTheSameBytesWithAnyNumberOfThreads() throws IOException {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        assertThat(Cli.run("run", TINY, "--out", one, "--threads", 1).status()).isZero();
        assertThat(Cli.run("run", TINY, "--out", two, "--threads", 2).status()).isZero();
        assertThat(bytesBelow(two)).isEqualTo(bytesBelow(one));
    }

    @Test
    void secondRunKeepsWhatTheFirstHasDone() throws IOException {
        Path out = folder.resolve("out");
        Cli.run("run", TINY, "--out", out, "--no-report");
        Path flows = out.resolve("runs/r0000/flows.csv");
        var written = Files.getLastModifiedTime(flows);
        assertThat(Cli.run("run", TINY, "--out", out, "--no-report").status()).isZero();
        assertThat(Files.getLastModifiedTime(flows)).isEqualTo(written);
    }

    @Test
    void reproduceFindsEveryByteTheSame() {
        Path out = folder.resolve("out");
        Cli.run("run", TINY, "--out", out, "--no-report");
        Cli again = Cli.run("reproduce", out, "--threads", 1);
        assertThat(again.out()).contains("Identical: 3 runs");
        assertThat(again.status()).isZero();
    }

    @Test
    void reproduceTellsTheFirstDifference() throws IOException {
        Path out = folder.resolve("out");
        Cli.run("run", TINY, "--out", out, "--no-report");
        Path flows = out.resolve("runs/r0001/flows.csv");
        Files.writeString(flows, Files.readString(flows).replaceFirst("\n(\\d+),control", "\n$1,treated"));
        Cli again = Cli.run("reproduce", out);
        assertThat(again.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(again.out()).contains("runs/r0001/flows.csv:");
    }

    @Test
    void programsAreLoadedAndAttached() throws IOException {
        Path scenario = tinyWith(
                "treated: {share: 50%}",
                "treated: {share: 50%, attach: [{object: " + Repository.program("dctcp.bpf.o") + "}, {object: "
                        + Repository.program("use_cc.bpf.o") + "}]}");
        Path out = folder.resolve("out");
        Cli run = Cli.run("run", scenario, "--out", out);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(out.resolve("objects/dctcp.bpf.o")).hasSameBinaryContentAs(Repository.program("dctcp.bpf.o"));
    }

    @Test
    void bpfRunPrintsVerdictPacketAndMaps() {
        Path object = Repository.testObject("packets.bpf.o");
        Cli run = Cli.run(
                "bpf",
                "run",
                "--data",
                "01".repeat(64),
                "--repeat",
                "2",
                "--program",
                "jump",
                "--dump",
                ".bss",
                object);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("Return value: 66,")
                .contains("Data out: 0101")
                .contains("\"calls\": 66");

        Cli many = Cli.run("bpf", "run", "--data", "01".repeat(64), object);
        assertThat(many.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(many.err()).contains("Say which one to run");
    }

    @Test
    void timersFireWhileATestRunWaits() {
        Path object = Repository.testObject("ticks.bpf.o");
        Cli run = Cli.run("bpf", "run", "--data", "01".repeat(64), "--wait", "3500us", "--dump", "tickers", object);
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .startsWith("tick 1", "tick 2", "tick 3", "tick 4")
                .anyMatch(line -> line.startsWith("Return value: 1"))
                .anyMatch(line -> line.contains("\"ticks\": 4"));
        Cli never = Cli.run("bpf", "run", "--data", "01".repeat(64), "--wait", "soon", object);
        assertThat(never.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(never.err()).contains("--wait").contains("soon");
    }

    @Test
    void inspectListsWhatAnObjectUses() {
        Cli inspect = Cli.run("bpf", "inspect", Repository.program("dctcp.bpf.o"));
        assertThat(inspect.status()).isZero();
        assertThat(inspect.out()).contains("tcp_sock.snd_cwnd").contains("tcp_reno_cong_avoid");
    }

    @Test
    void allProblemsOfAScenarioAreToldAtOnce() throws IOException {
        Path scenario = tinyWith("rate: 10Gbps, delay: 1us}, fabric", "rate: 10, delai: 1us}, fabric");
        Cli check = Cli.run("check", scenario);
        assertThat(check.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(check.err())
                .contains("mine.yaml:8:")
                .contains("has no unit")
                .contains("delai")
                .contains("2 problems");
    }

    @Test
    void absentAndTruncatedObjectsAreProblemsWithAPlace() throws IOException {
        byte[] whole = Files.readAllBytes(Repository.program("dctcp.bpf.o"));
        Files.write(folder.resolve("half.bpf.o"), Arrays.copyOf(whole, whole.length / 2));
        Path scenario = tinyWith(
                "treated: {share: 50%}", "treated: {share: 50%, attach: [{object: half.bpf.o}, {object: none.bpf.o}]}");
        Cli run = Cli.run("run", scenario, "--out", folder.resolve("out"));
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("half.bpf.o").contains("none.bpf.o").doesNotContain("\tat ");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aFolderWithOtherContentIsNotTouched() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        Files.writeString(out.resolve("thesis.tex"), "years of work");
        Cli run = Cli.run("run", TINY, "--out", out);
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("--out");
        assertThat(bytesBelow(out)).containsOnlyKeys("thesis.tex");
    }

    @Test
    void resultsOfAnotherScenarioAreNotMixed() throws IOException {
        Path out = folder.resolve("out");
        Cli.run("run", TINY, "--out", out, "--no-report");
        Cli other = Cli.run("run", tinyWith("seed: 1", "seed: 2"), "--out", out);
        assertThat(other.status()).isEqualTo(ExitStatus.USAGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frobnicate",
                "run",
                "run --threads nought x.yaml",
                "bench permutation --k 3",
                "bench permutation --k 1000",
                "bench permutation --repeat 0",
                "bench incast --senders 1000000000",
                "report /nowhere"
            })
    void wrongCommandLinesGetOneClearMessage(String line) {
        Cli cli = Cli.run((Object[]) line.split(" "));
        assertThat(cli.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(cli.err()).isNotBlank().doesNotContain("\tat ").doesNotContain("internal error");
    }

    @Test
    void aFileThatIsNoObjectIsRefusedByInspect() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "not an object");
        Cli inspect = Cli.run("bpf", "inspect", text);
        assertThat(inspect.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(inspect.err()).contains("notes.txt").doesNotContain("\tat ");
    }

    @Test
    void aFolderIsNoObjectAndIsNamed() {
        Cli inspect = Cli.run("bpf", "inspect", folder);
        assertThat(inspect.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(inspect.err()).contains(folder.toString());
    }

    @Test
    void aFileThatIsNoScenarioAtAllDoesNotFloodTheTerminal() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            text.append("key").append(i).append(": 1\n");
        }
        Cli check = Cli.run("check", scenario(text.toString()));
        assertThat(check.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(check.err().lines().count()).isLessThan(60);
        assertThat(check.err()).contains("more problems");
    }

    @Test
    void errorsOfOursAreReportedWithoutAStackTraceToo() throws IOException {
        @picocli.CommandLine.Command(name = "broken")
        final class Broken implements Runnable {
            @Override
            public void run() {
                throw new AssertionError("the state of things");
            }
        }
        java.io.StringWriter err = new java.io.StringWriter();
        var commandLine = Main.commandLine().addSubcommand(new Broken());
        commandLine.setErr(new java.io.PrintWriter(err, true));
        assertThat(Main.execute(commandLine, "broken")).isEqualTo(ExitStatus.FAILED);
        assertThat(err.toString())
                .contains("internal error: the state of things")
                .doesNotContain("\tat ");
        String trace = err.toString().strip().replaceFirst("(?s).*Please report it with (.*)\\.$", "$1");
        assertThat(Files.readString(Path.of(trace))).contains("CommandTest");
        Files.delete(Path.of(trace));
    }

    @Test
    void captureWritesThePacketsOfAHost() throws IOException {
        Path pcap = folder.resolve("host.pcap");
        Cli capture = Cli.run("capture", TINY, "--at", "host-0", "-w", pcap, "--ms", 5);
        assertThat(capture.status()).as(capture.err()).isZero();
        byte[] bytes = Files.readAllBytes(pcap);
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt())
                .isEqualTo(0xa1b23c4d);
        assertThat(bytes).hasSizeGreaterThan(10_000);
    }

    @Test
    void captureNamesThePlacesThatThereAre() {
        Cli capture = Cli.run("capture", TINY, "--at", "host-9", "-w", folder.resolve("x.pcap"));
        assertThat(capture.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(capture.err()).contains("host-9").contains("host-0 to host-3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[1]", "{", "{\"formatVersion\": 99}", "{}"})
    void aDamagedManifestIsWrongInput(String manifest) throws IOException {
        Path out = folder.resolve("out");
        Cli.run("run", TINY, "--out", out, "--no-report");
        Files.writeString(out.resolve("manifest.json"), manifest);
        for (String word : new String[] {"report", "reproduce"}) {
            Cli cli = Cli.run(word, out);
            assertThat(cli.status()).as(word).isEqualTo(ExitStatus.USAGE);
            assertThat(cli.err())
                    .contains(out.toString())
                    .doesNotContain("\tat ")
                    .doesNotContain("internal error");
        }
    }

    @Test
    void aScriptThatIsNoTextIsNamed() throws IOException {
        Path binary = Files.write(folder.resolve("x.pkt"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        Cli packetdrill = Cli.run("packetdrill", binary);
        assertThat(packetdrill.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(packetdrill.err()).contains("x.pkt: this is no text in UTF-8.");
    }

    @Test
    void checkAcceptsThePrograms() {
        Cli check =
                Cli.run("bpf", "check", Repository.program("dctcp.bpf.o"), Repository.program("distance_tune.bpf.o"));
        assertThat(check.status()).as(check.err()).isZero();
        assertThat(check.out()).contains("dctcp_dc_ssthresh: accepted").contains("distance_tune: accepted");
    }

    /** The kernel refuses a store to tcp_sock that bpf_tcp_ca.c does not list with EACCES (13). */
    @Test
    void checkRefusesAsTheKernelDoes() {
        Path object = Repository.library("../../tcp-model/src/test/bpf/err_write.bpf.o");
        Cli check = Cli.run("bpf", "check", "--json", object);
        assertThat(check.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(check.out())
                .contains("\"program\":\"err_ssthresh\"")
                .contains("\"verdict\":\"reject\",\"errno\":-13")
                .contains("no write support to tcp_sock");
    }

    /** Linux: bpf_tcp_ca_validate() wants ssthresh, undo_cwnd, and cong_avoid or cong_control. */
    @Test
    void checkRegistersStructOpsMaps() {
        Path object = Repository.library("../../tcp-model/src/test/bpf/registrations.bpf.o");
        Cli check = Cli.run("bpf", "check", "--register", object);
        assertThat(check.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(check.out())
                .contains("struct_ops map complete: registers")
                .containsPattern("struct_ops map \\w+: does not register \\(errno 22\\): it needs .ssthresh");

        Cli json = Cli.run("bpf", "check", "--register", "--json", Repository.program("dctcp.bpf.o"));
        assertThat(json.status()).isZero();
        assertThat(json.out()).contains("\"map\":\"dctcp_dc\",\"registers\":true,\"errno\":0");
    }
}
