package org.bpfsim.tcp.bottleneck;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Runs what a real Linux ran and says how far the two lie apart: goodput, retransmissions, the first slow start threshold,
 * and the congestion window over time (normalised root mean square error, sampled every millisecond).
 */
public final class ReferenceComparison {
    private static final double GOODPUT_PERCENT = 2;
    private static final double GOODPUT_PERCENT_BBR = 4;
    private static final double RETRANSMITS_PERCENT = 5;
    private static final long RETRANSMITS = 3;
    private static final long SSTHRESH = 2;
    private static final double RMSE_PERCENT = 8;
    /** In the median over the sets, this part of each limit. */
    private static final double MEDIAN_PART = 0.25;
    /** Recorded with the congestion control of the kernel's selftests; ours is native, unless it is registered. */
    private static final String BPF_DCTCP = "bpf_dctcp";

    /** One set. */
    public record Row(Reference reference, BottleneckTrace ours, double rmsePercent) {
        double goodputPercent() {
            return 100 * (ours.goodputMbps() / reference.goodputMbps() - 1);
        }

        long retransmitsMore() {
            return ours.retransmits() - reference.retransmits();
        }

        long ssthreshMore() {
            return ours.firstSsthresh() - reference.firstSsthresh();
        }

        boolean limitsSsthresh() {
            return reference.options().contains("--cc reno")
                    || reference.options().contains("--cc cubic");
        }

        private boolean isBbr() {
            return reference.options().contains("--cc bbr");
        }

        /** How much of its limit the goodput's difference uses. */
        double goodputShare() {
            return Math.abs(goodputPercent()) / (isBbr() ? GOODPUT_PERCENT_BBR : GOODPUT_PERCENT);
        }

        double retransmitsShare() {
            double limit = Math.max(RETRANSMITS, reference.retransmits() * RETRANSMITS_PERCENT / 100);
            return Math.abs(retransmitsMore()) / limit;
        }

        double ssthreshShare() {
            return Math.abs(ssthreshMore()) / (double) SSTHRESH;
        }

        double rmseShare() {
            return rmsePercent / RMSE_PERCENT;
        }

        /** Whether all four are within their limits. */
        public boolean isWithin() {
            return goodputShare() <= 1
                    && retransmitsShare() <= 1
                    && (!limitsSsthresh() || ssthreshShare() <= 1)
                    && rmseShare() <= 1;
        }
    }

    private final List<Row> rows = new ArrayList<>();

    /**
     * Runs every reference of a folder.
     *
     * @throws IllegalArgumentException if the folder holds none, or one that cannot be run
     */
    public static ReferenceComparison of(Path folder) throws IOException {
        ReferenceComparison comparison = new ReferenceComparison();
        for (Reference reference : Reference.readAll(folder)) {
            comparison.rows.add(compare(reference));
        }
        return comparison;
    }

    /**
     * Runs one, over a path as long as the one that was recorded: a real machine takes some 0.1 ms for what takes no time
     * here, and the shortest RTT that Linux saw says how much it was.
     */
    public static Row compare(Reference reference) {
        BottleneckTrace ours = new Bottleneck(options(reference, 0), false).run();
        long excessUs = reference.minRttUs() - ours.minRttUs();
        if (excessUs > 1) {
            ours = new Bottleneck(options(reference, excessUs), false).run();
        }
        return new Row(reference, ours, 100 * Curve.normalisedRmse(reference.cwnd(), ours.cwnd()));
    }

    private static BottleneckOptions options(Reference reference, long excessRttUs) {
        BottleneckOptions options = BottleneckOptions.parse(reference.options());
        if (options.cc.equals(BPF_DCTCP)) {
            options.cc = "dctcp";
        }
        long back = options.reverseDelayUs();
        options.delayUs += excessRttUs / 2;
        options.revDelayUs = back + excessRttUs - excessRttUs / 2;
        return options;
    }

    public List<Row> rows() {
        return List.copyOf(rows);
    }

    /** Whether every set is within the limits, and the medians within a quarter of them. */
    public boolean isWithin() {
        return rows.stream().allMatch(Row::isWithin) && mediansAreWithin();
    }

    private boolean mediansAreWithin() {
        return median(Row::goodputShare) <= MEDIAN_PART
                && median(Row::retransmitsShare) <= MEDIAN_PART
                && median(r -> r.limitsSsthresh() ? r.ssthreshShare() : 0) <= MEDIAN_PART
                && median(Row::rmseShare) <= MEDIAN_PART;
    }

    /** The table as Markdown: Linux / bpfsim, and what lies outside its limit in bold. */
    public String table() {
        StringBuilder text = new StringBuilder();
        text.append("| set | goodput, Mbit/s | | retransmits | first ssthresh | cwnd, RMSE |\n");
        text.append("| --- | ---: | ---: | ---: | ---: | ---: |\n");
        for (Row r : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f / %.2f | %s | %s | %s | %s |%n",
                    r.reference().name(),
                    r.reference().goodputMbps(),
                    r.ours().goodputMbps(),
                    bold(r.goodputShare() > 1, "%+.2f%%", r.goodputPercent()),
                    bold(
                            r.retransmitsShare() > 1,
                            "%d / %d",
                            r.reference().retransmits(),
                            r.ours().retransmits()),
                    bold(
                            r.limitsSsthresh() && r.ssthreshShare() > 1,
                            "%d / %d",
                            r.reference().firstSsthresh(),
                            r.ours().firstSsthresh()),
                    bold(r.rmseShare() > 1, "%.1f%%", r.rmsePercent())));
        }
        text.append(String.format(
                Locale.ROOT,
                "| median difference | | %.2f%% | %.1f%% or segments | %s | %.1f%% |%n",
                median(r -> Math.abs(r.goodputPercent())),
                median(r -> Math.min(
                        Math.abs(r.retransmitsMore()),
                        100.0
                                * Math.abs(r.retransmitsMore())
                                / Math.max(1, r.reference().retransmits()))),
                String.format(Locale.ROOT, "%.1f", medianSsthresh()),
                median(Row::rmsePercent)));
        long within = rows.stream().filter(Row::isWithin).count();
        text.append(String.format(
                Locale.ROOT,
                "%n%d of %d sets within the limits; medians %s a quarter of them.%n",
                within,
                rows.size(),
                mediansAreWithin() ? "within" : "not within"));
        return text.toString();
    }

    private double medianSsthresh() {
        double[] values = rows.stream()
                .filter(Row::limitsSsthresh)
                .mapToDouble(r -> Math.abs(r.ssthreshMore()))
                .sorted()
                .toArray();
        return middle(values);
    }

    private double median(ToDoubleFunction<Row> of) {
        return middle(rows.stream().mapToDouble(of).sorted().toArray());
    }

    private static double middle(double[] sorted) {
        if (sorted.length == 0) {
            return 0;
        }
        double[] copy = Arrays.copyOf(sorted, sorted.length);
        int half = copy.length / 2;
        return copy.length % 2 == 1 ? copy[half] : (copy[half - 1] + copy[half]) / 2;
    }

    private static String bold(boolean outside, String format, Object... values) {
        String text = String.format(Locale.ROOT, format, values);
        return outside ? "**" + text + "**" : text;
    }
}
