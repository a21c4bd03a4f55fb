package org.bpfsim.scenario.yaml;

import java.util.Objects;

/**
 * Something the user has to mend.
 *
 * @param place where it is
 * @param what what is wrong there, one sentence with its full stop
 * @param remedy how to mend it, one sentence or more
 */
public record Problem(Place place, String what, String remedy) {
    public Problem {
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(remedy, "remedy");
    }

    /** {@code file:line:column: what is wrong. How to mend it.} */
    @Override
    public String toString() {
        return place + ": " + what + (remedy.isEmpty() ? "" : " " + remedy);
    }
}
