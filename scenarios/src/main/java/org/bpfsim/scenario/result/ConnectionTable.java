package org.bpfsim.scenario.result;

import java.util.List;

/**
 * What the connections of applications did within the measured interval, one line per connection, in the order in which they
 * were closed or the interval ended. Counters are of all its sockets together, a proxy's included.
 */
public final class ConnectionTable {
    private static final String HEADER =
            "connection,workload,arm,src,dst,sockets,requests,reads,partial_reads,segs_out,"
                    + "retrans_segs,rtos,ce_acked_segs,delivered_segs";
    private static final int COLUMNS = 14;
    private static final int ARM = 2;

    private final List<String> arms;
    private final LongColumn[] columns = new LongColumn[COLUMNS];

    /** A table of connections of these arms. */
    public ConnectionTable(List<String> arms) {
        this.arms = List.copyOf(arms);
        for (int c = 0; c < COLUMNS; c++) {
            columns[c] = new LongColumn();
        }
    }

    /** Adds a line; the values are those of the header, in its order. */
    public void add(long[] values) {
        for (int c = 0; c < COLUMNS; c++) {
            columns[c].add(values[c]);
        }
    }

    /** Number of lines. */
    public int size() {
        return columns[0].size();
    }

    /** A value of a line. */
    public long get(int row, int column) {
        return columns[column].get(row);
    }

    String toCsv() {
        Csv csv = new Csv(HEADER);
        for (int row = 0; row < size(); row++) {
            for (int c = 0; c < COLUMNS; c++) {
                if (c == ARM) {
                    csv.add(arms.get((int) get(row, c)));
                } else {
                    csv.add(get(row, c));
                }
            }
            csv.endLine();
        }
        return csv.toString();
    }
}
