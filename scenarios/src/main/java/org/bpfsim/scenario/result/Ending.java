package org.bpfsim.scenario.result;

/** What became of a flow or a request. */
public enum Ending {
    /** All bytes arrived; it was answered. */
    OK("ok"),
    /** The run ended before it did. */
    UNFINISHED("unfinished"),
    /** It was to go on for ever, and did to the end of the run. */
    ENDLESS("endless"),
    /** A connection broke: time-out, reset. */
    FAILED("failed");

    private final String word;

    Ending(String word) {
        this.word = word;
    }

    /** As tables have it. */
    String word() {
        return word;
    }
}
