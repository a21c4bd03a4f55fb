package org.bpfsim.bpf.helper;

import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.map.Alarm;
import org.bpfsim.bpf.map.MapSocket;

/** What a running program asks of the machine that it runs on. One implementation per simulated kernel. */
public interface RuntimeServices {
    /** Monotonic time in nanoseconds ({@code bpf_ktime_get_ns}). */
    long ktimeNs();

    /** The same time for the kernel's own purposes: looking at it moves no clock on. */
    default long clockNs() {
        return ktimeNs();
    }

    /**
     * A new alarm of the monotonic clock ({@code bpf_timer_init}).
     *
     * @param action is done when it goes off, outside any program
     * @return null if the machine has no timers
     */
    default Alarm alarm(Runnable action) {
        return null;
    }

    /** A function of a program was called back by an alarm, and has executed so much. */
    default void calledBack(long instructions, long helperCalls) {}

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

    /** The task that runs ({@code bpf_get_current_task} and its like). */
    default Task currentTask() {
        return Task.IDLE;
    }

    /**
     * The id of the cgroup of the task that runs.
     *
     * @param level of its ancestor, 0 for the root; -1 for its own
     * @return 0 if it has no ancestor at that level
     */
    default long cgroupId(int level) {
        // The root's, as in Linux.
        return level <= 0 ? 1 : 0;
    }

    /** The cookie of the network namespace ({@code bpf_get_netns_cookie}), never 0. */
    default long netnsCookie() {
        return 1;
    }

    /** The socket that a user means by a number as by a file descriptor, when it is put into a map; null if there is none. */
    default MapSocket socket(int number) {
        return null;
    }
}
