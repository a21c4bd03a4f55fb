package org.bpfsim.report.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bpfsim.report.SyntheticResults;
import org.bpfsim.report.data.ResultFolder;
import org.bpfsim.report.stats.MetricTable.Cohort;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flows that never end are scored by their rate, and are not unfinished. */
class EndlessFlowsTest {
    private static final String HEADER =
            "flow,arm,src,dst,size_bytes,start_ns,fct_ns,ideal_fct_ns,retrans_segs,rtos,ce_acked_segs,delivered_segs,"
                    + "status,distance,measured_bytes\n";

    @TempDir
    Path temp;

    private Path folder;

    @BeforeEach
    void writeResults() throws IOException {
        folder = SyntheticResults.quickstart().replications(2).flowsPerRun(50).writeTo(temp);
        Path manifest = folder.resolve("manifest.json");
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        .replaceFirst("\"metrics\":\\[[^]]*]", "\"run\":{\"measurePs\":2000000000000},\"metrics\":[]"));
        for (String run : new String[] {"r0000", "r0001"}) {
            Files.writeString(
                    folder.resolve("runs").resolve(run).resolve("flows.csv"),
                    HEADER
                            + "0,control,1,2,900,5,,100,0,0,0,10,endless,same-rack,500\n"
                            + "1,control,1,2,900,5,,100,0,0,0,10,endless,same-rack,1500\n"
                            + "2,control,1,2,100,5,200,100,0,0,0,10,ok,same-rack,100\n"
                            + "3,control,1,2,100,5,200,100,0,0,0,10,ok,same-rack,100\n"
                            + "4,control,1,2,100,5,200,100,0,0,0,10,ok,same-rack,100\n"
                            + "5,control,1,2,100,5,,100,0,0,0,10,unfinished,same-rack,50\n"
                            + "6,dctcp,1,2,900,5,,100,0,0,0,10,endless,same-rack,2000\n"
                            + "7,dctcp,1,2,900,5,,100,0,0,0,10,failed,same-rack,0\n");
        }
    }

    private double value(String arm, Measure measure) {
        return Scoring.score(ResultFolder.open(folder))
                .metrics()
                .values(new Cohort("ab", arm), Metric.overall(measure))[0];
    }

    @Test
    void theRateIsTheMeanOverThemOfWhatTheyDeliverInTheInterval() {
        assertThat(value("control", Measure.ENDLESS_RATE)).isEqualTo(1000 * 8 / 2.0);
        assertThat(value("dctcp", Measure.ENDLESS_RATE)).isEqualTo(2000 * 8 / 2.0);
    }

    @Test
    void theyAreNotUnfinished() {
        assertThat(value("control", Measure.UNFINISHED)).isEqualTo(0.25);
    }

    @Test
    void oneThatFailedIsUnfinished() {
        assertThat(value("dctcp", Measure.UNFINISHED)).isEqualTo(1.0);
    }

    @Test
    void flowsThatEndHaveNoSuchRate() {
        assertThat(value("larger-window", Measure.ENDLESS_RATE)).isNaN();
    }
}
