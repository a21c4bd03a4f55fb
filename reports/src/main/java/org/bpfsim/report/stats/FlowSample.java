package org.bpfsim.report.stats;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.bpfsim.report.data.RunTables;
import org.bpfsim.report.data.TableFormat;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** The measured flows of one arm in one run, as plain columns. */
final class FlowSample {
    private static final String COMPLETED = "ok";
    private static final String ENDLESS = "endless";

    final long[] sizeBytes;
    final long[] startNs;
    /** Index into {@link FlowGroup#DISTANCES}, or -1 if unknown. */
    final byte[] distance;
    /** Flow completion time in nanoseconds; NaN for a flow that did not complete. */
    final double[] fctNs;
    /** FCT over the ideal FCT on an empty network; NaN for a flow that did not complete or has no ideal. */
    final double[] slowdown;

    /** Payload in the measured interval of a flow without an end; NaN for one that has an end, or failed. */
    final double[] endlessBytes;

    /** Of the flows, and behind them of the connections of applications, as are the other counters of segments. */
    final double[] retransmittedSegments;

    final double[] rtos;
    final double[] ceAckedSegments;
    final double[] deliveredSegments;

    private FlowSample(int flows, int connections) {
        sizeBytes = new long[flows];
        startNs = new long[flows];
        distance = new byte[flows];
        fctNs = new double[flows];
        slowdown = new double[flows];
        endlessBytes = new double[flows];
        retransmittedSegments = new double[flows + connections];
        rtos = new double[flows];
        ceAckedSegments = new double[flows + connections];
        deliveredSegments = new double[flows + connections];
    }

    int flows() {
        return sizeBytes.length;
    }

    /** Flows that have an end. */
    int finite() {
        return (int) Arrays.stream(endlessBytes).filter(Double::isNaN).count();
    }

    /** One sample per arm, in the order given; an arm without flows has an empty sample. */
    static Map<String, FlowSample> byArm(RunTables run, List<String> arms) {
        int[] armOfFlow = ArmRows.of(run.flows(), arms);
        int[] armOfConnection = run.requests()
                .map(tables -> ArmRows.of(tables.connections(), arms))
                .orElse(new int[0]);
        FlowSample[] samples = fill(run, armOfFlow, armOfConnection, arms.size());
        Map<String, FlowSample> byArm = new LinkedHashMap<>();
        for (int arm = 0; arm < samples.length; arm++) {
            byArm.put(arms.get(arm), samples[arm]);
        }
        return byArm;
    }

    /** One sample of all flows of the run. */
    static FlowSample all(RunTables run) {
        int connections = run.requests().map(t -> t.connections().rowCount()).orElse(0);
        return fill(run, new int[run.flows().rowCount()], new int[connections], 1)[0];
    }

    private static FlowSample[] fill(RunTables run, int[] armOfFlow, int[] armOfConnection, int arms) {
        int[] flows = ArmRows.counts(armOfFlow, arms);
        int[] connections = ArmRows.counts(armOfConnection, arms);
        FlowSample[] samples = new FlowSample[arms];
        Arrays.setAll(samples, i -> new FlowSample(flows[i], connections[i]));
        fill(run.flows(), armOfFlow, samples);
        run.requests().ifPresent(tables -> addConnections(tables.connections(), armOfConnection, samples));
        return samples;
    }

    private static void addConnections(Table connections, int[] armOfRow, FlowSample[] samples) {
        LongColumn retransmitted = connections.longColumn("retrans_segs");
        LongColumn marked = connections.longColumn("ce_acked_segs");
        LongColumn delivered = connections.longColumn("delivered_segs");
        int[] next = Arrays.stream(samples).mapToInt(FlowSample::flows).toArray();
        for (int row = 0; row < armOfRow.length; row++) {
            if (armOfRow[row] >= 0) {
                FlowSample sample = samples[armOfRow[row]];
                int i = next[armOfRow[row]]++;
                sample.retransmittedSegments[i] = orZero(retransmitted, row);
                sample.ceAckedSegments[i] = orZero(marked, row);
                sample.deliveredSegments[i] = orZero(delivered, row);
            }
        }
    }

    private static void fill(Table flows, int[] armOfRow, FlowSample[] samples) {
        LongColumn size = flows.longColumn("size_bytes");
        LongColumn start = flows.longColumn("start_ns");
        StringColumn distance =
                flows.containsColumn(TableFormat.DISTANCE) ? flows.stringColumn(TableFormat.DISTANCE) : null;
        LongColumn measured =
                flows.containsColumn(TableFormat.MEASURED_BYTES) ? flows.longColumn(TableFormat.MEASURED_BYTES) : null;
        LongColumn fct = flows.longColumn("fct_ns");
        LongColumn ideal = flows.longColumn("ideal_fct_ns");
        LongColumn retransmitted = flows.longColumn("retrans_segs");
        LongColumn rto = flows.longColumn("rtos");
        LongColumn marked = flows.longColumn("ce_acked_segs");
        LongColumn delivered = flows.longColumn("delivered_segs");
        StringColumn status = flows.stringColumn("status");
        int[] next = new int[samples.length];
        for (int row = 0; row < armOfRow.length; row++) {
            if (armOfRow[row] < 0) {
                continue;
            }
            FlowSample sample = samples[armOfRow[row]];
            int i = next[armOfRow[row]]++;
            boolean completed = COMPLETED.equals(status.get(row)) && !fct.isMissing(row);
            boolean hasIdeal = !ideal.isMissing(row) && ideal.getLong(row) > 0;
            sample.sizeBytes[i] = size.getLong(row);
            sample.startNs[i] = start.getLong(row);
            sample.distance[i] = (byte) (distance == null ? -1 : FlowGroup.DISTANCES.indexOf(distance.get(row)));
            sample.fctNs[i] = completed ? fct.getLong(row) : Double.NaN;
            sample.slowdown[i] = completed && hasIdeal ? (double) fct.getLong(row) / ideal.getLong(row) : Double.NaN;
            boolean endless = measured != null && ENDLESS.equals(status.get(row));
            sample.endlessBytes[i] = endless ? orZero(measured, row) : Double.NaN;
            sample.retransmittedSegments[i] = orZero(retransmitted, row);
            sample.rtos[i] = orZero(rto, row);
            sample.ceAckedSegments[i] = orZero(marked, row);
            sample.deliveredSegments[i] = orZero(delivered, row);
        }
    }

    private static double orZero(LongColumn column, int row) {
        return column.isMissing(row) ? 0 : column.getLong(row);
    }

    /** True if there is a flow over that distance. */
    boolean has(int wanted) {
        for (byte one : distance) {
            if (one == wanted) {
                return true;
            }
        }
        return false;
    }

    /** Completion times in nanoseconds of some of the flows, ascending. */
    double[] sortedFct(IntPredicate flows) {
        return sorted(fctNs, flows);
    }

    /** Slowdowns of some of the flows, ascending. */
    double[] sortedSlowdown(IntPredicate flows) {
        return sorted(slowdown, flows);
    }

    private static double[] sorted(double[] values, IntPredicate flows) {
        double[] kept = new double[values.length];
        int n = 0;
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i]) && flows.test(i)) {
                kept[n++] = values[i];
            }
        }
        double[] sorted = Arrays.copyOf(kept, n);
        Arrays.sort(sorted);
        return sorted;
    }
}
