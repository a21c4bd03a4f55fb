package org.bpfsim.scenario.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects {@link Problem}s, so that a user hears of all of them at once. */
public final class Problems {
    private final List<Problem> list = new ArrayList<>();

    /** Adds one; see {@link Problem} for the form of its words. */
    public void add(Place place, String what, String remedy) {
        list.add(new Problem(place, what, remedy));
    }

    /** Adds one. */
    public void add(Problem problem) {
        list.add(problem);
    }

    /** True if nothing is wrong so far. */
    public boolean isEmpty() {
        return list.isEmpty();
    }

    /** All of them in the order of the file, each once. */
    public List<Problem> toList() {
        return list.stream()
                .distinct()
                .sorted(Comparator.<Problem, String>comparing(p -> p.place().file())
                        .thenComparingInt(p -> p.place().line())
                        .thenComparingInt(p -> p.place().column()))
                .toList();
    }
}
