package org.bpfsim.report.stats;

import java.util.Comparator;

/**
 * A measure for a group: all flows of an arm, those of one size class, or the ports of one class.
 *
 * @param group {@code all}, a {@link SizeClass#key()}, or a port class such as {@code leaf-down}
 * @param order place among the groups of its measure, so that tables follow sizes and not the alphabet
 */
public record Metric(Measure measure, String group, int order) implements Comparable<Metric> {
    /** The group of all flows. */
    public static final String ALL = "all";

    private static final Comparator<Metric> ORDER =
            Comparator.comparingInt(Metric::order).thenComparing(Metric::group).thenComparing(Metric::measure);

    /** Over all flows of an arm. */
    public static Metric overall(Measure measure) {
        return new Metric(measure, ALL, 0);
    }

    /** Within a size class. */
    public static Metric within(Measure measure, SizeClass sizeClass) {
        return new Metric(measure, sizeClass.key(), 1 + sizeClass.ordinal());
    }

    /** Over the ports of a class. */
    public static Metric ports(Measure measure, String portClass) {
        return new Metric(measure, portClass, 1 + SizeClass.values().length);
    }

    /** True if it covers all flows of an arm. */
    public boolean isOverall() {
        return group.equals(ALL);
    }

    /** Name for readers, for example "Slowdown, p99 (leaf-down)". */
    public String label() {
        return isOverall() ? measure.label() : measure.label() + " (" + groupLabel() + ")";
    }

    /** Name of the group for readers. */
    public String groupLabel() {
        if (isOverall()) {
            return "All flows";
        }
        for (SizeClass sizeClass : SizeClass.values()) {
            if (sizeClass.key().equals(group)) {
                return sizeClass.label();
            }
        }
        return group;
    }

    @Override
    public int compareTo(Metric other) {
        return ORDER.compare(this, other);
    }
}
