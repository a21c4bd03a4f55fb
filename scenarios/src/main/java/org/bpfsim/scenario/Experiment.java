package org.bpfsim.scenario;

import java.util.SortedMap;
import java.util.TreeMap;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.plan.Plan;
import org.bpfsim.scenario.plan.Version;
import org.bpfsim.scenario.result.Inputs;
import org.bpfsim.scenario.world.Programs;

/** A scenario that was found right, with its programs loaded: ready to run. Immutable. */
public final class Experiment {
    private final Scenario scenario;
    private final Inputs inputs;
    private final Programs programs;
    private final Plan plan;

    Experiment(Scenario scenario, Inputs inputs, Programs programs) {
        this.scenario = scenario;
        this.inputs = inputs;
        this.programs = programs;
        SortedMap<String, String> hashes = new TreeMap<>();
        inputs.objects().forEach(object -> hashes.put(object.givenAs(), object.sha256()));
        this.plan = Plan.of(scenario, hashes, Version.current());
    }

    /** What the file says. */
    public Scenario scenario() {
        return scenario;
    }

    /** The files that it was made from. */
    public Inputs inputs() {
        return inputs;
    }

    /** The programs of its arms. */
    public Programs programs() {
        return programs;
    }

    /** Its runs. */
    public Plan plan() {
        return plan;
    }

    /** The name of its result folder: {@code quickstart-0123456789abcdef}. */
    public String folderName() {
        return scenario.name() + "-" + plan.identity();
    }
}
