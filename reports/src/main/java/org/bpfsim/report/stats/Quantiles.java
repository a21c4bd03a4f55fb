package org.bpfsim.report.stats;

import java.util.Arrays;

/**
 * Sample quantiles of type 7 (Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50,
 * 1996; the default of R and NumPy): linear between the order statistics around (n-1)p.
 */
public final class Quantiles {
    /** Weights below this share of the largest one cannot change a double. */
    private static final double NEGLIGIBLE = 1e-18;

    private double[] logFactorial = {0.0};

    /** Makes a calculator; it keeps a table of logarithms and is not for several threads. */
    public Quantiles() {}

    /** Type 7 quantile of sorted values; NaN if there are none. */
    public static double type7(double[] sorted, double p) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double h = (sorted.length - 1) * p;
        int below = (int) h;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (h - below) * (sorted[above] - sorted[below]);
    }

    /**
     * The type 7 quantile as a sample of {@code size} flows would have it on average: the mean over all subsets of
     * that size. Arms of different sizes then have the same bias, which cancels in their difference.
     *
     * <p>The k-th smallest of a random subset of n out of m values is the j-th smallest of all with probability
     * C(j-1,k-1) C(m-j,n-k) / C(m,n), so that no subset has to be drawn.
     *
     * @param sorted all values, ascending
     * @param size at most the number of values
     */
    public double matched(double[] sorted, double p, int size) {
        if (size > sorted.length || size < 1) {
            throw new IllegalArgumentException("subsets of " + size + " out of " + sorted.length + " values");
        }
        if (size == sorted.length) {
            return type7(sorted, p);
        }
        double h = (size - 1) * p;
        int below = (int) h;
        double fraction = h - below;
        double lower = expectedOrderStatistic(sorted, below + 1, size);
        if (fraction == 0.0) {
            return lower;
        }
        return lower + fraction * (expectedOrderStatistic(sorted, below + 2, size) - lower);
    }

    /** Sums outwards from the likeliest position; ratios of neighbouring weights are simple fractions. */
    private double expectedOrderStatistic(double[] sorted, int k, int n) {
        int m = sorted.length;
        int mode = Math.max(k, Math.min(m - n + k, (int) ((long) k * (m + 1) / (n + 1))));
        double peak = StrictMath.exp(logChoose(mode - 1, k - 1) + logChoose(m - mode, n - k) - logChoose(m, n));
        double sum = peak * sorted[mode - 1];
        double total = peak;
        double weight = peak;
        for (int j = mode; j < m - n + k && weight > peak * NEGLIGIBLE; j++) {
            weight *= (double) j / (j - k + 1) * (m - j - n + k) / (m - j);
            sum += weight * sorted[j];
            total += weight;
        }
        weight = peak;
        for (int j = mode; j > k && weight > peak * NEGLIGIBLE; j--) {
            weight *= (double) (j - k) / (j - 1) * (m - j + 1) / (m - j + 1 - n + k);
            sum += weight * sorted[j - 2];
            total += weight;
        }
        // The weights sum to one but for rounding in the logarithms.
        return sum / total;
    }

    private double logChoose(int n, int k) {
        fillTo(n);
        return logFactorial[n] - logFactorial[k] - logFactorial[n - k];
    }

    private void fillTo(int n) {
        int known = logFactorial.length;
        if (n < known) {
            return;
        }
        double[] longer = Arrays.copyOf(logFactorial, Math.max(n + 1, 2 * known));
        for (int i = known; i < longer.length; i++) {
            longer[i] = longer[i - 1] + StrictMath.log(i);
        }
        logFactorial = longer;
    }
}
