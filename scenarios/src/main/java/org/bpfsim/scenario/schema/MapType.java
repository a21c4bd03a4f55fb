package org.bpfsim.scenario.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bpfsim.scenario.yaml.YamlMapping;
import org.bpfsim.scenario.yaml.YamlNode;
import org.bpfsim.scenario.yaml.YamlScalar;

/**
 * A mapping whose keys the user chooses; its order is kept.
 *
 * @param keyWord what a key is, in a word or two: {@code arm}
 */
record MapType<K, V>(String keyWord, ScalarType<K> key, ValueType<V> value) implements ValueType<Map<K, V>> {
    @Override
    public Optional<Map<K, V>> bind(YamlNode node, Context context) {
        if (node instanceof YamlScalar scalar && scalar.isNull()) {
            return Optional.of(Map.of());
        }
        if (!(node instanceof YamlMapping mapping)) {
            context.problem(
                    node.place(),
                    "`" + context.name() + "` needs a mapping, not " + node.describe() + ".",
                    "Write `" + keyWord + ": value`, one per line.");
            return Optional.empty();
        }
        Map<K, V> entries = new LinkedHashMap<>();
        for (YamlMapping.Entry entry : mapping.entries()) {
            Optional<K> k =
                    key.bind(new YamlScalar(entry.key(), false, entry.place()), context.key(keyWord, entry.value()));
            Optional<V> v = value.bind(entry.value(), context.key(entry.key(), entry.value()));
            if (k.isPresent() && v.isPresent()) {
                entries.put(k.get(), v.get());
            }
        }
        return entries.size() == mapping.entries().size() ? Optional.of(entries) : Optional.empty();
    }

    @Override
    public ObjectNode toJsonSchema(JsonSchema schema) {
        ObjectNode node = JsonSchema.typed("object");
        node.set("propertyNames", key.toJsonSchema(schema));
        node.set("additionalProperties", value.toJsonSchema(schema));
        return node;
    }

    @Override
    public String words() {
        return "mapping of " + keyWord + " to " + value.words();
    }

    @Override
    public List<ValueType<?>> parts() {
        return List.of(value);
    }
}
