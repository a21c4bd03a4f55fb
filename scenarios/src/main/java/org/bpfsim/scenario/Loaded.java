package org.bpfsim.scenario;

import java.util.List;
import java.util.Optional;
import org.bpfsim.scenario.yaml.Problem;

/**
 * What became of a scenario file: an experiment, or problems.
 *
 * @param experiment empty if there are problems
 * @param problems all that the user has to mend, in the order of the file
 */
public record Loaded(Optional<Experiment> experiment, List<Problem> problems) {
    public Loaded {
        problems = List.copyOf(problems);
        if (experiment.isPresent() != problems.isEmpty()) {
            throw new IllegalArgumentException("an experiment or problems, not both");
        }
    }
}
