package org.bpfsim.report.data;

import java.util.Optional;
import org.bpfsim.report.data.Manifest.RunEntry;
import tech.tablesaw.api.Table;

/**
 * One run's stored tables.
 *
 * @param entry which run
 * @param simTimeNs simulated time that the run covered, in nanoseconds; 0 when unknown
 * @param requests of runs with applications that ask for something
 * @param cpu of runs whose hosts have CPUs
 */
public record RunTables(
        RunEntry entry,
        long simTimeNs,
        Table flows,
        Table queues,
        Table ports,
        Table arms,
        Optional<Requests> requests,
        Optional<Cpu> cpu) {

    /** What applications asked for, and over which connections. */
    public record Requests(Table requests, Table connections) {}

    /** What cores spent their time on, and how often threads were woken and called the kernel. */
    public record Cpu(Table times, Table counts) {}
}
