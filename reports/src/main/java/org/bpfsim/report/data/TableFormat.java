package org.bpfsim.report.data;

import static tech.tablesaw.api.ColumnType.DOUBLE;
import static tech.tablesaw.api.ColumnType.LONG;
import static tech.tablesaw.api.ColumnType.STRING;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import tech.tablesaw.api.ColumnType;

/**
 * The columns of each stored table with their types; nothing is guessed from the data. Further columns, which a newer
 * bpfsim may add, are skipped.
 */
public enum TableFormat {
    /**
     * One row per measured flow. Times in nanoseconds; {@code fct_ns} is empty for a flow that did not finish, {@code
     * measured_bytes} is what it delivered within the measured interval.
     */
    FLOWS(
            "flows.csv",
            Map.of("arm", STRING, "status", STRING, TableFormat.DISTANCE, STRING),
            "flow,arm,src,dst,size_bytes,start_ns,fct_ns,ideal_fct_ns,retrans_segs,rtos,ce_acked_segs,delivered_segs,status,"
                    + TableFormat.DISTANCE
                    + ","
                    + TableFormat.MEASURED_BYTES),
    /** Queue depth by class of port at the sampling times: mean and maximum over the ports of the class. */
    QUEUES(
            "queues.csv",
            Map.of("port_class", STRING, "mean_bytes", DOUBLE, "max_bytes", DOUBLE),
            "t_ns,port_class,ports,mean_bytes,max_bytes"),
    /** Counters of each port over the run. */
    PORTS(
            "ports.csv",
            Map.of("port", STRING, "port_class", STRING),
            "port,port_class,tx_packets,tx_bytes,dropped_packets,ce_marked_packets,max_queue_bytes"),
    /** Totals of each arm over the measured interval. */
    ARMS(
            "arms.csv",
            Map.of("arm", STRING),
            "arm,flows_started,flows_completed,bytes_completed,segs_out,retrans_segs,rtos,ce_acked_segs"),
    /** One row per measured request, query or job of applications; only in runs that have such applications. */
    REQUESTS(
            "requests.csv",
            Map.of("kind", STRING, "arm", STRING, "status", STRING),
            "request,workload,kind,arm,src,dst,start_ns,latency_ns,request_bytes,response_bytes,parts,late,status"),
    /** One row per connection of applications, over the measured interval; only beside {@link #REQUESTS}. */
    CONNECTIONS(
            "connections.csv",
            Map.of("arm", STRING),
            "connection,workload,arm,src,dst,sockets,requests,reads,partial_reads,segs_out,retrans_segs,rtos,ce_acked_segs,"
                    + "delivered_segs"),
    /** What each core did in the measured interval, in nanoseconds by cause and arm; only in runs whose hosts have CPUs. */
    CPU("cpu.csv", Map.of("cause", STRING, "arm", STRING), "host,core,cause,arm,ns"),
    /** How often threads were woken and called the kernel in it; only beside {@link #CPU}. */
    CPU_COUNTS("cpu-counts.csv", Map.of("arm", STRING), "host,arm,wakeups,syscalls,rx_missed");

    /** How far apart a flow's ends are; tables of earlier versions lack it. */
    public static final String DISTANCE = "distance";

    /** Payload within the measured interval; tables of earlier versions lack it. */
    public static final String MEASURED_BYTES = "measured_bytes";

    private final String fileName;
    private final Map<String, ColumnType> columns;

    /** Columns are {@code long} unless {@code others} says otherwise. */
    TableFormat(String fileName, Map<String, ColumnType> others, String header) {
        this.fileName = fileName;
        Map<String, ColumnType> byName = new LinkedHashMap<>();
        for (String column : header.split(",", -1)) {
            byName.put(column, others.getOrDefault(column, LONG));
        }
        this.columns = Collections.unmodifiableMap(byName);
    }

    /** Name of the file in a run's folder. */
    public String fileName() {
        return fileName;
    }

    /** True if a table may lack the column. */
    boolean optional(String column) {
        return column.equals(DISTANCE) || column.equals(MEASURED_BYTES);
    }

    /** Column names and types in file order. */
    public Map<String, ColumnType> columns() {
        return columns;
    }
}
