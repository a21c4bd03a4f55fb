package org.bpfsim.report.stats;

import java.util.Optional;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * A comparison of two arms over paired replications.
 *
 * @param pairs replications in which both arms have a value
 * @param controlMean mean of the control's values over the pairs; NaN without pairs
 * @param treatmentMean mean of the treatment's values
 * @param difference mean of treatment minus control
 * @param differenceInterval Student's t interval of the difference; absent below two pairs
 * @param relative difference over the control's mean; NaN if that mean is zero
 * @param relativeInterval Fieller's interval of the relative difference; absent below two pairs, or where the control's mean is so near
 *     zero that the interval would be unbounded
 * @param pValue two-sided p-value of the paired t-test; NaN below two pairs
 */
public record PairedEffect(
        int pairs,
        double controlMean,
        double treatmentMean,
        double difference,
        Optional<Interval> differenceInterval,
        double relative,
        Optional<Interval> relativeInterval,
        double pValue) {

    /** Confidence level of all intervals. */
    public static final double LEVEL = 0.95;

    /**
     * Compares per-replication values.
     *
     * @param control one value per replication, NaN where undefined
     * @param treatment the same replications in the same order
     */
    public static PairedEffect of(double[] control, double[] treatment) {
        if (control.length != treatment.length) {
            throw new IllegalArgumentException(
                    control.length + " control and " + treatment.length + " treatment values are not pairs");
        }
        return new Pairs(control, treatment).effect();
    }

    /** The same estimate without interval and test, for data on which a t-test means nothing. */
    PairedEffect untested() {
        return new PairedEffect(
                pairs,
                controlMean,
                treatmentMean,
                difference,
                Optional.empty(),
                relative,
                Optional.empty(),
                Double.NaN);
    }

    /** First and second moments of the pairs in which both values are defined. */
    private static final class Pairs {
        private int n;
        /** True if any value is below zero. */
        private boolean negative;

        private double meanC;
        private double meanT;
        private double varC;
        private double varT;
        private double covariance;
        private double varDifference;

        Pairs(double[] control, double[] treatment) {
            for (int i = 0; i < control.length; i++) {
                if (defined(control[i], treatment[i])) {
                    n++;
                    negative |= control[i] < 0 || treatment[i] < 0;
                    meanC += control[i];
                    meanT += treatment[i];
                }
            }
            meanC /= n;
            meanT /= n;
            for (int i = 0; i < control.length; i++) {
                if (defined(control[i], treatment[i])) {
                    double c = control[i] - meanC;
                    double t = treatment[i] - meanT;
                    varC += c * c / (n - 1);
                    varT += t * t / (n - 1);
                    covariance += c * t / (n - 1);
                    varDifference += (t - c) * (t - c) / (n - 1);
                }
            }
        }

        private static boolean defined(double control, double treatment) {
            return !Double.isNaN(control) && !Double.isNaN(treatment);
        }

        PairedEffect effect() {
            double difference = meanT - meanC;
            double relative = meanC == 0 ? Double.NaN : difference / meanC;
            if (n < 2) {
                return new PairedEffect(
                        n, meanC, meanT, difference, Optional.empty(), relative, Optional.empty(), Double.NaN);
            }
            TDistribution student = new TDistribution(null, n - 1);
            double quantile = student.inverseCumulativeProbability((1 + LEVEL) / 2);
            double error = Math.sqrt(varDifference / n);
            return new PairedEffect(
                    n,
                    meanC,
                    meanT,
                    difference,
                    Optional.of(new Interval(difference - quantile * error, difference + quantile * error)),
                    relative,
                    fieller(quantile),
                    pValue(student, difference, error));
        }

        private static double pValue(TDistribution student, double difference, double error) {
            if (error == 0) {
                return difference == 0 ? 1 : 0;
            }
            return 2 * student.cumulativeProbability(-Math.abs(difference / error));
        }

        /**
         * All r for which the paired t-test does not reject "treatment = r x control": the r between the roots of
         * a r^2 - 2 b r + c (Fieller, "Some problems in interval estimation", J. R. Stat. Soc. B 16, 1954). Shifted by
         * one, since the effect is r - 1.
         */
        private Optional<Interval> fieller(double quantile) {
            double scale = quantile * quantile / n;
            double a = meanC * meanC - scale * varC;
            if (a <= 0) {
                return Optional.empty();
            }
            double b = meanC * meanT - scale * covariance;
            double c = meanT * meanT - scale * varT;
            double root = Math.sqrt(Math.max(0, b * b - a * c));
            double low = (b - root) / a - 1;
            return Optional.of(new Interval(negative ? low : Math.max(low, -1), (b + root) / a - 1));
        }
    }
}
