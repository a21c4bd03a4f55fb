package org.bpfsim.scenario.run;

import java.util.Optional;

/**
 * What repeating an experiment showed.
 *
 * @param runs how many runs were repeated
 * @param difference the first file that came out differently; empty if all bytes are the same
 */
public record Reproduction(int runs, Optional<Difference> difference) {
    /**
     * A file that differs.
     *
     * @param file relative to the result folder
     * @param line the first line that differs, from 1
     * @param stored that line in the folder; empty if the file is shorter or absent
     * @param repeated that line of the repetition
     */
    public record Difference(String file, int line, Optional<String> stored, Optional<String> repeated) {
        /** One sentence. */
        @Override
        public String toString() {
            return file + ":" + line + ": stored \"" + stored.orElse("(nothing)") + "\", repeated \""
                    + repeated.orElse("(nothing)") + "\".";
        }
    }

    /** True if every byte came out the same. */
    public boolean identical() {
        return difference.isEmpty();
    }
}
