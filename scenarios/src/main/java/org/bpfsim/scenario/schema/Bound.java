package org.bpfsim.scenario.schema;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.yaml.Place;

/**
 * A scenario that knows where its values stand.
 *
 * @param places by path: {@code workload[0].rpc.load}
 */
public record Bound(Scenario scenario, String file, Map<String, Place> places) {
    public Bound {
        places = Collections.unmodifiableMap(new TreeMap<>(places));
    }

    /** Where the value of that path stands; if it was left to its default, where the nearest value around it stands. */
    public Place place(String path) {
        String at = path;
        while (!at.isEmpty()) {
            Place place = places.get(at);
            if (place != null) {
                return place;
            }
            at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
        }
        return Place.of(file);
    }
}
