package org.bpfsim.bpf.helper;

import org.bpfsim.bpf.Errno;

/** What a running program asks of the machine that it runs on. One implementation per simulated kernel. */
public interface RuntimeServices {
    /** Monotonic time in nanoseconds ({@code bpf_ktime_get_ns}). */
    long ktimeNs();

    /** Timer ticks since boot ({@code bpf_jiffies64}). */
    long jiffies64();

    /** 32 random bits ({@code bpf_get_prandom_u32}). */
    int prandomU32();

    /** The CPU that the program runs on ({@code bpf_get_smp_processor_id}). */
    int cpu();

    /** CPUs of the machine: per-CPU maps have a value for each. */
    default int cpus() {
        return 1;
    }

    /** One formatted line of {@code bpf_trace_printk}, without the final newline. */
    void trace(String line);

    /** Monotonic time of the last timer tick in nanoseconds ({@code bpf_ktime_get_coarse_ns}). */
    default long ktimeCoarseNs() {
        return ktimeNs();
    }

    /** International atomic time in nanoseconds ({@code bpf_ktime_get_tai_ns}); the simulation begins at 0. */
    default long ktimeTaiNs() {
        return ktimeNs();
    }

    /** The NUMA node of the CPU ({@code bpf_get_numa_node_id}). */
    default int numaNode() {
        return 0;
    }

    /**
     * Takes a record of {@code bpf_perf_event_output}: 0, or a negated errno.
     *
     * @param index of the event in the map
     */
    default int perfEvent(String map, int index, byte[] record) {
        // As in Linux when nobody has opened the event.
        return -Errno.ENOENT;
    }

    /** Whether the records of a ring buffer are consumed as they are submitted; if not they stay until the host polls. */
    default boolean takesRecords(String map) {
        return false;
    }

    /** Takes a record of a ring buffer for which {@link #takesRecords} is true. */
    default void ringRecord(String map, byte[] record) {}

    /** The cookie of the socket that a program's context belongs to ({@code bpf_get_socket_cookie}); 0 for none. */
    default long socketCookie(Object context) {
        return 0;
    }
}
