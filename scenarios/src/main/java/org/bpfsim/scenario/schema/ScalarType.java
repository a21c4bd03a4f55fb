package org.bpfsim.scenario.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Supplier;
import org.bpfsim.scenario.yaml.YamlNode;
import org.bpfsim.scenario.yaml.YamlScalar;

/** A single value, made from its text. */
final class ScalarType<T> implements ValueType<T> {
    /** Makes the value from its text; {@code name} is the key, for messages. */
    interface Parser<T> {
        T parse(String text, String name) throws Rejected;
    }

    /** A text that is no such value. */
    static final class Rejected extends Exception {
        private final String remedy;

        Rejected(String what, String remedy) {
            super(what);
            this.remedy = remedy;
        }

        String remedy() {
            return remedy;
        }
    }

    private final String words;
    private final Supplier<ObjectNode> jsonSchema;
    private final Parser<T> parser;

    ScalarType(String words, Supplier<ObjectNode> jsonSchema, Parser<T> parser) {
        this.words = words;
        this.jsonSchema = jsonSchema;
        this.parser = parser;
    }

    @Override
    public Optional<T> bind(YamlNode node, Context context) {
        if (!(node instanceof YamlScalar scalar) || scalar.isNull()) {
            context.problem(
                    node.place(),
                    "`" + context.name() + "` needs " + article(plainWords()) + ", not " + node.describe() + ".",
                    "");
            return Optional.empty();
        }
        try {
            return Optional.of(parse(scalar.text(), context.name()));
        } catch (Rejected e) {
            context.problem(node.place(), scalar.shortened(e.getMessage()), e.remedy());
            return Optional.empty();
        }
    }

    T parse(String text, String name) throws Rejected {
        return parser.parse(text, name);
    }

    /** The value of a default, which is ours and therefore right. */
    T parseDefault(String text) {
        try {
            return parser.parse(text, "default");
        } catch (Rejected e) {
            throw new AssertionError("default " + text + ": " + e.getMessage(), e);
        }
    }

    @Override
    public ObjectNode toJsonSchema(JsonSchema schema) {
        return jsonSchema.get();
    }

    @Override
    public String words() {
        return words;
    }

    /** The words without Markdown links. */
    private String plainWords() {
        return words.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").replace("`", "");
    }

    static String article(String noun) {
        return ("aeiou".indexOf(noun.charAt(0)) >= 0 ? "an " : "a ") + noun;
    }
}
