package org.bpfsim.report.data;

import org.bpfsim.report.data.Manifest.RunEntry;
import tech.tablesaw.api.Table;

/**
 * One run's stored tables.
 *
 * @param entry which run
 * @param simTimeNs simulated time that the run covered, in nanoseconds; 0 when unknown
 */
public record RunTables(RunEntry entry, long simTimeNs, Table flows, Table queues, Table ports, Table arms) {}
