package org.bpfsim.report.stats;

import java.util.List;
import java.util.Locale;

/**
 * Flows that are scored by themselves beside all others.
 *
 * @param key name in CSV files, such as {@code le-10KB}, {@code same-rack}, {@code before-40ms}
 * @param index number within its kind, in the order of tables
 */
public record FlowGroup(Kind kind, String key, int index) {
    /** What the flows of a group have in common. */
    public enum Kind {
        /** Nothing: all flows. */
        ALL("All flows"),
        /** Their {@link SizeClass}. */
        SIZE("Flow size"),
        /** How far apart their ends are. */
        DISTANCE("Distance"),
        /** That they began between the same two changes of attached programs. */
        PHASE("Begun");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** Name for readers. */
        public String label() {
            return label;
        }
    }

    /** Words of flows.csv. */
    static final List<String> DISTANCES = List.of("same-rack", "same-pod", "other-pod");

    static final FlowGroup ALL = new FlowGroup(Kind.ALL, Metric.ALL, 0);

    /** The flows of a size class. */
    public static FlowGroup of(SizeClass sizeClass) {
        return new FlowGroup(Kind.SIZE, sizeClass.key(), sizeClass.ordinal());
    }

    /** The flows over a distance. */
    static FlowGroup ofDistance(int distance) {
        return new FlowGroup(Kind.DISTANCE, DISTANCES.get(distance), distance);
    }

    /** The flows that began in a phase. */
    static FlowGroup ofPhase(String key, int index) {
        return new FlowGroup(Kind.PHASE, key, index);
    }

    /** Name for readers. */
    public String label() {
        return switch (kind) {
            case ALL -> kind.label;
            case SIZE -> SizeClass.values()[index].label();
            case DISTANCE, PHASE -> {
                String words = key.replace('-', ' ');
                yield words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
            }
        };
    }
}
