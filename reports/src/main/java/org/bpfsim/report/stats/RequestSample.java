package org.bpfsim.report.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bpfsim.report.data.RunTables;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** What applications of one arm asked for in one run, and what became of it. */
final class RequestSample {
    /** What a row is, by its word in the table. */
    enum Kind {
        REQUEST,
        QUERY,
        JOB
    }

    private static final List<String> KINDS = List.of("request", "query", "job");
    private static final String ANSWERED = "ok";

    private final double[][] latencyNs = new double[KINDS.size()][];
    /** Measured, whatever became of it. */
    int requests;

    int unanswered;
    int deadlines;
    int missedDeadlines;
    int connections;
    /** Counters of the connections, and the requests that were answered over them. */
    double overConnections;

    double reads;
    double partialReads;
    double rtos;

    private RequestSample() {}

    /** Latencies of what was answered, ascending, in nanoseconds. */
    double[] sortedLatency(Kind kind) {
        return latencyNs[kind.ordinal()];
    }

    /** One sample per arm, in the order given. */
    static List<RequestSample> byArm(RunTables.Requests run, List<String> arms) {
        return fill(run, ArmRows.of(run.requests(), arms), ArmRows.of(run.connections(), arms), arms.size());
    }

    /** One sample of the whole run. */
    static RequestSample all(RunTables.Requests run) {
        int[] ofRequests = new int[run.requests().rowCount()];
        return fill(run, ofRequests, new int[run.connections().rowCount()], 1).get(0);
    }

    private static List<RequestSample> fill(RunTables.Requests run, int[] ofRequests, int[] ofConnections, int arms) {
        List<RequestSample> samples = new ArrayList<>();
        for (int arm = 0; arm < arms; arm++) {
            RequestSample sample = new RequestSample();
            sample.addRequests(run.requests(), ofRequests, arm);
            sample.addConnections(run.connections(), ofConnections, arm);
            samples.add(sample);
        }
        return samples;
    }

    private void addRequests(Table table, int[] armOfRow, int arm) {
        StringColumn kinds = table.stringColumn("kind");
        StringColumn status = table.stringColumn("status");
        LongColumn latency = table.longColumn("latency_ns");
        LongColumn late = table.longColumn("late");
        int[] n = new int[KINDS.size()];
        for (int k = 0; k < n.length; k++) {
            latencyNs[k] = new double[armOfRow.length];
        }
        for (int row = 0; row < armOfRow.length; row++) {
            if (armOfRow[row] != arm) {
                continue;
            }
            int kind = KINDS.indexOf(kinds.get(row));
            requests++;
            if (!late.isMissing(row)) {
                deadlines++;
                missedDeadlines += (int) late.getLong(row);
            }
            if (kind >= 0 && ANSWERED.equals(status.get(row)) && !latency.isMissing(row)) {
                latencyNs[kind][n[kind]++] = latency.getLong(row);
            } else {
                unanswered++;
            }
        }
        for (int k = 0; k < n.length; k++) {
            latencyNs[k] = Arrays.copyOf(latencyNs[k], n[k]);
            Arrays.sort(latencyNs[k]);
        }
    }

    private void addConnections(Table table, int[] armOfRow, int arm) {
        LongColumn answered = table.longColumn("requests");
        LongColumn read = table.longColumn("reads");
        LongColumn partial = table.longColumn("partial_reads");
        LongColumn timeouts = table.longColumn("rtos");
        for (int row = 0; row < armOfRow.length; row++) {
            if (armOfRow[row] == arm) {
                connections++;
                overConnections += answered.getLong(row);
                reads += read.getLong(row);
                partialReads += partial.getLong(row);
                rtos += timeouts.getLong(row);
            }
        }
    }
}
