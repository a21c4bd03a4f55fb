package org.bpfsim.tcp.bpf;

import java.util.HexFormat;

/** Takes what the programs of a host tell the outside. */
@FunctionalInterface
public interface ProgramOutput {
    /** A line of {@code bpf_trace_printk()}. */
    void line(String line);

    /**
     * A record of {@code bpf_perf_event_output()} or of a ring buffer, which a reader takes out at once. As a line unless it
     * is implemented: the map's name, the number of bytes, and these in hexadecimal.
     *
     * @param record the caller's to keep
     */
    default void record(String map, byte[] record) {
        line(map + ": " + record.length + " bytes " + HexFormat.of().formatHex(record));
    }
}
