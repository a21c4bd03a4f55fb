package org.bpfsim.report.stats;

import static org.bpfsim.report.stats.Direction.HIGHER_IS_BETTER;
import static org.bpfsim.report.stats.Direction.LOWER_IS_BETTER;
import static org.bpfsim.report.stats.Direction.NEUTRAL;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What is measured. {@link Metric} adds for which group of flows or ports. */
public enum Measure {
    FCT_MEAN("fct_mean", "FCT, mean", Unit.NANOSECONDS, LOWER_IS_BETTER, "fct", Scope.ARM_AND_CLASS),
    FCT_P50("fct_p50", "FCT, median", Unit.NANOSECONDS, LOWER_IS_BETTER, "fct", Scope.ARM_AND_CLASS),
    FCT_P99("fct_p99", "FCT, p99", Unit.NANOSECONDS, LOWER_IS_BETTER, "fct", Scope.ARM_AND_CLASS),
    SLOWDOWN_MEAN("slowdown_mean", "Slowdown, mean", Unit.NUMBER, LOWER_IS_BETTER, "slowdown", Scope.ARM_AND_CLASS),
    SLOWDOWN_P50("slowdown_p50", "Slowdown, median", Unit.NUMBER, LOWER_IS_BETTER, "slowdown", Scope.ARM_AND_CLASS),
    SLOWDOWN_P99("slowdown_p99", "Slowdown, p99", Unit.NUMBER, LOWER_IS_BETTER, "slowdown", Scope.ARM_AND_CLASS),
    /** Bits of completed flows over the sum of their active times: what a flow sees while it is active. */
    GOODPUT("goodput", "Goodput while active", Unit.BITS_PER_SECOND, HIGHER_IS_BETTER, "goodput", Scope.ARM),
    /** Payload that a flow without an end delivers in the measured interval, by its length: the mean over such flows. */
    ENDLESS_RATE("endless_rate", "Rate of endless flows", Unit.BITS_PER_SECOND, HIGHER_IS_BETTER, "goodput", Scope.ARM),
    /** Retransmitted segments over delivered segments. */
    RETRANSMITTED("retransmitted", "Retransmitted segments", Unit.SHARE, LOWER_IS_BETTER, "retransmits", Scope.ARM),
    RTOS("rtos_per_1000_flows", "RTOs per 1,000 flows", Unit.NUMBER, LOWER_IS_BETTER, "retransmits", Scope.ARM),
    /** Segments acknowledged with a congestion mark over delivered segments. */
    ECN_MARKED("ecn_marked", "ECN-marked segments", Unit.SHARE, NEUTRAL, "ecn-marks", Scope.ARM),
    /** Of flows with an end, those that had not completed when their run ended, or that failed; always shown, since FCTs leave them out. */
    UNFINISHED("unfinished", "Unfinished flows", Unit.SHARE, LOWER_IS_BETTER, "", Scope.ARM),
    /** Of answered requests of applications, from the wish to ask to the last byte read. */
    LATENCY_MEAN("latency_mean", "Latency, mean", Unit.NANOSECONDS, LOWER_IS_BETTER, "latency", Scope.ARM),
    LATENCY_P50("latency_p50", "Latency, median", Unit.NANOSECONDS, LOWER_IS_BETTER, "latency", Scope.ARM),
    LATENCY_P99("latency_p99", "Latency, p99", Unit.NANOSECONDS, LOWER_IS_BETTER, "latency", Scope.ARM),
    LATENCY_P999("latency_p999", "Latency, p99.9", Unit.NANOSECONDS, LOWER_IS_BETTER, "latency", Scope.ARM),
    /** Requests answered over a connection, by the length of the measured interval: arms differ in how many they have. */
    THROUGHPUT(
            "requests_per_connection",
            "Requests per connection",
            Unit.PER_SECOND,
            HIGHER_IS_BETTER,
            "throughput",
            Scope.ARM),
    /** Of queries that need the answers of many. */
    QCT_MEAN("qct_mean", "QCT, mean", Unit.NANOSECONDS, LOWER_IS_BETTER, "qct", Scope.ARM),
    QCT_P50("qct_p50", "QCT, median", Unit.NANOSECONDS, LOWER_IS_BETTER, "qct", Scope.ARM),
    QCT_P99("qct_p99", "QCT, p99", Unit.NANOSECONDS, LOWER_IS_BETTER, "qct", Scope.ARM),
    /** Queries and requests with a deadline that missed it, or were not answered at all. */
    DEADLINE_MISSES("deadline_misses", "Missed deadlines", Unit.SHARE, LOWER_IS_BETTER, "deadline-misses", Scope.ARM),
    /** Of steps that many hosts make together. */
    JOB_MEAN("job_mean", "Job time, mean", Unit.NANOSECONDS, LOWER_IS_BETTER, "job-time", Scope.ARM),
    JOB_P99("job_p99", "Job time, p99", Unit.NANOSECONDS, LOWER_IS_BETTER, "job-time", Scope.ARM),
    /** Calls of read() at both ends, per request. */
    READS("reads_per_request", "Reads per request", Unit.NUMBER, LOWER_IS_BETTER, "reads", Scope.ARM),
    /** Those of them that left a part of a frame and no more, per request. */
    PARTIAL_READS(
            "partial_reads_per_request", "Partial reads per request", Unit.NUMBER, LOWER_IS_BETTER, "reads", Scope.ARM),
    REQUEST_RTOS(
            "rtos_per_1000_requests",
            "RTOs per 1,000 requests",
            Unit.NUMBER,
            LOWER_IS_BETTER,
            "retransmits",
            Scope.ARM),
    /** Requests, queries and jobs that failed or had not ended with their run; always shown. */
    UNANSWERED("unanswered", "Unanswered requests", Unit.SHARE, LOWER_IS_BETTER, "", Scope.ARM),
    /** Time that cores of all hosts spent, by the requests and flows that were completed in the same interval. */
    CPU_PER_REQUEST("cpu_per_request", "CPU time per request", Unit.NANOSECONDS, LOWER_IS_BETTER, "cpu", Scope.ARM),
    /** The same by the payload that applications read. */
    CPU_PER_GB("cpu_per_gb", "CPU time per GB", Unit.NANOSECONDS, LOWER_IS_BETTER, "cpu", Scope.ARM),
    /** Of that, what BPF programs took, as a share. */
    CPU_BPF("cpu_bpf", "BPF, of CPU time", Unit.SHARE, NEUTRAL, "cpu", Scope.ARM),
    WAKEUPS("wakeups_per_request", "Wake-ups per request", Unit.NUMBER, LOWER_IS_BETTER, "wakeups", Scope.ARM),
    SYSCALLS("syscalls_per_request", "System calls per request", Unit.NUMBER, LOWER_IS_BETTER, "syscalls", Scope.ARM),
    /** How busy cores were: on average, and the busiest of all. */
    CPU_UTILISATION(
            "cpu_utilisation", "CPU utilisation", Unit.SHARE, LOWER_IS_BETTER, "cpu-utilisation", Scope.PORT_CLASS),
    QUEUE_MEAN("queue_mean", "Queue, mean", Unit.BYTES, LOWER_IS_BETTER, "queue", Scope.PORT_CLASS),
    QUEUE_MAX("queue_max", "Queue, maximum", Unit.BYTES, LOWER_IS_BETTER, "queue", Scope.PORT_CLASS),
    DROPPED("dropped", "Dropped packets", Unit.SHARE, LOWER_IS_BETTER, "queue", Scope.PORT_CLASS),
    CE_MARKED("ce_marked", "CE-marked packets", Unit.SHARE, NEUTRAL, "queue", Scope.PORT_CLASS),
    LINK_RATE("link_rate", "Link use per port", Unit.BITS_PER_SECOND, NEUTRAL, "queue", Scope.PORT_CLASS);

    /** For which groups a measure exists. */
    public enum Scope {
        /** For each arm over all of its flows. */
        ARM,
        /** For each arm over all flows, and within each {@link SizeClass}. */
        ARM_AND_CLASS,
        /** For the whole run, by class of port, or for its cores. */
        PORT_CLASS
    }

    private final String key;
    private final String label;
    private final Unit unit;
    private final Direction direction;
    private final String family;
    private final Scope scope;

    Measure(String key, String label, Unit unit, Direction direction, String family, Scope scope) {
        this.key = key;
        this.label = label;
        this.unit = unit;
        this.direction = direction;
        this.family = family;
        this.scope = scope;
    }

    /** The measure of that name in CSV files. */
    static Optional<Measure> of(String key) {
        return Arrays.stream(values())
                .filter(measure -> measure.key.equals(key))
                .findFirst();
    }

    /** Name in CSV files. */
    public String key() {
        return key;
    }

    /** Name for readers. */
    public String label() {
        return label;
    }

    /** Unit of the stored values. */
    public Unit unit() {
        return unit;
    }

    /** Which way is good. */
    public Direction direction() {
        return direction;
    }

    /** For which groups it exists. */
    public Scope scope() {
        return scope;
    }

    /**
     * The measures that a scenario's {@code metrics} list asks for; all of them if it names none that is known here.
     */
    public static List<Measure> wanted(List<String> families) {
        List<Measure> wanted = Arrays.stream(values())
                .filter(measure -> families.contains(measure.family))
                .toList();
        if (wanted.isEmpty()) {
            return List.of(values());
        }
        return Arrays.stream(values())
                .filter(measure -> measure.family.isEmpty() || wanted.contains(measure))
                .toList();
    }
}
