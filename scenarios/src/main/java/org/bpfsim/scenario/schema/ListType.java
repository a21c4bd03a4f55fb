package org.bpfsim.scenario.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bpfsim.scenario.yaml.YamlNode;
import org.bpfsim.scenario.yaml.YamlSequence;

/** A list of at least one item. */
record ListType<T>(ValueType<T> item) implements ValueType<List<T>> {
    @Override
    public Optional<List<T>> bind(YamlNode node, Context context) {
        if (!(node instanceof YamlSequence sequence)) {
            context.problem(
                    node.place(),
                    "`" + context.name() + "` needs a list, not " + node.describe() + ".",
                    "Put `- ` before each item, or write [..].");
            return Optional.empty();
        }
        if (sequence.items().isEmpty()) {
            context.problem(node.place(), "`" + context.name() + "` is an empty list.", "Give it at least one item.");
            return Optional.empty();
        }
        List<T> items = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            YamlNode value = sequence.items().get(i);
            item.bind(value, context.item(i, value)).ifPresent(items::add);
        }
        return items.size() == sequence.items().size() ? Optional.of(items) : Optional.empty();
    }

    @Override
    public ObjectNode toJsonSchema(JsonSchema schema) {
        ObjectNode node = JsonSchema.typed("array");
        node.set("items", item.toJsonSchema(schema));
        return node.put("minItems", 1);
    }

    @Override
    public String words() {
        return "list of " + item.words();
    }

    @Override
    public List<ValueType<?>> parts() {
        return List.of(item);
    }
}
