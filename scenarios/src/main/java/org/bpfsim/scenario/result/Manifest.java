package org.bpfsim.scenario.result;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bpfsim.scenario.model.ArmSpec;
import org.bpfsim.scenario.model.AttachSpec;
import org.bpfsim.scenario.model.Fraction;
import org.bpfsim.scenario.model.Metric;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.plan.Phases;
import org.bpfsim.scenario.plan.Plan;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.plan.ScenarioJson;
import org.bpfsim.scenario.plan.Variant;
import org.bpfsim.scenario.plan.Version;

/** Makes {@code manifest.json}: everything needed to repeat an experiment, and what came out. */
public final class Manifest {
    /** Raised when a reader of the old format could go wrong. */
    public static final int FORMAT_VERSION = 1;

    private Manifest() {}

    /**
     * The manifest's text.
     *
     * @param done the record of each run that is done; others are pending
     */
    static String write(Inputs inputs, Scenario scenario, Plan plan, Function<PlannedRun, Optional<RunRecord>> done) {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("formatVersion", FORMAT_VERSION);
        root.put("name", scenario.name());
        root.put("question", scenario.question());
        root.put("scenarioFile", inputs.scenarioFile());
        root.put("scenarioSha256", inputs.scenarioSha256());
        ArrayNode objects = root.putArray("objects");
        for (Inputs.ObjectFile object : inputs.objects()) {
            objects.addObject()
                    .put("path", object.copy())
                    .put("givenAs", object.givenAs())
                    .put("sha256", object.sha256());
        }
        root.put("seed", scenario.run().seed());
        root.put("version", Version.current());
        root.put("identity", plan.identity());
        root.set("plan", plan(scenario, plan));
        ObjectNode resolved = ScenarioJson.of(scenario);
        for (String section : List.of("network", "hosts", "workload", "run", "expect")) {
            root.set(section, resolved.get(section));
        }
        root.set("runs", runs(plan, done));
        ArrayNode metrics = root.putArray("metrics");
        scenario.metrics().stream().map(Metric::word).forEach(metrics::add);
        return Json.write(root);
    }

    private static ObjectNode plan(Scenario scenario, Plan plan) {
        ObjectNode node = Json.MAPPER.createObjectNode();
        ArrayNode variants = node.putArray("variants");
        plan.variants().stream().map(Variant::name).forEach(variants::add);
        ArrayNode arms = node.putArray("arms");
        long taken = scenario.arms().stream()
                .mapToLong(a -> a.share().partsPerBillion())
                .sum();
        arm(arms, Scenario.CONTROL, new Fraction(Fraction.WHOLE - taken), true, List.of());
        for (ArmSpec arm : scenario.arms()) {
            arm(arms, arm.name(), arm.share(), false, arm.attach());
        }
        node.put("replications", scenario.run().replications());
        ArrayNode phases = node.putArray("phases");
        Phases.of(scenario)
                .forEach(phase -> phases.addObject().put("key", phase.key()).put("fromNs", phase.fromNs()));
        return node;
    }

    private static void arm(ArrayNode arms, String name, Fraction share, boolean control, List<AttachSpec> attach) {
        ObjectNode arm = arms.addObject();
        arm.put("name", name).put("share", share.toString()).put("control", control);
        ArrayNode programs = arm.putArray("programs");
        attach.stream().map(AttachSpec::object).forEach(programs::add);
    }

    private static ArrayNode runs(Plan plan, Function<PlannedRun, Optional<RunRecord>> done) {
        ArrayNode runs = Json.MAPPER.createArrayNode();
        for (PlannedRun run : plan.runs()) {
            Optional<RunRecord> record = done.apply(run);
            ObjectNode node = runs.addObject();
            node.put("id", run.id());
            node.put("variant", run.variant().name());
            node.put("replication", run.replication());
            node.put("identity", run.identity());
            node.put("fingerprint", record.map(RunRecord::fingerprint).orElse(null));
            node.put("status", record.map(RunRecord::status).orElse(RunRecord.PENDING));
            record.map(RunRecord::message).ifPresent(message -> node.put("message", message));
        }
        return runs;
    }
}
