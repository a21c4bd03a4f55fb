package org.bpfsim.scenario.model;

import java.util.Locale;

/** What a report scores. */
public enum Metric {
    /** Flow completion time. */
    FCT,
    /** Completion time over the ideal in an empty network. */
    SLOWDOWN,
    /** Bytes per second that reach the applications. */
    GOODPUT,
    /** Retransmitted segments. */
    RETRANSMITS,
    /** Segments acknowledged with an ECN mark. */
    ECN_MARKS,
    /** Bytes queued at switch ports. */
    QUEUE;

    /** The word in scenario files and results: {@code ecn-marks}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
