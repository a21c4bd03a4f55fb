package org.bpfsim.scenario.model;

import java.util.Locale;

/** How far apart two hosts are, as their addresses tell. */
public enum Distance {
    /** Under the same switch. */
    SAME_RACK,
    /** In the same pod or datacenter, not under the same switch. */
    SAME_POD,
    /** In different pods or datacenters. */
    OTHER_POD;

    /** The distance between two places. */
    public static Distance between(HostPlace one, HostPlace other) {
        if (one.pod() != other.pod()) {
            return OTHER_POD;
        }
        return one.rack() == other.rack() ? SAME_RACK : SAME_POD;
    }

    /** The word in result tables: {@code same-rack}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
