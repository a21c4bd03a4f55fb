package org.bpfsim.report.stats;

/**
 * Ratios of sums over flows, such as goodput. The plain ratio of sums has a bias of order 1/n, which differs between a
 * small arm and a large one; Quenouille's jackknife (Biometrika 43, 1956) removes it.
 */
final class Ratios {
    private Ratios() {}

    /**
     * The ratio sum(numerator) / sum(denominator), corrected by leaving out each flow in turn: n R - (n-1) mean(R
     * without i).
     *
     * @return NaN if the denominators sum to zero, or would without some flow
     */
    static double jackknifed(double[] numerator, double[] denominator) {
        int n = numerator.length;
        double top = 0;
        double bottom = 0;
        for (int i = 0; i < n; i++) {
            top += numerator[i];
            bottom += denominator[i];
        }
        if (bottom <= 0) {
            return Double.NaN;
        }
        if (n == 1 || top == 0) {
            return top / bottom;
        }
        double without = 0;
        for (int i = 0; i < n; i++) {
            double rest = bottom - denominator[i];
            if (rest <= 0) {
                return Double.NaN;
            }
            without += (top - numerator[i]) / rest;
        }
        return n * (top / bottom) - (n - 1) * (without / n);
    }
}
