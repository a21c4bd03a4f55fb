package org.bpfsim.scenario.schema;

/** Times as scenarios write them, for the command line. */
public final class DurationText {
    private DurationText() {}

    /**
     * Picoseconds.
     *
     * @param name what the time is for, for the message
     * @throws IllegalArgumentException if it is none; the message says how to write it
     */
    public static long parse(String text, String name) {
        try {
            return Units.duration().parse(text, name);
        } catch (ScalarType.Rejected e) {
            throw new IllegalArgumentException(e.getMessage() + " " + e.remedy(), e);
        }
    }
}
