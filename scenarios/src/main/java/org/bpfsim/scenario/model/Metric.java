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
    QUEUE,
    /** Latency of requests of applications. */
    LATENCY,
    /** Requests that applications have answered, per second. */
    THROUGHPUT,
    /** Completion time of queries that need the answers of many. */
    QCT,
    /** Queries and requests that were answered too late. */
    DEADLINE_MISSES,
    /** Time of steps that many hosts make together. */
    JOB_TIME,
    /** Calls of read() per request. */
    READS,
    /** CPU time per request and per byte, on hosts that have CPUs. */
    CPU,
    /** Wake-ups of threads per request. */
    WAKEUPS,
    /** System calls per request. */
    SYSCALLS,
    /** How busy cores are. */
    CPU_UTILISATION;

    /** The word in scenario files and results: {@code ecn-marks}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
