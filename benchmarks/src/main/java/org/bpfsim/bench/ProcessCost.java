package org.bpfsim.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** CPU time and memory as the operating system counts them. */
final class ProcessCost {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final com.sun.management.OperatingSystemMXBean PROCESS =
            (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessCost() {}

    /** CPU time of the calling thread so far, user and system, in nanoseconds. */
    static long threadCpuNs() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /** CPU time of the whole process so far, with compiler and collector threads, in nanoseconds. */
    static long processCpuNs() {
        return PROCESS.getProcessCpuTime();
    }

    /** Largest resident set so far in MiB (VmHWM); 0 where the system does not tell. */
    static double peakRssMib() {
        try {
            List<String> lines = Files.readAllLines(STATUS);
            for (String line : lines) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
                }
            }
        } catch (IOException e) {
            return 0; // not Linux
        }
        return 0;
    }
}
