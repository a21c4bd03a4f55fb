package org.bpfsim.scenario.schema;

import java.util.Map;
import java.util.Optional;
import org.bpfsim.scenario.yaml.Place;

/** The bound values of a mapping, for the factory of its record. */
final class Fields {
    private final Context context;
    private final Place place;
    private final Map<String, Object> values;
    private final Map<String, Place> places;

    Fields(Context context, Place place, Map<String, Object> values, Map<String, Place> places) {
        this.context = context;
        this.place = place;
        this.values = values;
        this.places = places;
    }

    /** The value of a required key or one with a default. */
    <T> T get(Key<T> key) {
        return find(key).orElseThrow(() -> new AssertionError("key " + key.name() + " is absent and has no default"));
    }

    /** The value of a key that may be absent. */
    @SuppressWarnings("unchecked") // RecordType.bind put in what key.type() made
    <T> Optional<T> find(Key<T> key) {
        return Optional.ofNullable((T) values.get(key.name()));
    }

    /** Adds a problem at the key's value, or at the mapping if the key is absent. */
    void problem(Key<?> key, String what, String remedy) {
        context.problem(places.getOrDefault(key.name(), place), what, remedy);
    }
}
