package org.bpfsim.report.stats;

/** Which two groups an effect compares. */
public enum Comparison {
    /** Treatment against control within the mixed experiment: what an A/B test in production would show. */
    AB("ab", "A/B effect"),
    /** Everybody in the treatment against everybody in control: what a full rollout does. */
    TOTAL("total", "Total effect (100% rollout)"),
    /** Total effect minus A/B effect: how far the A/B test misleads because the arms share queues. */
    BIAS("bias", "Interference bias (total − A/B)"),
    /** The control arm in the mixed experiment against everybody in control: what the treatments do to the others. */
    SPILLOVER("spillover", "Spillover on control");

    private final String key;
    private final String label;

    Comparison(String key, String label) {
        this.key = key;
        this.label = label;
    }

    /** Name in CSV files. */
    public String key() {
        return key;
    }

    /** Name for readers. */
    public String label() {
        return label;
    }
}
