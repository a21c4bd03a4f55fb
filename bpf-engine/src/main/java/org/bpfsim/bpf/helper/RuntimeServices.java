package org.bpfsim.bpf.helper;

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
}
