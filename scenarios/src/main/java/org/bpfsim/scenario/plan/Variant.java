package org.bpfsim.scenario.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.bpfsim.scenario.model.Scenario;

/**
 * Who is treated in a run.
 *
 * @param name {@code ab} for the experiment itself, {@code all:<arm>} for everybody in that arm
 * @param everybodyIn index of that arm in {@link Scenario#armNames()}
 */
public record Variant(String name, OptionalInt everybodyIn) {
    /** The experiment itself: arms by their shares. */
    public static final Variant AB = new Variant("ab", OptionalInt.empty());

    /** The variants that a scenario asks for, the experiment first. */
    static List<Variant> of(Scenario scenario) {
        List<Variant> variants = new ArrayList<>(List.of(AB));
        if (scenario.run().totalEffect()) {
            List<String> arms = scenario.armNames();
            for (int arm = 0; arm < arms.size(); arm++) {
                variants.add(new Variant("all:" + arms.get(arm), OptionalInt.of(arm)));
            }
        }
        return variants;
    }
}
