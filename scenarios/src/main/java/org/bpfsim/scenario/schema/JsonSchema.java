package org.bpfsim.scenario.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Writes the description of scenario files as JSON Schema (draft 2020-12), for editors and other tools.
 *
 * <p>It says less than the binder checks: form, not meaning across sections.
 */
public final class JsonSchema {
    private final Map<String, ObjectNode> definitions = new TreeMap<>();

    private JsonSchema() {}

    /** The schema of a scenario file, as it is committed in {@code schema/scenario.schema.json}. */
    public static String write() {
        JsonSchema schema = new JsonSchema();
        ObjectNode reference = ScenarioKeys.SCENARIO.toJsonSchema(schema);
        ObjectNode root = empty();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", "bpfsim scenario");
        root.put("$comment", "Generated from the description in org.bpfsim.scenario.schema; do not edit.");
        root.setAll(reference);
        ObjectNode definitions = root.putObject("$defs");
        schema.definitions.forEach(definitions::set);
        DefaultIndenter indent = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
                Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        printer.indentObjectsWith(indent);
        printer.indentArraysWith(indent);
        try {
            return new ObjectMapper().writer(printer).writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree of JSON nodes can always be written", e);
        }
    }

    /** A reference to the definition of that title, which is made at first use. */
    ObjectNode define(String title, Supplier<ObjectNode> definition) {
        String id = Reference.anchor(title);
        if (!definitions.containsKey(id)) {
            definitions.put(id, empty());
            definitions.put(id, definition.get());
        }
        return empty().put("$ref", "#/$defs/" + id);
    }

    static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode typed(String type) {
        return empty().put("type", type);
    }

    /** Puts a default as the JSON value that its YAML text means. */
    static void putDefault(ObjectNode node, String text) {
        if (text.matches("-?[0-9]+")) {
            node.put("default", Long.parseLong(text));
        } else if (text.equals("true") || text.equals("false")) {
            node.put("default", text.equals("true"));
        } else {
            node.put("default", text);
        }
    }
}
