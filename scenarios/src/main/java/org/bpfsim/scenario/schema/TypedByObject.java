package org.bpfsim.scenario.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bpfsim.scenario.yaml.YamlMapping;
import org.bpfsim.scenario.yaml.YamlNode;
import org.bpfsim.scenario.yaml.YamlScalar;
import org.bpfsim.scenario.yaml.YamlSequence;

/**
 * A C value whose type only the ELF object knows: text, lists and mappings as they stand in the file. What fits is said when
 * the object has been read.
 */
final class TypedByObject implements ValueType<Object> {
    static final TypedByObject TYPE = new TypedByObject();

    private TypedByObject() {}

    @Override
    public Optional<Object> bind(YamlNode node, Context context) {
        if (node instanceof YamlScalar scalar) {
            if (scalar.isNull()) {
                context.problem(node.place(), "`" + context.name() + "` needs a value, not nothing.", "");
                return Optional.empty();
            }
            return Optional.of(scalar.text());
        } else if (node instanceof YamlSequence sequence) {
            List<Object> items = new ArrayList<>();
            for (int i = 0; i < sequence.items().size(); i++) {
                YamlNode item = sequence.items().get(i);
                bind(item, context.item(i, item)).ifPresent(items::add);
            }
            return items.size() == sequence.items().size() ? Optional.of(items) : Optional.empty();
        }
        YamlMapping mapping = (YamlMapping) node;
        Map<String, Object> members = new LinkedHashMap<>();
        for (YamlMapping.Entry entry : mapping.entries()) {
            bind(entry.value(), context.key(entry.key(), entry.value())).ifPresent(v -> members.put(entry.key(), v));
        }
        return members.size() == mapping.entries().size() ? Optional.of(members) : Optional.empty();
    }

    @Override
    public ObjectNode toJsonSchema(JsonSchema schema) {
        ObjectNode node = JsonSchema.empty();
        node.putArray("type")
                .add("string")
                .add("integer")
                .add("boolean")
                .add("array")
                .add("object");
        return node;
    }

    @Override
    public String words() {
        return "C value: number, enumerator, text, list for an array, mapping for a struct, `hex 0a 00` for bytes";
    }
}
