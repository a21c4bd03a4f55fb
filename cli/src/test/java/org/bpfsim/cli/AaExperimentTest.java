package org.bpfsim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.bpfsim.report.data.ResultFolder;
import org.bpfsim.report.stats.Measure;
import org.bpfsim.report.stats.Metric;
import org.bpfsim.report.stats.MetricTable;
import org.bpfsim.report.stats.PairedEffect;
import org.bpfsim.report.stats.Scoring;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand A/A experiments, from scenario file to p-value: both arms are treated alike, so every effect is a false
 * alarm, and at the 5% level about 50 of the 1,000 must raise one. (A share of 5% has a standard error of 0.7% over 1,000
 * experiments.)
 */
class AaExperimentTest {
    private static final int EXPERIMENTS = 1000;
    private static final int REPLICATIONS = 10;
    private static final double LEVEL = 0.05;

    @TempDir
    private Path folder;

    @Test
    void falseAlarmsAreAsFrequentAsTheLevelSays() throws IOException {
        String text = Files.readString(Repository.library("aa.yaml"));
        assertThat(text).contains("replications: 10,");
        Path scenario = Files.writeString(
                folder.resolve("aa.yaml"),
                text.replace("replications: 10,", "replications: " + EXPERIMENTS * REPLICATIONS + ","));
        Path out = folder.resolve("out");
        Cli run = Cli.run("run", scenario, "--out", out, "--no-report");
        assertThat(run.status()).as(run.err()).isZero();

        MetricTable metrics = Scoring.score(ResultFolder.open(out)).metrics();
        for (Measure measure : new Measure[] {Measure.FCT_MEAN, Measure.FCT_P50}) {
            Metric metric = Metric.overall(measure);
            double[] control = metrics.values(new MetricTable.Cohort("ab", "control"), metric);
            double[] treatment = metrics.values(new MetricTable.Cohort("ab", "same-as-control"), metric);
            int alarms = 0;
            for (int i = 0; i < EXPERIMENTS; i++) {
                PairedEffect effect = PairedEffect.of(group(control, i), group(treatment, i));
                if (effect.pValue() < LEVEL) {
                    alarms++;
                }
            }
            System.out.printf(
                    "%s: %d of %d A/A experiments raised a false alarm%n", metric.label(), alarms, EXPERIMENTS);
            assertThat((double) alarms / EXPERIMENTS).as(metric.label()).isBetween(0.035, 0.065);
        }
    }

    private static double[] group(double[] values, int experiment) {
        return Arrays.copyOfRange(values, experiment * REPLICATIONS, (experiment + 1) * REPLICATIONS);
    }
}
