package org.bpfsim.tcp.cpu;

/**
 * The CPUs of a host.
 *
 * @param cores how many there are; the NIC has a receive queue for each
 * @param timeSlicePs how long a thread runs while others wait for its core, in picoseconds
 * @param rxRing packets that a receive queue of the NIC holds until its core takes them (ethtool -G rx)
 */
public record CpuOptions(int cores, long timeSlicePs, int rxRing, CpuCosts costs) {
    /** What drivers of 10 Gbit/s NICs and faster have, for example mlx5 (2^10). */
    public static final int RING = 1024;
    /** What EEVDF gives with 8 or more CPUs (Linux 6.12: sysctl_sched_base_slice in kernel/sched/fair.c, 0.75 ms, times 4). */
    public static final long TIME_SLICE_PS = 3_000_000_000L;

    private static final int MOST_CORES = 1024;

    public CpuOptions {
        if (cores < 1 || cores > MOST_CORES) {
            throw new IllegalArgumentException("a host has " + cores + " cores, use 1 to " + MOST_CORES);
        }
        if (timeSlicePs <= 0) {
            throw new IllegalArgumentException("a time slice is " + timeSlicePs + " ps, use more than 0");
        }
        if (rxRing < 1) {
            throw new IllegalArgumentException("a receive ring holds " + rxRing + " packets, use at least 1");
        }
    }

    /** So many cores, all else as by default. */
    public static CpuOptions of(int cores) {
        return new CpuOptions(cores, TIME_SLICE_PS, RING, CpuCosts.DEFAULT);
    }

    /** The same at other costs. */
    public CpuOptions with(CpuCosts other) {
        return new CpuOptions(cores, timeSlicePs, rxRing, other);
    }
}
