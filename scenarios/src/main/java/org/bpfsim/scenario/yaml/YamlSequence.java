package org.bpfsim.scenario.yaml;

import java.util.List;

/** A list. */
public record YamlSequence(List<YamlNode> items, Place place) implements YamlNode {
    public YamlSequence {
        items = List.copyOf(items);
    }

    @Override
    public String describe() {
        return "a list";
    }
}
