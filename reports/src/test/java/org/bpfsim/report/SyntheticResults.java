package org.bpfsim.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes result folders as the runner does, with made-up flows: web-search-like sizes, log-normal slowdowns that an arm
 * scales, and a load that all arms of a replication share. The same settings give the same bytes.
 */
public final class SyntheticResults {
    private static final double[] SIZE_SHARE = {0, .15, .2, .3, .4, .53, .6, .7, .8, .9, .97, 1};
    private static final double[] SIZE_BYTES = {1e3, 1e4, 2e4, 3e4, 5e4, 8e4, 2e5, 1e6, 2e6, 5e6, 1e7, 3e7};
    private static final String[] PORT_CLASSES = {"host-nic", "leaf-down", "leaf-up", "spine-down"};
    private static final double[] QUEUE_BYTES = {4_000, 60_000, 9_000, 25_000};

    private final Map<String, Treatment> treatments = new LinkedHashMap<>();
    private int replications = 10;
    private int flowsPerRun = 2000;
    private boolean rollouts;
    private long seed = 1;

    private record Treatment(double share, double slowdownFactor, double rolloutFactor, double marked) {}

    private SyntheticResults() {}

    /** Ten replications of 2,000 flows with a control arm alone. */
    public static SyntheticResults experiment() {
        return new SyntheticResults();
    }

    /** Two treatments, 10% each, as in quickstart: one that helps, one that helps alone and less when all have it. */
    public static SyntheticResults quickstart() {
        return experiment().treatment("larger-window", 0.1, 0.85, 0.97, 0).treatment("dctcp", 0.1, 0.7, 0.55, 0.12);
    }

    /** An arm with that share of the flows, whose queueing is scaled in the A/B runs and when everybody is in it. */
    public SyntheticResults treatment(String name, double share, double factor, double rolloutFactor, double marked) {
        treatments.put(name, new Treatment(share, factor, rolloutFactor, marked));
        return this;
    }

    public SyntheticResults replications(int count) {
        replications = count;
        return this;
    }

    public SyntheticResults flowsPerRun(int count) {
        flowsPerRun = count;
        return this;
    }

    /** Adds runs with everybody in each arm. */
    public SyntheticResults withRollouts() {
        rollouts = true;
        return this;
    }

    public SyntheticResults seed(long value) {
        seed = value;
        return this;
    }

    /** Writes the folder and returns it. */
    public Path writeTo(Path folder) {
        try {
            List<String> runs = new ArrayList<>();
            List<String> variants = variants();
            for (int r = 0; r < replications; r++) {
                for (String variant : variants) {
                    String id = String.format(Locale.ROOT, "r%04d", runs.size());
                    runs.add(run(folder.resolve("runs").resolve(id), id, variant, r));
                }
            }
            Files.writeString(folder.resolve("manifest.json"), manifest(variants, runs));
            Files.writeString(
                    folder.resolve("scenario.yaml"), "name: synthetic\nquestion: Which arm is faster, and for whom?\n");
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> variants() {
        List<String> variants = new ArrayList<>(List.of("ab"));
        if (rollouts) {
            variants.add("all:control");
            treatments.keySet().forEach(name -> variants.add("all:" + name));
        }
        return variants;
    }

    private String manifest(List<String> variants, List<String> runs) {
        StringBuilder arms =
                new StringBuilder("{\"name\":\"control\",\"share\":\"80%\",\"control\":true,\"programs\":[]}");
        treatments.forEach((name, t) -> arms.append(",{\"name\":\"")
                .append(name)
                .append("\",\"share\":\"10%\",\"control\":false,\"programs\":[\"programs/")
                .append(name)
                .append(".bpf.o\"]}"));
        return """
                {"formatVersion":1,"name":"synthetic","question":"Which arm is faster, and for whom?",
                 "scenarioFile":"scenarios/synthetic.yaml","scenarioSha256":"%s",
                 "objects":[{"path":"programs/dctcp.bpf.o","sha256":"%s"}],
                 "seed":7,"version":"0.1.0",
                 "plan":{"variants":["%s"],"arms":[%s],"replications":%d},
                 "network":{"topology":"leaf-spine","leaves":8,"spines":4,"hosts-per-leaf":8,
                            "links":{"host":{"rate":"25Gbps","delay":"1us"},"fabric":{"rate":"100Gbps","delay":"1us"}}},
                 "runs":[%s],
                 "metrics":["fct","slowdown","goodput","retransmits","ecn-marks","queue"]}
                """.formatted(
                        "0123456789abcdef".repeat(4),
                        "fedcba9876543210".repeat(4),
                        String.join("\",\"", variants),
                        arms,
                        replications,
                        String.join(",\n", runs));
    }

    private String run(Path folder, String id, String variant, int replication) throws IOException {
        Files.createDirectories(folder);
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + replication * 31L + variant.hashCode());
        double load = StrictMath.exp(0.25 * gaussian(new SplittableRandom(seed * 7919 + replication)));
        Files.writeString(folder.resolve("flows.csv"), flows(random, variant, load));
        Files.writeString(folder.resolve("queues.csv"), queues(random, load));
        Files.writeString(folder.resolve("ports.csv"), ports(random, load));
        Files.writeString(
                folder.resolve("arms.csv"),
                "arm,flows_started,flows_completed,bytes_completed,segs_out,retrans_segs,rtos,ce_acked_segs\n"
                        + "control,1600,1599,1,1,0,0,0\n");
        String fingerprint = String.format(Locale.ROOT, "%016x", random.nextLong());
        String json = "{\"id\":\"%s\",\"variant\":\"%s\",\"replication\":%d,\"fingerprint\":\"%s\",\"status\":\"ok\"}"
                .formatted(id, variant, replication, fingerprint);
        Files.writeString(
                folder.resolve("run.json"), json.replace("}", ",\"events\":123456,\"simTimeNs\":20000000}\n"));
        return json;
    }

    private String flows(SplittableRandom random, String variant, double load) {
        StringBuilder csv = new StringBuilder(
                "flow,arm,src,dst,size_bytes,start_ns,fct_ns,ideal_fct_ns,retrans_segs,rtos,ce_acked_segs,delivered_segs,status\n");
        for (int flow = 0; flow < flowsPerRun; flow++) {
            String arm = variant.equals("ab") ? assign(random.nextDouble()) : variant.substring("all:".length());
            Treatment t = treatments.getOrDefault(arm, new Treatment(1, 1, 1, 0));
            double factor = variant.equals("ab") ? t.slowdownFactor : t.rolloutFactor;
            long size = (long) size(random.nextDouble());
            long ideal = 8_000 + size * 8 / 25;
            double slowdown = 1 + 0.8 * factor * load * StrictMath.exp(gaussian(random));
            long segments = size / 1448 + 1;
            long lost = random.nextInt(50) == 0 ? 1 + random.nextInt(3) : 0;
            boolean unfinished = random.nextInt(700) == 0;
            csv.append(flow).append(',').append(arm).append(',');
            csv.append(random.nextInt(64))
                    .append(',')
                    .append(random.nextInt(64))
                    .append(',');
            csv.append(size).append(',').append(flow * 10_000L).append(',');
            csv.append(unfinished ? "" : Long.toString((long) (ideal * slowdown)))
                    .append(',');
            csv.append(ideal)
                    .append(',')
                    .append(lost)
                    .append(',')
                    .append(lost > 2 ? 1 : 0)
                    .append(',');
            csv.append((long) (segments * t.marked))
                    .append(',')
                    .append(segments)
                    .append(',');
            csv.append(unfinished ? "unfinished" : "ok").append('\n');
        }
        return csv.toString();
    }

    private String assign(double u) {
        double sum = 0;
        for (Map.Entry<String, Treatment> entry : treatments.entrySet()) {
            sum += entry.getValue().share;
            if (u < sum) {
                return entry.getKey();
            }
        }
        return "control";
    }

    private static double size(double u) {
        int i = 1;
        while (u > SIZE_SHARE[i]) {
            i++;
        }
        double f = (u - SIZE_SHARE[i - 1]) / (SIZE_SHARE[i] - SIZE_SHARE[i - 1]);
        double low = StrictMath.log(SIZE_BYTES[i - 1]);
        return StrictMath.exp(low + f * (StrictMath.log(SIZE_BYTES[i]) - low));
    }

    private static String queues(SplittableRandom random, double load) {
        StringBuilder csv = new StringBuilder("t_ns,port_class,ports,mean_bytes,max_bytes\n");
        double[] level = QUEUE_BYTES.clone();
        for (int i = 0; i < 200; i++) {
            double ramp = load * (1 - StrictMath.exp(-i / 15.0));
            for (int c = 0; c < PORT_CLASSES.length; c++) {
                level[c] += 0.1 * (QUEUE_BYTES[c] - level[c]) + 0.1 * QUEUE_BYTES[c] * gaussian(random);
                double mean = Math.max(0, ramp * level[c]);
                csv.append(i * 100_000L)
                        .append(',')
                        .append(PORT_CLASSES[c])
                        .append(',')
                        .append(c < 2 ? 64 : 32);
                csv.append(',').append((long) mean).append(',');
                csv.append((long) (mean * (5 + 2 * random.nextDouble()))).append('\n');
            }
        }
        return csv.toString();
    }

    private static String ports(SplittableRandom random, double load) {
        StringBuilder csv = new StringBuilder(
                "port,port_class,tx_packets,tx_bytes,dropped_packets,ce_marked_packets,max_queue_bytes\n");
        for (int port = 0; port < 64; port++) {
            int c = port % PORT_CLASSES.length;
            long packets = (long) (20_000 * load * (1 + 0.2 * random.nextDouble()));
            csv.append("port-").append(port).append(',').append(PORT_CLASSES[c]).append(',');
            csv.append(packets)
                    .append(',')
                    .append(packets * 1500)
                    .append(',')
                    .append(random.nextInt(9))
                    .append(',');
            csv.append(packets / 40)
                    .append(',')
                    .append((long) (8 * load * QUEUE_BYTES[c]))
                    .append('\n');
        }
        return csv.toString();
    }

    /** Box and Muller; SplittableRandom has no gaussian on Java 17 that is the same on all releases. */
    private static double gaussian(SplittableRandom random) {
        double u = 1 - random.nextDouble();
        return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
    }
}
