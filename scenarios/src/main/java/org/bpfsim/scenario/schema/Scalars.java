package org.bpfsim.scenario.schema;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bpfsim.scenario.schema.ScalarType.Rejected;

/** Single values without a unit. */
final class Scalars {
    private Scalars() {}

    /** Any text. */
    static ScalarType<String> text() {
        return new ScalarType<>("text", () -> JsonSchema.typed("string"), (text, name) -> text);
    }

    /** Any single value as its text, number or not. */
    static ScalarType<String> scalarText() {
        return new ScalarType<>(
                "value",
                () -> {
                    ObjectNode schema = JsonSchema.empty();
                    schema.putArray("type").add("string").add("integer").add("boolean");
                    return schema;
                },
                (text, name) -> text);
    }

    /** Text of a certain form; {@code form} says it in words: {@code lower-case letters, digits and dashes}. */
    static ScalarType<String> word(String regex, String form) {
        Pattern pattern = Pattern.compile(regex);
        return new ScalarType<>(
                "word of " + form,
                () -> JsonSchema.typed("string").put("pattern", "^(" + regex + ")$"),
                (text, name) -> {
                    if (!pattern.matcher(text).matches()) {
                        throw new Rejected(name + " \"" + text + "\" is not " + form + ".", "");
                    }
                    return text;
                });
    }

    /** A whole number from {@code min} to {@code max}. */
    static ScalarType<Integer> integer(int min, int max) {
        ScalarType<Long> wide = longInteger(min, max);
        return new ScalarType<>(
                wide.words(), () -> wide.toJsonSchema(null), (text, name) -> Math.toIntExact(wide.parse(text, name)));
    }

    /** A whole number from {@code min} to {@code max}. */
    static ScalarType<Long> longInteger(long min, long max) {
        String range = max == Long.MAX_VALUE || max == Integer.MAX_VALUE ? "from " + min : "from " + min + " to " + max;
        return new ScalarType<>(
                "whole number " + range,
                () -> JsonSchema.typed("integer").put("minimum", min).put("maximum", max),
                (text, name) -> {
                    long value;
                    try {
                        value = Long.parseLong(text.replace("_", ""));
                    } catch (NumberFormatException e) {
                        String what = text.matches("[-+]?[0-9]+") ? " is out of range." : " is not a whole number.";
                        throw new Rejected(name + " \"" + text + "\"" + what, "Write a number " + range + ".");
                    }
                    if (value < min || value > max) {
                        throw new Rejected(name + " " + text + " is out of range.", "Write a number " + range + ".");
                    }
                    return value;
                });
    }

    /** 32 bits: a decimal or hexadecimal number, signed or not, or a name that stands for one. */
    static ScalarType<Integer> number32(Map<String, Integer> names) {
        Map<String, Integer> ordered = new TreeMap<>(names);
        String words = ordered.isEmpty()
                ? "number of 32 bits"
                : "number of 32 bits, or "
                        + ordered.keySet().stream().map(w -> "`" + w + "`").collect(Collectors.joining(", "));
        return new ScalarType<>(
                words,
                () -> {
                    ObjectNode schema = JsonSchema.empty();
                    schema.putArray("type").add("integer").add("string");
                    return schema;
                },
                (text, name) -> {
                    Integer known = ordered.get(text);
                    if (known != null) {
                        return known;
                    }
                    try {
                        long value = Long.decode(text);
                        if (value >= Integer.MIN_VALUE && value <= 0xffff_ffffL) {
                            return (int) value;
                        }
                    } catch (NumberFormatException e) {
                        String remedy = ordered.isEmpty()
                                ? "Write for example 1 or 0xdeadbeef."
                                : DidYouMean.remedy(text, ordered.keySet());
                        throw new Rejected(name + " \"" + text + "\" is no number.", remedy);
                    }
                    throw new Rejected(name + " " + text + " does not fit into 32 bits.", "");
                });
    }

    /** {@code true} or {@code false}. */
    static ScalarType<Boolean> bool() {
        return new ScalarType<>("`true` or `false`", () -> JsonSchema.typed("boolean"), (text, name) -> {
            if (text.equals("true") || text.equals("false")) {
                return text.equals("true");
            }
            throw new Rejected(name + " \"" + text + "\" is neither true nor false.", "Write true or false.");
        });
    }

    /** One of some words. */
    static <T> ScalarType<T> choice(Map<String, T> choices) {
        Map<String, T> ordered = new LinkedHashMap<>(choices);
        String words = ordered.keySet().stream().map(w -> "`" + w + "`").collect(Collectors.joining(", "));
        return new ScalarType<>(
                "one of " + words,
                () -> {
                    ObjectNode schema = JsonSchema.empty();
                    ArrayNode values = schema.putArray("enum");
                    ordered.forEach((word, value) -> {
                        if (value instanceof Integer number) {
                            values.add(number);
                        } else {
                            values.add(word);
                        }
                    });
                    return schema;
                },
                (text, name) -> {
                    T value = ordered.get(text);
                    if (value == null) {
                        throw new Rejected(
                                name + " \"" + text + "\" is not known.", DidYouMean.remedy(text, ordered.keySet()));
                    }
                    return value;
                });
    }

    /** The words of an enum with what {@code word} makes of each constant. */
    static <E extends Enum<E>> Map<String, E> words(Class<E> type, java.util.function.Function<E, String> word) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            words.put(word.apply(constant), constant);
        }
        return words;
    }
}
