package org.bpfsim.report.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bpfsim.report.Reporter;
import org.bpfsim.report.SyntheticResults;
import org.bpfsim.report.data.ResultFolder;
import org.bpfsim.report.stats.MetricTable.Cohort;
import org.bpfsim.report.text.Summary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics of what applications ask for, against numbers worked out by hand. */
class RequestScoringTest {
    private static final Cohort CONTROL = new Cohort("ab", "control");
    private static final Cohort DCTCP = new Cohort("ab", "dctcp");

    @TempDir
    Path temp;

    private Path folder;

    @BeforeEach
    void writeResults() throws IOException {
        folder = SyntheticResults.quickstart().replications(2).withRollouts().writeTo(temp);
        Path manifest = folder.resolve("manifest.json");
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        .replaceFirst("\"metrics\":\\[[^]]*]", "\"run\":{\"measurePs\":2000000000000},\"metrics\":[]"));
        for (int number = 0; number < 8; number++) {
            String run = "r000" + number;
            StringBuilder requests = new StringBuilder(
                    "request,workload,kind,arm,src,dst,start_ns,latency_ns,request_bytes,response_bytes,parts,late,status\n");
            for (int i = 1; i <= 1000; i++) {
                requests.append(i)
                        .append(",0,request,control,1,2,5,")
                        .append(i * 1000)
                        .append(",100,200,1,,ok\n");
            }
            requests.append("2000,0,request,control,1,2,5,,100,200,1,,unfinished\n");
            requests.append("2001,0,query,dctcp,1,,5,4000,100,200,8,0,ok\n");
            requests.append("2002,0,query,dctcp,1,,5,6000,100,200,8,1,ok\n");
            requests.append("2003,0,query,dctcp,1,,5,,100,200,8,1,failed\n");
            requests.append("2004,0,job,dctcp,,,5,9000,100,200,1,,ok\n");
            Files.writeString(folder.resolve("runs").resolve(run).resolve("requests.csv"), requests.toString());
            Files.writeString(
                    folder.resolve("runs").resolve(run).resolve("connections.csv"),
                    "connection,workload,arm,src,dst,sockets,requests,reads,partial_reads,segs_out,retrans_segs,rtos,"
                            + "ce_acked_segs,delivered_segs\n"
                            + "0,0,control,1,2,2,600,1300,100,9,0,0,0,5000\n1,0,control,1,2,2,400,900,100,9,0,3,0,5000\n");
        }
    }

    @Test
    void latenciesAreThoseOfAnsweredRequests() {
        assertThat(value(CONTROL, Measure.LATENCY_MEAN)).isEqualTo(500_500.0);
        assertThat(value(CONTROL, Measure.LATENCY_P50)).isCloseTo(500_500, within(1e-6));
        assertThat(value(CONTROL, Measure.LATENCY_P99)).isCloseTo(990_010, within(1e-6));
        assertThat(value(CONTROL, Measure.LATENCY_P999)).isCloseTo(999_001, within(1e-6));
        assertThat(value(CONTROL, Measure.UNANSWERED)).isCloseTo(1 / 1001.0, within(1e-12));
        assertThat(value(DCTCP, Measure.LATENCY_MEAN)).isNaN();
    }

    @Test
    void countersArePerRequestAndRequestsPerConnection() {
        assertThat(value(CONTROL, Measure.READS)).isEqualTo(2.2);
        assertThat(value(CONTROL, Measure.PARTIAL_READS)).isEqualTo(0.2);
        assertThat(value(CONTROL, Measure.REQUEST_RTOS)).isEqualTo(3.0);
        assertThat(value(CONTROL, Measure.THROUGHPUT)).isEqualTo(250.0); // 1000 over 2 connections in 2 s
    }

    @Test
    void queriesThatFailMissTheirDeadline() {
        assertThat(value(DCTCP, Measure.QCT_MEAN)).isEqualTo(5000.0);
        assertThat(value(DCTCP, Measure.DEADLINE_MISSES)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(value(DCTCP, Measure.JOB_MEAN)).isEqualTo(9000.0);
        assertThat(value(CONTROL, Measure.DEADLINE_MISSES)).isNaN();
    }

    @Test
    void segmentsOfConnectionsCountBesideThoseOfFlows() {
        Scorecard scores = Scoring.score(ResultFolder.open(folder));
        double withConnections = scores.metrics().deliveredSegments(CONTROL)[0];
        double dctcp = scores.metrics().deliveredSegments(DCTCP)[0];
        assertThat(withConnections).isGreaterThan(10_000 + dctcp);
    }

    @Test
    void reportShowsADistributionForEachKind() throws IOException {
        Reporter.report(folder, Reporter.Options.DEFAULT);
        assertThat(folder.resolve("tables/latency_cdf.csv"))
                .content()
                .contains("request,control,2000,", "query,dctcp,4,");
        assertThat(folder.resolve("charts/latency_cdf_request.svg")).exists();
        assertThat(folder.resolve("report.html")).content().contains("Latency, p99.9", "Query completion time");
    }

    @Test
    void summarySaysWhatARolloutDoesToRequestsBesideFlows() {
        Summary summary = Summary.of(Scoring.score(ResultFolder.open(folder)), "dctcp");
        assertThat(summary.points()).anyMatch(point -> point.startsWith("If everybody had it: slowdown, mean"));
        assertThat(summary.points()).anyMatch(point -> point.startsWith("If everybody had it: latency, mean"));
    }

    private double value(Cohort cohort, Measure measure) {
        return Scoring.score(ResultFolder.open(folder)).metrics().values(cohort, Metric.overall(measure))[0];
    }
}
