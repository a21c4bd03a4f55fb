package org.bpfsim.scenario.result;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What the applications of a run asked for, in columns; written in the order of its numbers. */
public final class RequestTable {
    private static final String HEADER =
            "request,workload,kind,arm,src,dst,start_ns,latency_ns,request_bytes,response_bytes," + "parts,late,status";

    /** No host: what concerns several. */
    public static final int NO_HOST = -1;

    /** What was asked. */
    public enum Kind {
        /** One request and its answer. */
        REQUEST("request"),
        /** Several requests whose answers are all needed. */
        QUERY("query"),
        /** A step that many hosts make together. */
        JOB("job");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    private static final Kind[] KINDS = Kind.values();
    private static final Ending[] ENDINGS = Ending.values();
    private static final int COLUMNS = 13;

    /** Whether it missed a deadline. */
    public static final int NO_DEADLINE = 0;

    public static final int IN_TIME = 1;
    public static final int LATE = 2;

    private final List<String> arms;
    private final LongColumn[] columns = new LongColumn[COLUMNS];

    /** A table of requests of these arms. */
    public RequestTable(List<String> arms) {
        this.arms = List.copyOf(arms);
        for (int c = 0; c < COLUMNS; c++) {
            columns[c] = new LongColumn();
        }
    }

    /**
     * Adds a row; order does not matter.
     *
     * @param request its number among all of the run
     * @param workload its place in the scenario's list, from 0
     * @param src the host that asked, or {@link #NO_HOST}
     * @param dst the host that answered, or {@link #NO_HOST}
     * @param latencyNs from its start to the last byte read; ignored unless the status is {@link Ending#OK}
     * @param requestBytes payload that was sent for it
     * @param responseBytes payload that was asked for
     * @param parts requests that it consists of
     * @param deadline {@link #NO_DEADLINE}, {@link #IN_TIME} or {@link #LATE}
     */
    public void add(
            long request,
            int workload,
            Kind kind,
            int arm,
            int src,
            int dst,
            long startNs,
            long latencyNs,
            long requestBytes,
            long responseBytes,
            int parts,
            int deadline,
            Ending status) {
        int c = 0;
        columns[c++].add(request);
        columns[c++].add(workload);
        columns[c++].add(kind.ordinal());
        columns[c++].add(arm);
        columns[c++].add(src);
        columns[c++].add(dst);
        columns[c++].add(startNs);
        columns[c++].add(latencyNs);
        columns[c++].add(requestBytes);
        columns[c++].add(responseBytes);
        columns[c++].add(parts);
        columns[c++].add(deadline);
        columns[c].add(status.ordinal());
    }

    /** Number of rows. */
    public int size() {
        return columns[0].size();
    }

    /** A number of the row, rows counted in the order in which they were added, columns as in the file. */
    public long get(int row, int column) {
        return columns[column].get(row);
    }

    /** Latency in nanoseconds of a row. */
    public long latencyNs(int row) {
        return columns[7].get(row);
    }

    /** Ending of a row. */
    public Ending status(int row) {
        return ENDINGS[(int) columns[12].get(row)];
    }

    String toCsv() {
        Csv csv = new Csv(HEADER);
        LongColumn numbers = columns[0];
        IntStream.range(0, size())
                .boxed()
                .sorted(Comparator.comparingLong(numbers::get))
                .forEach(row -> line(csv, row));
        return csv.toString();
    }

    private void line(Csv csv, int row) {
        csv.add(get(row, 0)).add(get(row, 1)).add(KINDS[(int) get(row, 2)].word).add(arms.get((int) get(row, 3)));
        csv.addOrEmpty(get(row, 4), get(row, 4) != NO_HOST).addOrEmpty(get(row, 5), get(row, 5) != NO_HOST);
        csv.add(get(row, 6)).addOrEmpty(get(row, 7), status(row) == Ending.OK);
        csv.add(get(row, 8)).add(get(row, 9)).add(get(row, 10));
        csv.addOrEmpty(get(row, 11) == LATE ? 1 : 0, get(row, 11) != NO_DEADLINE);
        csv.add(status(row).word()).endLine();
    }
}
