package org.bpfsim.scenario.yaml;

import java.util.List;
import java.util.Optional;

/** A mapping, its entries in the order of the file, each key once. */
public record YamlMapping(List<Entry> entries, Place place) implements YamlNode {
    /** One {@code key: value}; {@code place} is the key's. */
    public record Entry(String key, Place place, YamlNode value) {}

    public YamlMapping {
        entries = List.copyOf(entries);
    }

    /** The entry with this key. */
    public Optional<Entry> find(String key) {
        return entries.stream().filter(e -> e.key().equals(key)).findFirst();
    }

    @Override
    public String describe() {
        return "a mapping";
    }
}
