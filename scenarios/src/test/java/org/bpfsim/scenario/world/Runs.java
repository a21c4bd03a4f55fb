package org.bpfsim.scenario.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.plan.Variant;
import org.bpfsim.scenario.result.FlowTable;
import org.bpfsim.scenario.result.RunResult;
import org.bpfsim.scenario.schema.ScenarioBinder;
import org.bpfsim.scenario.yaml.Problems;

/** Runs library scenarios, changed or not, for tests. */
final class Runs {
    private Runs() {}

    /** The first replication of a scenario without programs. */
    static RunResult first(String name, UnaryOperator<String> change) {
        return run(scenario(name, change), 0);
    }

    static RunResult run(Scenario scenario, int replication) {
        PlannedRun run = new PlannedRun("r0000", Variant.AB, replication, "");
        return Simulation.run(scenario, Programs.NONE, run, Supervision.NONE).orElseThrow();
    }

    static Scenario scenario(String name, UnaryOperator<String> change) {
        try {
            String text = change.apply(Files.readString(Path.of("library", name + ".yaml")));
            Problems problems = new Problems();
            return ScenarioBinder.bind(name + ".yaml", text, problems)
                    .orElseThrow(() -> new AssertionError(problems.toList()))
                    .scenario();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<FlowTable.Row> rows(RunResult result) {
        return IntStream.range(0, result.flows().size())
                .mapToObj(result.flows()::row)
                .toList();
    }
}
