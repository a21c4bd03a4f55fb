package org.bpfsim.scenario.workload;

import java.util.List;
import org.bpfsim.scenario.model.Fraction;
import org.bpfsim.scenario.model.SizeSpec;
import org.bpfsim.scenario.model.SizeSpec.CdfPoint;

/** Flow size distributions from the literature. */
public final class PublishedSizes {
    private PublishedSizes() {}

    /**
     * Flows of a web-search cluster: Alizadeh et al., "Data Center TCP (DCTCP)", SIGCOMM 2010, figure 4. The paper has
     * only the plot; these points are the table that flow generators have used since, in bytes as in the one of HPCC
     * (Li et al., SIGCOMM 2019, {@code WebSearch_distribution.txt}). The mean is 1,711,250 bytes.
     */
    public static SizeSpec webSearch() {
        return new SizeSpec.Empirical(List.of(
                point(1, 0),
                point(10_000, 15),
                point(20_000, 20),
                point(30_000, 30),
                point(50_000, 40),
                point(80_000, 53),
                point(200_000, 60),
                point(1_000_000, 70),
                point(2_000_000, 80),
                point(5_000_000, 90),
                point(10_000_000, 97),
                point(30_000_000, 100)));
    }

    private static CdfPoint point(long bytes, int percent) {
        return new CdfPoint(bytes, Fraction.ofPercent(percent));
    }
}
