package org.bpfsim.scenario.yaml;

/**
 * A single value as its text.
 *
 * @param text the text, quotes and escapes resolved; empty for an absent value ({@code key:})
 * @param plain true if it was written without quotes
 */
public record YamlScalar(String text, boolean plain, Place place) implements YamlNode {
    /** True for {@code key:} with nothing after it, {@code ~} and {@code null}. */
    public boolean isNull() {
        return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
    }

    @Override
    public String describe() {
        return isNull() ? "nothing" : "\"" + text + "\"";
    }
}
