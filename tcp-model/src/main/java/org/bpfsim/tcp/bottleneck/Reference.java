package org.bpfsim.tcp.bottleneck;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A trace that a real Linux left: a folder with {@code options.txt} (the options of the command line that it was recorded
 * with), {@code summary.txt} and {@code tcpinfo.csv.gz}.
 *
 * @param name the folder's
 * @param options what was run
 * @param minRttUs the shortest RTT that Linux saw, which holds what the tracer and the hosts took
 */
public record Reference(
        String name,
        String options,
        double goodputMbps,
        long retransmits,
        long firstSsthresh,
        long minRttUs,
        Curve cwnd) {
    private static final String OPTIONS = "options.txt";

    /**
     * Reads all references in a folder, in the order of their names.
     *
     * @throws IllegalArgumentException if there are none, or one lacks something
     */
    public static List<Reference> readAll(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            entries.filter(entry -> Files.exists(entry.resolve(OPTIONS)))
                    .sorted()
                    .forEach(found::add);
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(folder + ": none of its folders has a file " + OPTIONS);
        }
        List<Reference> references = new ArrayList<>();
        for (Path path : found) {
            references.add(read(path));
        }
        return references;
    }

    private static Reference read(Path folder) throws IOException {
        Map<String, String> summary = new TreeMap<>();
        for (String line : Files.readAllLines(folder.resolve("summary.txt"))) {
            int blank = line.indexOf(' ');
            if (blank > 0) {
                summary.put(line.substring(0, blank), line.substring(blank + 1).trim());
            }
        }
        return new Reference(
                folder.getFileName().toString(),
                Files.readString(folder.resolve(OPTIONS)).trim(),
                number(folder, summary, "goodput_mbps"),
                (long) number(folder, summary, "retransmits"),
                (long) number(folder, summary, "first_ssthresh"),
                (long) number(folder, summary, "min_rtt_us"),
                cwnd(folder.resolve("tcpinfo.csv.gz")));
    }

    private static double number(Path folder, Map<String, String> summary, String key) {
        try {
            return Double.parseDouble(summary.getOrDefault(key, ""));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(folder.resolve("summary.txt") + ": no number for " + key, e);
        }
    }

    private static Curve cwnd(Path file) throws IOException {
        Curve curve = new Curve();
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII))) {
            in.readLine(); // the columns' names
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] columns = line.split(",", 3);
                curve.add(Double.parseDouble(columns[0]), Double.parseDouble(columns[1]));
            }
        }
        if (curve.size() == 0) {
            throw new IllegalArgumentException(file + ": no samples");
        }
        return curve;
    }
}
