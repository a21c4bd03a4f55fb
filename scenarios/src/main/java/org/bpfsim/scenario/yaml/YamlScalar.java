package org.bpfsim.scenario.yaml;

/**
 * A single value as its text.
 *
 * @param text the text, quotes and escapes resolved; empty for an absent value ({@code key:})
 * @param plain true if it was written without quotes
 */
public record YamlScalar(String text, boolean plain, Place place) implements YamlNode {
    private static final int MOST_SHOWN = 60;

    /** True for {@code key:} with nothing after it, {@code ~} and {@code null}. */
    public boolean isNull() {
        return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
    }

    @Override
    public String describe() {
        return isNull() ? "nothing" : "\"" + shown() + "\"";
    }

    /** A message that quotes this text, on one line and with no more of the text than a reader wants to see. */
    public String shortened(String message) {
        return shown().equals(text) ? message : message.replace(text, shown());
    }

    private String shown() {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= MOST_SHOWN ? line : line.substring(0, MOST_SHOWN) + "...";
    }
}
