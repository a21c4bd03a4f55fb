package org.bpfsim.report.stats;

/**
 * One row of the effects table.
 *
 * @param comparison which groups are compared
 * @param treatment the treatment arm (in {@link Comparison#SPILLOVER} the control arm)
 * @param metric what is compared
 * @param paired the estimate; in {@link Comparison#BIAS} its "control" is the A/B difference and its "treatment" the total one
 * @param holmPValue p-value adjusted over the metrics of the same table; NaN without a test
 * @param verdict what it says
 */
public record Effect(
        Comparison comparison,
        String treatment,
        Metric metric,
        PairedEffect paired,
        double holmPValue,
        Verdict verdict) {}
