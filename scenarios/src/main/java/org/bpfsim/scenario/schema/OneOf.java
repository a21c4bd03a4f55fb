package org.bpfsim.scenario.schema;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bpfsim.scenario.yaml.YamlMapping;
import org.bpfsim.scenario.yaml.YamlNode;
import org.bpfsim.scenario.yaml.YamlScalar;

/** Exactly one of several forms: a word alone, or a mapping with one key that names the form. */
final class OneOf<T> implements ValueType<T> {
    /** A form with a value: {@code fixed: 4KB}. */
    record Form<T>(String name, ValueType<? extends T> type, String meaning, String example) {}

    /** A form that is a word alone: {@code web-search}. */
    record Word<T>(String name, T value, String meaning) {}

    private final String title;
    private final String meaning;
    private final List<Form<T>> forms;
    private final List<Word<T>> wordForms;

    OneOf(String title, String meaning, List<Word<T>> wordForms, List<Form<T>> forms) {
        this.title = title;
        this.meaning = meaning;
        this.forms = List.copyOf(forms);
        this.wordForms = List.copyOf(wordForms);
    }

    String title() {
        return title;
    }

    String meaning() {
        return meaning;
    }

    List<Form<T>> forms() {
        return forms;
    }

    List<Word<T>> wordForms() {
        return wordForms;
    }

    @Override
    public Optional<T> bind(YamlNode node, Context context) {
        if (node instanceof YamlScalar scalar && !scalar.isNull()) {
            return bindWord(scalar, context);
        }
        if (!(node instanceof YamlMapping mapping) || mapping.entries().size() != 1) {
            context.problem(
                    node.place(),
                    "`" + context.name() + "` needs exactly one of " + String.join(", ", names()) + ".",
                    "Write for example `" + context.name() + ": " + example() + "`.");
            return Optional.empty();
        }
        YamlMapping.Entry entry = mapping.entries().get(0);
        for (Form<T> form : forms) {
            if (form.name().equals(entry.key())) {
                return form.type()
                        .bind(entry.value(), context.key(entry.key(), entry.value()))
                        .map(v -> v);
            }
        }
        context.problem(
                entry.place(),
                "`" + context.name() + "` has no form `" + entry.key() + "`.",
                DidYouMean.remedy(entry.key(), names()));
        return Optional.empty();
    }

    private Optional<T> bindWord(YamlScalar scalar, Context context) {
        for (Word<T> word : wordForms) {
            if (word.name().equals(scalar.text())) {
                return Optional.of(word.value());
            }
        }
        Optional<Form<T>> bare =
                forms.stream().filter(f -> f.name().equals(scalar.text())).findFirst();
        context.problem(
                scalar.place(),
                bare.isPresent()
                        ? "`" + scalar.text() + "` needs a value."
                        : context.name() + " \"" + scalar.text() + "\" is not known.",
                bare.isPresent()
                        ? "Write `" + context.name() + ": {" + bare.get().name() + ": "
                                + bare.get().example() + "}`."
                        : DidYouMean.remedy(scalar.text(), names()));
        return Optional.empty();
    }

    private List<String> names() {
        return Stream.concat(wordForms.stream().map(Word::name), forms.stream().map(Form::name))
                .toList();
    }

    private String example() {
        return wordForms.isEmpty()
                ? "{" + forms.get(0).name() + ": " + forms.get(0).example() + "}"
                : wordForms.get(0).name();
    }

    @Override
    public ObjectNode toJsonSchema(JsonSchema schema) {
        return schema.define(title, () -> {
            ObjectNode node = JsonSchema.empty().put("description", meaning);
            ArrayNode any = node.putArray("oneOf");
            for (Word<T> word : wordForms) {
                any.add(JsonSchema.empty().put("const", word.name()).put("description", word.meaning()));
            }
            for (Form<T> form : forms) {
                ObjectNode value = form.type().toJsonSchema(schema);
                value.put("description", form.meaning());
                ObjectNode alternative = JsonSchema.typed("object");
                alternative.putObject("properties").set(form.name(), value);
                alternative.putArray("required").add(form.name());
                any.add(alternative.put("additionalProperties", false));
            }
            return node;
        });
    }

    @Override
    public String words() {
        return "[" + title + "](#" + Reference.anchor(title) + ")";
    }

    @Override
    public List<ValueType<?>> parts() {
        List<ValueType<?>> parts = new ArrayList<>();
        forms.forEach(f -> parts.add(f.type()));
        return parts;
    }
}
