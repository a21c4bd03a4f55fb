package org.bpfsim.scenario.schema;

import java.util.Optional;

/**
 * One key of a mapping.
 *
 * @param type what its value may be
 * @param required an absent required key is a problem
 * @param defaultText what an absent key means, as one would write it; empty if it means "none"
 * @param absent what absence means in words, if there is no default text
 * @param meaning one sentence or two, Markdown
 * @param example a value, as one would write it
 */
record Key<T>(
        String name,
        ValueType<T> type,
        boolean required,
        Optional<String> defaultText,
        String absent,
        String meaning,
        String example) {

    /** A key that must be there. */
    static <T> Key<T> required(String name, ValueType<T> type, String meaning, String example) {
        return new Key<>(name, type, true, Optional.empty(), "", meaning, example);
    }

    /** A key with a default. */
    static <T> Key<T> optional(String name, ScalarType<T> type, String defaultText, String meaning) {
        type.parseDefault(defaultText);
        return new Key<>(name, type, false, Optional.of(defaultText), "", meaning, defaultText);
    }

    /** A key that may be absent; {@code absent} says what that means. */
    static <T> Key<T> maybe(String name, ValueType<T> type, String absent, String meaning, String example) {
        return new Key<>(name, type, false, Optional.empty(), absent, meaning, example);
    }
}
