package org.bpfsim.scenario.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.bpfsim.scenario.yaml.YamlNode;

/** What a value may look like, and what it becomes. */
interface ValueType<T> {
    /** The value, or empty after adding at least one problem to {@code context}. */
    Optional<T> bind(YamlNode node, Context context);

    /** The JSON Schema of a value; named types go to {@code schema}'s definitions and are referred to. */
    ObjectNode toJsonSchema(JsonSchema schema);

    /** In a few words of Markdown, for the reference: {@code bit rate}, {@code list of [link](#link)}. */
    String words();

    /** The types within, for the reference to describe in turn. */
    default List<ValueType<?>> parts() {
        return List.of();
    }
}
