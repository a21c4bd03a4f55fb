package org.bpfsim.scenario.schema;

import java.util.Optional;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.yaml.Problems;
import org.bpfsim.scenario.yaml.YamlText;

/** Makes a {@link Scenario} of the text of a file, or says all that is wrong with it. */
public final class ScenarioBinder {
    private ScenarioBinder() {}

    /**
     * Reads, binds and checks a scenario.
     *
     * @param file the file as the user named it, for messages
     * @param text its content
     * @param problems takes all that is wrong
     * @return the scenario and the places of its values, or empty if there was a problem
     */
    public static Optional<Bound> bind(String file, String text, Problems problems) {
        Context context = Context.root(problems);
        Optional<Scenario> scenario =
                YamlText.read(file, text, problems).flatMap(root -> ScenarioKeys.SCENARIO.bind(root, context));
        if (scenario.isEmpty()) {
            return Optional.empty();
        }
        Bound bound = new Bound(scenario.get(), file, context.places());
        ScenarioChecks.check(bound, problems);
        return problems.isEmpty() ? Optional.of(bound) : Optional.empty();
    }
}
