package org.bpfsim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BottleneckCommandTest {
    @TempDir
    private Path folder;

    private Map<String, String> summary() throws IOException {
        return Files.readAllLines(folder.resolve("summary.txt")).stream()
                .collect(Collectors.toMap(line -> line.split(" ", -1)[0], line -> line.split(" ", -1)[1]));
    }

    private List<String[]> packets() throws IOException {
        return Files.readAllLines(folder.resolve("packets.csv")).stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .toList();
    }

    @Test
    void writesTheTracersFilesWithItsColumns() throws IOException {
        Cli run = Cli.run("bottleneck", "--rate", "10M", "--delay", "5000", "--bytes", "100k", "--out", folder);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Files.readAllLines(folder.resolve("tcpinfo.csv")).get(0))
                .isEqualTo("t_us,snd_cwnd,snd_ssthresh,srtt_us,rttvar_us,unacked,lost,retrans,total_retrans,"
                        + "bytes_acked,delivered,delivered_ce,ca_state,pacing_rate,rto_us,min_rtt_us,sacked,snd_wnd,"
                        + "notsent_bytes,reordering,delivery_rate,bytes_retrans,why");
        assertThat(Files.readAllLines(folder.resolve("packets.csv")).get(0))
                .isEqualTo("t_us,dir,event,t_arrive_us,qlen,ip_len,seq,ack,len,flags,ecn,marked,win,tsval,tsecr,sack");
        assertThat(packets().stream()
                        .filter(p -> p[1].equals("a2b"))
                        .mapToLong(p -> Long.parseLong(p[8]))
                        .sum())
                .isEqualTo(100_000);
        assertThat(summary()).containsEntry("cc", "cubic").containsEntry("retransmits", "0");
        assertThat(run.out()).contains("goodput_mbps ");
    }

    /** 12 ms on the wire at 1 Mbit/s for 1500 bytes, and 0.304 ms for 38 bytes of overhead, behind the packet before. */
    @Test
    void transmissionTakesThePacketsSizeAndOverheadAtTheRate() throws IOException {
        Cli.run("bottleneck", "--rate", "1M", "--delay", "0", "--overhead", "38", "--bytes", "1448", "--out", folder);
        List<String[]> forth =
                packets().stream().filter(p -> p[1].equals("a2b")).toList();
        assertThat(forth.get(2)[8]).isEqualTo("1448");
        assertThat(Double.parseDouble(forth.get(2)[3]) - Double.parseDouble(forth.get(1)[3]))
                .isEqualTo(12_304.0);
    }

    @Test
    void losesAndMarksThePacketsThatAreListed() throws IOException {
        Cli.run(
                "bottleneck",
                "--bytes",
                "200k",
                "--drop",
                "5-6",
                "--ce",
                "20",
                "--sysctl",
                "net.ipv4.tcp_ecn=1",
                "--out",
                folder);
        assertThat(packets().stream().filter(p -> p[2].equals("listdrop")).map(p -> p[6]))
                .containsExactly("5793", "7241");
        assertThat(packets().stream().filter(p -> p[11].equals("1"))).hasSize(1);
        assertThat(summary())
                .containsEntry("a2b_list_drops", "2")
                .containsEntry("a2b_marked", "1")
                .containsEntry("retransmits", "2");
    }

    @Test
    void objectsCongestionControlIsUsed() throws IOException {
        Cli run = Cli.run(
                "bottleneck",
                "--bpf",
                Repository.program("dctcp.bpf.o"),
                "--ecn-k",
                "10",
                "--bytes",
                "1M",
                "--sysctl",
                "net.ipv4.tcp_ecn=1",
                "--out",
                folder);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(summary().get("cc")).isNotEqualTo("cubic");
        assertThat(Integer.parseInt(summary().get("delivered_ce"))).isPositive();
    }

    @Test
    void sameSeedGivesTheSameBytes() throws IOException {
        Path other = folder.resolve("other");
        Cli.run("bottleneck", "--bytes", "300k", "--queue", "20", "--out", folder);
        Cli.run("bottleneck", "--bytes", "300k", "--queue", "20", "--out", other);
        for (String file : List.of("tcpinfo.csv", "packets.csv", "summary.txt", "counters_a.txt")) {
            assertThat(folder.resolve(file)).hasSameBinaryContentAs(other.resolve(file));
        }
    }

    @Test
    void transferThatDoesNotEndIsAFailure() {
        Cli run = Cli.run("bottleneck", "--rate", "1M", "--timeout", "1", "--out", folder);
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("--timeout S gives it longer");
    }

    @Test
    void wrongOptionsAreUsageErrorsWithTheRemedy() {
        assertRefused("there is no such congestion control. There are: ", "--cc", "vegas");
        assertRefused("--rate fast: this is no number", "--rate", "fast");
        assertRefused("--drop 7-5: \"7-5\": packets count from 1", "--drop", "7-5");
        assertRefused("write NAME=VALUE", "--sysctl", "net.ipv4.tcp_ecn");
        assertRefused("sysctl net.ipv4.nothing is not modelled", "--sysctl", "net.ipv4.nothing=1");
        assertRefused("there is no such file", "--bpf", "missing.o");
        assertRefused("CONFIG_HZ is 500", "--hz", "500");
    }

    private void assertRefused(String message, Object... options) {
        Object[] words = new Object[options.length + 3];
        words[0] = "bottleneck";
        words[1] = "--out";
        words[2] = folder;
        System.arraycopy(options, 0, words, 3, options.length);
        Cli run = Cli.run(words);
        assertThat(run.status()).as(message).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains(message).doesNotContain("Exception");
    }
}
