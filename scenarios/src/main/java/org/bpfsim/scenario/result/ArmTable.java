package org.bpfsim.scenario.result;

import java.util.List;

/** Totals by arm. */
public final class ArmTable {
    private static final String HEADER =
            "arm,flows_started,flows_completed,bytes_completed,segs_out,retrans_segs,rtos,ce_acked_segs";

    private final List<String> arms;
    private final long[] started;
    private final long[] completed;
    private final long[] bytes;
    private final long[] segsOut;
    private final long[] retransSegs;
    private final long[] rtos;
    private final long[] ceAckedSegs;

    /** All zero. */
    public ArmTable(List<String> arms) {
        this.arms = List.copyOf(arms);
        int n = arms.size();
        started = new long[n];
        completed = new long[n];
        bytes = new long[n];
        segsOut = new long[n];
        retransSegs = new long[n];
        rtos = new long[n];
        ceAckedSegs = new long[n];
    }

    /** An application read payload within the measured interval. */
    public void read(int arm, long payloadBytes) {
        bytes[arm] += payloadBytes;
    }

    /** Adds a measured flow at its end or the run's. */
    public void add(FlowTable.Row flow, long segmentsOut) {
        int arm = flow.arm();
        started[arm]++;
        if (flow.status() == Ending.OK) {
            completed[arm]++;
        }
        segsOut[arm] += segmentsOut;
        retransSegs[arm] += flow.retransSegs();
        rtos[arm] += flow.rtos();
        ceAckedSegs[arm] += flow.ceAckedSegs();
    }

    /** Payload bytes that applications of an arm have read within the measured interval. */
    public long bytesRead(int arm) {
        return bytes[arm];
    }

    String toCsv() {
        Csv csv = new Csv(HEADER);
        for (int a = 0; a < arms.size(); a++) {
            csv.add(arms.get(a)).add(started[a]).add(completed[a]).add(bytes[a]);
            csv.add(segsOut[a])
                    .add(retransSegs[a])
                    .add(rtos[a])
                    .add(ceAckedSegs[a])
                    .endLine();
        }
        return csv.toString();
    }
}
