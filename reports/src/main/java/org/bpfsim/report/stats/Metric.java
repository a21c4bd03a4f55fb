package org.bpfsim.report.stats;

import java.util.Comparator;
import java.util.Optional;

/**
 * A measure for a group: all flows of an arm, those of one {@link FlowGroup}, or the ports of one class.
 *
 * @param group {@code all}, a {@link FlowGroup#key()}, or a port class such as {@code leaf-down}
 * @param order place among the groups of its measure, so that tables follow sizes and not the alphabet
 */
public record Metric(Measure measure, String group, int order) implements Comparable<Metric> {
    /** The group of all flows. */
    public static final String ALL = "all";

    private static final int GROUPS_PER_KIND = 1_000_000;
    private static final int PORTS = FlowGroup.Kind.values().length * GROUPS_PER_KIND;

    private static final Comparator<Metric> ORDER =
            Comparator.comparingInt(Metric::order).thenComparing(Metric::group).thenComparing(Metric::measure);

    /** Over all flows of an arm. */
    public static Metric overall(Measure measure) {
        return within(measure, FlowGroup.ALL);
    }

    /** Within a group of flows. */
    public static Metric within(Measure measure, FlowGroup group) {
        return new Metric(measure, group.key(), group.kind().ordinal() * GROUPS_PER_KIND + group.index());
    }

    /** Over the ports of a class. */
    public static Metric ports(Measure measure, String portClass) {
        return new Metric(measure, portClass, PORTS);
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
        return kind().map(kind -> new FlowGroup(kind, group, order % GROUPS_PER_KIND).label())
                .orElse(group);
    }

    /** What the flows of its group have in common; empty if it is a metric of ports. */
    public Optional<FlowGroup.Kind> kind() {
        return order == PORTS ? Optional.empty() : Optional.of(FlowGroup.Kind.values()[order / GROUPS_PER_KIND]);
    }

    /** True if it covers flows of a group of that kind. */
    public boolean isBy(FlowGroup.Kind kind) {
        return kind().filter(kind::equals).isPresent();
    }

    @Override
    public int compareTo(Metric other) {
        return ORDER.compare(this, other);
    }
}
