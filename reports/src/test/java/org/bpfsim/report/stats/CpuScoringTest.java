package org.bpfsim.report.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bpfsim.report.Reporter;
import org.bpfsim.report.SyntheticResults;
import org.bpfsim.report.data.ResultFolder;
import org.bpfsim.report.stats.MetricTable.Cohort;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What work cost the cores, against numbers worked out by hand. */
class CpuScoringTest {
    private static final Cohort CONTROL = new Cohort("ab", "control");
    private static final Cohort DCTCP = new Cohort("ab", "dctcp");
    private static final Cohort NETWORK = new Cohort("ab", MetricTable.NETWORK);

    @TempDir
    Path temp;

    private Path folder;

    @BeforeEach
    void writeResults() throws IOException {
        folder = SyntheticResults.quickstart().replications(2).writeTo(temp);
        Path manifest = folder.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replaceFirst("\"metrics\":\\[[^]]*]", "\"metrics\":[]"));
        for (String run : List.of("r0000", "r0001")) {
            Path runFolder = folder.resolve("runs").resolve(run);
            Files.writeString(
                    runFolder.resolve("arms.csv"),
                    "arm,flows_started,flows_completed,bytes_completed,segs_out,retrans_segs,rtos,ce_acked_segs\n"
                            + "control,12,10,4000000,1,0,0,0\ndctcp,6,5,1000000,1,0,0,0\n");
            Files.writeString(
                    runFolder.resolve("cpu.csv"),
                    "host,core,cause,arm,ns\n"
                            + "0,0,softirq,control,300\n0,0,softirq,,100\n0,0,idle,,600\n"
                            + "0,1,idle,,1000\n"
                            + "1,0,copy,control,500\n1,0,bpf,dctcp,200\n1,0,syscall,dctcp,200\n1,0,idle,,100\n"
                            + "1,1,idle,,1000\n");
            Files.writeString(
                    runFolder.resolve("cpu-counts.csv"),
                    "host,arm,wakeups,syscalls,rx_missed\n"
                            + "0,control,10,40,0\n0,dctcp,5,5,0\n0,,7,7,0\n1,control,20,40,0\n1,dctcp,0,20,0\n1,,0,0,0\n");
        }
    }

    @Test
    void workIsCountedByTheArmsOwnRequestsAndBytes() {
        assertThat(value(CONTROL, Measure.CPU_PER_REQUEST)).isEqualTo(80.0);
        assertThat(value(CONTROL, Measure.CPU_PER_GB)).isEqualTo(200_000.0);
        assertThat(value(CONTROL, Measure.WAKEUPS)).isEqualTo(3.0);
        assertThat(value(CONTROL, Measure.SYSCALLS)).isEqualTo(8.0);
        assertThat(value(CONTROL, Measure.CPU_BPF)).isZero();
        assertThat(value(DCTCP, Measure.CPU_PER_REQUEST)).isEqualTo(80.0);
        assertThat(value(DCTCP, Measure.WAKEUPS)).isEqualTo(1.0);
        assertThat(value(DCTCP, Measure.CPU_BPF)).isEqualTo(0.5);
    }

    @Test
    void requestsOfConnectionsCountBesideFlows() throws IOException {
        for (String run : List.of("r0000", "r0001")) {
            Path runFolder = folder.resolve("runs").resolve(run);
            Files.writeString(
                    runFolder.resolve("requests.csv"),
                    "request,workload,kind,arm,src,dst,start_ns,latency_ns,request_bytes,response_bytes,parts,late,status\n");
            Files.writeString(
                    runFolder.resolve("connections.csv"),
                    "connection,workload,arm,src,dst,sockets,requests,reads,partial_reads,segs_out,retrans_segs,rtos,"
                            + "ce_acked_segs,delivered_segs\n0,0,control,1,2,2,70,1,1,9,0,0,0,5\n");
        }
        assertThat(value(CONTROL, Measure.CPU_PER_REQUEST)).isEqualTo(10.0);
    }

    @Test
    void coresAreAsBusyAsTheyAreNotIdle() {
        Scorecard scores = Scoring.score(ResultFolder.open(folder));
        double[] all = scores.metrics().values(NETWORK, Metric.ports(Measure.CPU_UTILISATION, CpuMetrics.ALL_CORES));
        double[] busiest =
                scores.metrics().values(NETWORK, Metric.ports(Measure.CPU_UTILISATION, CpuMetrics.BUSIEST_CORE));
        assertThat(all[0]).isCloseTo((0.4 + 0 + 0.9 + 0) / 4, within(1e-12));
        assertThat(busiest[0]).isCloseTo(0.9, within(1e-12));
    }

    @Test
    void reportShowsThem() throws IOException {
        Reporter.report(folder, Reporter.Options.DEFAULT);
        assertThat(folder.resolve("report.html"))
                .content()
                .contains(
                        "CPU time per request", "Wake-ups per request", "System calls per request", "CPU utilisation");
    }

    private double value(Cohort cohort, Measure measure) {
        return Scoring.score(ResultFolder.open(folder)).metrics().values(cohort, Metric.overall(measure))[0];
    }
}
