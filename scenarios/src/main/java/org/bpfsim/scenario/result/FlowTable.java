package org.bpfsim.scenario.result;

import java.util.Comparator;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;
import org.bpfsim.scenario.model.Distance;

/** The measured flows of a run, in columns; written in the order of their numbers. */
public final class FlowTable {
    private static final String HEADER = "flow,arm,src,dst,size_bytes,start_ns,fct_ns,ideal_fct_ns,retrans_segs,rtos,"
            + "ce_acked_segs,delivered_segs,status,distance,measured_bytes";

    /**
     * One flow.
     *
     * @param flow its number among all flows of the run
     * @param src the host that connected
     * @param dst the host that it connected to
     * @param fctNs completion time; ignored unless the status is {@link Ending#OK}
     * @param retransSegs segments that either end retransmitted
     * @param rtos retransmission time-outs of either end
     * @param ceAckedSegs data segments whose ACK reported an ECN mark
     * @param deliveredSegs data segments that were acknowledged
     * @param measuredBytes payload that its receiver read within the measured interval
     */
    public record Row(
            long flow,
            int arm,
            int src,
            int dst,
            long sizeBytes,
            long startNs,
            long fctNs,
            long idealFctNs,
            long retransSegs,
            long rtos,
            long ceAckedSegs,
            long deliveredSegs,
            long measuredBytes,
            Ending status) {}

    private static final int COLUMNS = 14;
    private static final Ending[] ENDINGS = Ending.values();
    private static final Distance[] DISTANCES = Distance.values();

    private final List<String> arms;
    private final IntBinaryOperator distance;
    private final LongColumn[] columns = new LongColumn[COLUMNS];

    /**
     * A table of flows of these arms.
     *
     * @param distance ordinal of the {@link Distance} between two hosts
     */
    public FlowTable(List<String> arms, IntBinaryOperator distance) {
        this.arms = List.copyOf(arms);
        this.distance = distance;
        for (int c = 0; c < COLUMNS; c++) {
            columns[c] = new LongColumn();
        }
    }

    /** Adds a flow; order does not matter. */
    public void add(Row row) {
        long[] values = {
            row.flow,
            row.arm,
            row.src,
            row.dst,
            row.sizeBytes,
            row.startNs,
            row.fctNs,
            row.idealFctNs,
            row.retransSegs,
            row.rtos,
            row.ceAckedSegs,
            row.deliveredSegs,
            row.measuredBytes,
            row.status.ordinal()
        };
        for (int c = 0; c < COLUMNS; c++) {
            columns[c].add(values[c]);
        }
    }

    /** Number of flows. */
    public int size() {
        return columns[0].size();
    }

    /** The flow in that row, rows counted in the order in which they were added. */
    public Row row(int row) {
        return new Row(
                columns[0].get(row),
                (int) columns[1].get(row),
                (int) columns[2].get(row),
                (int) columns[3].get(row),
                columns[4].get(row),
                columns[5].get(row),
                columns[6].get(row),
                columns[7].get(row),
                columns[8].get(row),
                columns[9].get(row),
                columns[10].get(row),
                columns[11].get(row),
                columns[12].get(row),
                ENDINGS[(int) columns[13].get(row)]);
    }

    String toCsv() {
        Csv csv = new Csv(HEADER);
        LongColumn numbers = columns[0];
        IntStream.range(0, size())
                .boxed()
                .sorted(Comparator.comparingLong(numbers::get))
                .forEach(i -> {
                    Row row = row(i);
                    csv.add(row.flow).add(arms.get(row.arm)).add(row.src).add(row.dst);
                    csv.add(row.sizeBytes).add(row.startNs);
                    csv.addOrEmpty(row.fctNs, row.status == Ending.OK).add(row.idealFctNs);
                    csv.add(row.retransSegs).add(row.rtos).add(row.ceAckedSegs).add(row.deliveredSegs);
                    csv.add(row.status.word());
                    csv.add(DISTANCES[distance.applyAsInt(row.src, row.dst)].word());
                    csv.add(row.measuredBytes).endLine();
                });
        return csv.toString();
    }
}
