package org.bpfsim.scenario.model;

import java.util.Locale;
import java.util.Optional;

/** A number that reports give: what {@code expect} speaks of. Constants are named as the column {@code metric} of effects.csv. */
public enum Score {
    FCT_MEAN(Metric.FCT, Kind.TIME, Scope.FLOWS),
    FCT_P50(Metric.FCT, Kind.TIME, Scope.FLOWS),
    FCT_P99(Metric.FCT, Kind.TIME, Scope.FLOWS),
    SLOWDOWN_MEAN(Metric.SLOWDOWN, Kind.NUMBER, Scope.FLOWS),
    SLOWDOWN_P50(Metric.SLOWDOWN, Kind.NUMBER, Scope.FLOWS),
    SLOWDOWN_P99(Metric.SLOWDOWN, Kind.NUMBER, Scope.FLOWS),
    GOODPUT(Metric.GOODPUT, Kind.RATE, Scope.ARM),
    ENDLESS_RATE(Metric.GOODPUT, Kind.RATE, Scope.ARM),
    RETRANSMITTED(Metric.RETRANSMITS, Kind.SHARE, Scope.ARM),
    RTOS_PER_1000_FLOWS(Metric.RETRANSMITS, Kind.NUMBER, Scope.ARM),
    ECN_MARKED(Metric.ECN_MARKS, Kind.SHARE, Scope.ARM),
    UNFINISHED(null, Kind.SHARE, Scope.ARM),
    LATENCY_MEAN(Metric.LATENCY, Kind.TIME, Scope.ARM),
    LATENCY_P50(Metric.LATENCY, Kind.TIME, Scope.ARM),
    LATENCY_P99(Metric.LATENCY, Kind.TIME, Scope.ARM),
    LATENCY_P999(Metric.LATENCY, Kind.TIME, Scope.ARM),
    REQUESTS_PER_CONNECTION(Metric.THROUGHPUT, Kind.NUMBER, Scope.ARM),
    QCT_MEAN(Metric.QCT, Kind.TIME, Scope.ARM),
    QCT_P50(Metric.QCT, Kind.TIME, Scope.ARM),
    QCT_P99(Metric.QCT, Kind.TIME, Scope.ARM),
    DEADLINE_MISSES(Metric.DEADLINE_MISSES, Kind.SHARE, Scope.ARM),
    JOB_MEAN(Metric.JOB_TIME, Kind.TIME, Scope.ARM),
    JOB_P99(Metric.JOB_TIME, Kind.TIME, Scope.ARM),
    READS_PER_REQUEST(Metric.READS, Kind.NUMBER, Scope.ARM),
    PARTIAL_READS_PER_REQUEST(Metric.READS, Kind.NUMBER, Scope.ARM),
    RTOS_PER_1000_REQUESTS(Metric.RETRANSMITS, Kind.NUMBER, Scope.ARM),
    UNANSWERED(null, Kind.SHARE, Scope.ARM),
    CPU_PER_REQUEST(Metric.CPU, Kind.TIME, Scope.ARM),
    CPU_PER_GB(Metric.CPU, Kind.TIME, Scope.ARM),
    CPU_BPF(Metric.CPU, Kind.SHARE, Scope.ARM),
    WAKEUPS_PER_REQUEST(Metric.WAKEUPS, Kind.NUMBER, Scope.ARM),
    SYSCALLS_PER_REQUEST(Metric.SYSCALLS, Kind.NUMBER, Scope.ARM),
    CPU_UTILISATION(Metric.CPU_UTILISATION, Kind.SHARE, Scope.PORTS),
    QUEUE_MEAN(Metric.QUEUE, Kind.SIZE, Scope.PORTS),
    QUEUE_MAX(Metric.QUEUE, Kind.SIZE, Scope.PORTS),
    DROPPED(Metric.QUEUE, Kind.SHARE, Scope.PORTS),
    CE_MARKED(Metric.QUEUE, Kind.SHARE, Scope.PORTS),
    LINK_RATE(Metric.QUEUE, Kind.RATE, Scope.PORTS);

    /** What it counts. */
    public enum Kind {
        /** Nanoseconds in results. */
        TIME,
        /** Bytes. */
        SIZE,
        /** Bits per second. */
        RATE,
        /** A fraction of a whole. */
        SHARE,
        /** A plain number. */
        NUMBER
    }

    /** For which groups there is one. */
    public enum Scope {
        /** An arm as a whole. */
        ARM,
        /** An arm as a whole, and flows of it by size, distance or time. */
        FLOWS,
        /** Ports of one class; they belong to no arm. */
        PORTS
    }

    private final Metric metric;
    private final Kind kind;
    private final Scope scope;

    Score(Metric metric, Kind kind, Scope scope) {
        this.metric = metric;
        this.kind = kind;
        this.scope = scope;
    }

    /** The item of {@code metrics} that asks for it; empty if it is always scored. */
    public Optional<Metric> metric() {
        return Optional.ofNullable(metric);
    }

    /** What it counts. */
    public Kind kind() {
        return kind;
    }

    /** For which groups there is one. */
    public Scope scope() {
        return scope;
    }

    /** The word in scenario files and tables: {@code fct_p99}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
