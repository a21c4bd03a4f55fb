package org.bpfsim.report.stats;

import java.util.List;

/**
 * Distributions of latencies, one curve per arm.
 *
 * @param what of which kind of question
 */
public record LatencyCurves(What what, List<FctCurve> curves) {
    /** Makes the list immutable. */
    public LatencyCurves {
        curves = List.copyOf(curves);
    }

    /** What was asked. */
    public enum What {
        REQUEST("request", "Latency of requests", "Share of requests answered"),
        QUERY("query", "Query completion time", "Share of queries answered"),
        JOB("job", "Time of jobs", "Share of jobs done");

        private final String key;
        private final String label;
        private final String share;

        What(String key, String label, String share) {
            this.key = key;
            this.label = label;
            this.share = share;
        }

        /** Name in CSV files. */
        public String key() {
            return key;
        }

        /** Name of the time for readers. */
        public String label() {
            return label;
        }

        /** Name of the share for readers. */
        public String share() {
            return share;
        }
    }
}
