package org.bpfsim.scenario.schema;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bpfsim.scenario.yaml.Place;
import org.bpfsim.scenario.yaml.Problems;
import org.bpfsim.scenario.yaml.YamlMapping;
import org.bpfsim.scenario.yaml.YamlNode;

/** A mapping with given keys, which becomes a record. */
final class RecordType<T> implements ValueType<T> {
    /** A key that a user might well try, and why it cannot be. */
    record Refused(String key, String what, String remedy) {}

    private final String title;
    private final String meaning;
    private final List<Key<?>> keys;
    private final List<Refused> refused;
    private final Function<Fields, Optional<T>> factory;

    private RecordType(
            String title,
            String meaning,
            List<Key<?>> keys,
            List<Refused> refused,
            Function<Fields, Optional<T>> factory) {
        this.title = title;
        this.meaning = meaning;
        this.keys = List.copyOf(keys);
        this.refused = List.copyOf(refused);
        this.factory = factory;
    }

    /** A mapping whose keys, each right in itself, are always right together. */
    static <T> RecordType<T> of(String title, String meaning, List<Key<?>> keys, Function<Fields, T> factory) {
        return new RecordType<>(title, meaning, keys, List.of(), fields -> Optional.of(factory.apply(fields)));
    }

    /** A mapping whose factory may add a problem and return empty. */
    static <T> RecordType<T> checked(
            String title, String meaning, List<Key<?>> keys, Function<Fields, Optional<T>> factory) {
        return new RecordType<>(title, meaning, keys, List.of(), factory);
    }

    /** The same with a key that is answered with an explanation. */
    RecordType<T> refusing(String key, String what, String remedy) {
        return new RecordType<>(title, meaning, keys, List.of(new Refused(key, what, remedy)), factory);
    }

    String title() {
        return title;
    }

    String meaning() {
        return meaning;
    }

    List<Key<?>> keys() {
        return keys;
    }

    @Override
    public Optional<T> bind(YamlNode node, Context context) {
        if (!(node instanceof YamlMapping mapping)) {
            context.problem(
                    node.place(),
                    "`" + context.name() + "` needs a mapping, not " + node.describe() + ".",
                    "Write its keys: " + String.join(", ", keyNames()) + ".");
            return Optional.empty();
        }
        boolean good = reportUnknown(mapping, context);
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, Place> places = new LinkedHashMap<>();
        for (Key<?> key : keys) {
            Optional<YamlMapping.Entry> entry = mapping.find(key.name());
            if (entry.isPresent()) {
                YamlNode value = entry.get().value();
                places.put(key.name(), value.place());
                Optional<?> bound = key.type().bind(value, context.key(key.name(), value));
                good &= bound.isPresent();
                bound.ifPresent(v -> values.put(key.name(), v));
            } else if (key.required()) {
                context.problem(
                        mapping.place(),
                        "`" + context.name() + "` lacks the key `" + key.name() + "`.",
                        "Add for example `" + key.name() + ": " + key.example() + "`.");
                good = false;
            } else if (key.defaultText().isPresent() && key.type() instanceof ScalarType<?> scalar) {
                values.put(key.name(), scalar.parseDefault(key.defaultText().get()));
            }
        }
        return good ? factory.apply(new Fields(context, mapping.place(), values, places)) : Optional.empty();
    }

    /** The value of a mapping that is absent altogether: all keys at their defaults. */
    T allDefaults() {
        return bind(new YamlMapping(List.of(), Place.of("defaults")), Context.root(new Problems()))
                .orElseThrow(() -> new AssertionError("`" + title + "` has required keys"));
    }

    private boolean reportUnknown(YamlMapping mapping, Context context) {
        boolean good = true;
        for (YamlMapping.Entry entry : mapping.entries()) {
            if (keyNames().contains(entry.key())) {
                continue;
            }
            good = false;
            Optional<Refused> reason =
                    refused.stream().filter(r -> r.key().equals(entry.key())).findFirst();
            context.problem(
                    entry.place(),
                    reason.map(Refused::what).orElse("`" + context.name() + "` has no key `" + entry.key() + "`."),
                    reason.map(Refused::remedy).orElseGet(() -> DidYouMean.remedy(entry.key(), keyNames())));
        }
        return good;
    }

    private List<String> keyNames() {
        return keys.stream().<String>map(Key::name).toList();
    }

    @Override
    public ObjectNode toJsonSchema(JsonSchema schema) {
        return schema.define(title, () -> {
            ObjectNode node = JsonSchema.typed("object").put("description", meaning);
            ObjectNode properties = node.putObject("properties");
            for (Key<?> key : keys) {
                ObjectNode property = key.type().toJsonSchema(schema);
                property.put("description", key.meaning());
                key.defaultText().ifPresent(text -> JsonSchema.putDefault(property, text));
                properties.set(key.name(), property);
            }
            ArrayNode required = node.putArray("required");
            keys.stream().filter(Key::required).forEach(k -> required.add(k.name()));
            return node.put("additionalProperties", false);
        });
    }

    @Override
    public String words() {
        return "[" + title + "](#" + Reference.anchor(title) + ")";
    }

    @Override
    public List<ValueType<?>> parts() {
        return keys.stream().<ValueType<?>>map(Key::type).toList();
    }
}
