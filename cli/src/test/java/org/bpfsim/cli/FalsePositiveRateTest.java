package org.bpfsim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.bpfsim.report.stats.PairedEffect;
import org.bpfsim.scenario.Experiment;
import org.bpfsim.scenario.ScenarioLoader;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.plan.Variant;
import org.bpfsim.scenario.result.FlowTable;
import org.bpfsim.scenario.result.RunResult;
import org.bpfsim.scenario.world.Simulation;
import org.bpfsim.scenario.world.Supervision;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A/A: both arms are treated alike, so whatever the scoring calls an effect is a false alarm. At the 5% level it should
 * be one in twenty. An experiment has ten replications, and two thousand experiments tell the rate to within one point
 * (two standard errors).
 */
@Tag("slow")
class FalsePositiveRateTest {
    private static final int EXPERIMENTS = 2000;
    private static final int REPLICATIONS = 10;
    private static final double LEVEL = 0.05;

    private final Experiment experiment = ScenarioLoader.load(Path.of("../scenarios/library/aa.yaml"))
            .experiment()
            .orElseThrow();

    /** Means over the flows of each arm in one replication. */
    private record Means(double[] fct, double[] slowdown) {}

    @Test
    void oneInTwentyOfTheExperimentsWithoutEffectSeesOne() {
        List<Means> runs = IntStream.range(0, EXPERIMENTS * REPLICATIONS)
                .parallel()
                .mapToObj(this::run)
                .toList();
        assertThat(falsePositives(runs, means -> means.fct[0], means -> means.fct[1]))
                .as("mean flow completion time")
                .isBetween(0.035, 0.065);
        assertThat(falsePositives(runs, means -> means.slowdown[0], means -> means.slowdown[1]))
                .as("mean slowdown")
                .isBetween(0.035, 0.065);
    }

    private Means run(int replication) {
        PlannedRun planned = new PlannedRun("r" + replication, Variant.AB, replication, "");
        RunResult result = Simulation.run(experiment.scenario(), experiment.programs(), planned, Supervision.NONE)
                .orElseThrow();
        double[] fct = new double[2];
        double[] slowdown = new double[2];
        int[] flows = new int[2];
        for (int i = 0; i < result.flows().size(); i++) {
            FlowTable.Row row = result.flows().row(i);
            fct[row.arm()] += row.fctNs();
            slowdown[row.arm()] += (double) row.fctNs() / row.idealFctNs();
            flows[row.arm()]++;
        }
        for (int arm = 0; arm < 2; arm++) {
            fct[arm] /= flows[arm];
            slowdown[arm] /= flows[arm];
        }
        return new Means(fct, slowdown);
    }

    private static double falsePositives(
            List<Means> runs, ToDoubleFunction<Means> control, ToDoubleFunction<Means> treatment) {
        int positives = 0;
        for (int e = 0; e < EXPERIMENTS; e++) {
            List<Means> replications = new ArrayList<>(runs.subList(e * REPLICATIONS, (e + 1) * REPLICATIONS));
            PairedEffect effect = PairedEffect.of(
                    replications.stream().mapToDouble(control).toArray(),
                    replications.stream().mapToDouble(treatment).toArray());
            if (effect.pValue() <= LEVEL) {
                positives++;
            }
        }
        return (double) positives / EXPERIMENTS;
    }
}
