package org.bpfsim.bench;

import java.util.Locale;

/**
 * What a benchmark measured.
 *
 * @param packetHops packets (data and ACKs) transmitted by one port, host NICs included
 * @param cpuS CPU time of the event loop's thread in seconds
 * @param processCpuS CPU time of the process meanwhile, with the JVM's compiler and collector threads
 * @param setupS CPU time of the thread that builds the network
 */
public record BenchResult(
        String work,
        int hosts,
        int flows,
        long bytes,
        int unfinished,
        long packetHops,
        long events,
        double simS,
        double wallS,
        double cpuS,
        double processCpuS,
        double setupS,
        double peakRssMib,
        double meanFctMs,
        double lastFctMs,
        long marks,
        long drops,
        String fingerprint) {

    /** Packet-hops per second of the event loop's CPU time. */
    public double hopsPerCpuS() {
        return packetHops / cpuS;
    }

    /** One line of JSON. */
    public String toJson() {
        return String.format(
                Locale.ROOT,
                "{\"sim\":\"bpfsim\",\"work\":\"%s\",\"hosts\":%d,\"flows\":%d,\"bytes\":%d,\"unfinished\":%d,"
                        + "\"packet_hops\":%d,\"events\":%d,\"sim_s\":%.6f,\"wall_s\":%.3f,\"cpu_s\":%.3f,"
                        + "\"process_cpu_s\":%.3f,\"hops_per_cpu_s\":%.0f,\"setup_s\":%.3f,\"peak_rss_mib\":%.1f,"
                        + "\"mean_fct_ms\":%.4f,\"last_fct_ms\":%.4f,\"marks\":%d,\"drops\":%d,\"fingerprint\":\"%s\"}",
                work,
                hosts,
                flows,
                bytes,
                unfinished,
                packetHops,
                events,
                simS,
                wallS,
                cpuS,
                processCpuS,
                hopsPerCpuS(),
                setupS,
                peakRssMib,
                meanFctMs,
                lastFctMs,
                marks,
                drops,
                fingerprint);
    }
}
