package org.bpfsim.tcp.bottleneck;

import java.util.ArrayList;
import java.util.List;

/** Numbers of packets, as {@code 100,305-307}: counted from 1. */
record Ranges(List<Range> ranges) {
    static final Ranges NONE = new Ranges(List.of());

    Ranges {
        ranges = List.copyOf(ranges);
    }

    record Range(long first, long last) {}

    /** @throws IllegalArgumentException if it is no such list */
    static Ranges parse(String text) {
        List<Range> ranges = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (!part.matches("[0-9]{1,18}(-[0-9]{1,18})?")) {
                throw new IllegalArgumentException("\"" + part + "\" is no number and no range. Write 100,305-307");
            }
            int dash = part.indexOf('-');
            long first = Long.parseLong(dash < 0 ? part : part.substring(0, dash));
            long last = dash < 0 ? first : Long.parseLong(part.substring(dash + 1));
            if (first < 1 || last < first) {
                throw new IllegalArgumentException("\"" + part + "\": packets count from 1, and a range goes upwards");
            }
            ranges.add(new Range(first, last));
        }
        return new Ranges(ranges);
    }

    boolean contains(long n) {
        for (Range r : ranges) {
            if (n >= r.first && n <= r.last) {
                return true;
            }
        }
        return false;
    }
}
