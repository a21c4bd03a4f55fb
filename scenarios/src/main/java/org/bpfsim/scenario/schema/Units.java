package org.bpfsim.scenario.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bpfsim.scenario.model.Fraction;
import org.bpfsim.scenario.model.QueueDepth;
import org.bpfsim.scenario.schema.ScalarType.Rejected;

/**
 * Quantities as people write them, kept as exact whole numbers of the smallest unit.
 *
 * <p>{@code bps} is bit/s, as vendors of switches write it; in {@code tc} it would be bytes per second, which is why
 * {@code Bps} and {@code GBps} are refused rather than guessed.
 */
final class Units {
    private static final String NUMBER = "[0-9][0-9_]*(\\.[0-9]+)?";
    private static final Pattern QUANTITY = Pattern.compile("(" + NUMBER + ")\\s*([^0-9\\s._].*)?");

    private static final Map<String, Long> RATES = rates();
    private static final Map<String, Long> TIMES = times();
    private static final Map<String, Long> SIZES = sizes();
    private static final Map<String, Long> FREQUENCIES = Map.of("/s", 1L, "k/s", 1_000L, "M/s", 1_000_000L);

    private Units() {}

    /** A rate above zero, in bit/s. */
    static ScalarType<Long> bitRate() {
        return new ScalarType<>(
                "[bit rate](#units)",
                () -> quantitySchema(NUMBER + " ?([kKmMgGtT]?(bps|bit|bit/s))", "25Gbps", false),
                (text, name) -> {
                    long rate = quantity(text, "rate", name, RATES, "Gbps", "Mbps", "bit/s");
                    if (rate == 0) {
                        throw new Rejected(name + " 0 carries nothing.", "Write a rate above zero.");
                    }
                    return rate;
                });
    }

    /** A time from 0, in picoseconds. */
    static ScalarType<Long> duration() {
        return new ScalarType<>(
                "[time](#units)",
                () -> quantitySchema(NUMBER + " ?(ps|ns|us|µs|ms|s|min)", "200ms", true),
                (text, name) -> quantity(text, "time", name, TIMES, "us", "ms", "ps"));
    }

    /** A time above 0, in picoseconds. */
    static ScalarType<Long> positiveDuration() {
        return new ScalarType<>(
                "[time](#units) above 0",
                () -> quantitySchema(NUMBER + " ?(ps|ns|us|µs|ms|s|min)", "200ms", false),
                (text, name) -> positive(quantity(text, "time", name, TIMES, "us", "ms", "ps"), name, text));
    }

    /** How often something happens, per second: above 0. */
    static ScalarType<Long> frequency() {
        return new ScalarType<>(
                "[frequency](#units) above 0",
                () -> quantitySchema(NUMBER + " ?[kM]?/s", "20k/s", false),
                (text, name) ->
                        positive(quantity(text, "frequency", name, FREQUENCIES, "/s", "k/s", "1/s"), name, text));
    }

    /** A size above 0, in bytes. */
    static ScalarType<Long> size() {
        return new ScalarType<>(
                "[size](#units) above 0",
                () -> quantitySchema(NUMBER + " ?([kKMGT]?B|[KMGT]iB)", "450KB", false),
                (text, name) -> positive(quantity(text, "size", name, SIZES, "KB", "MB", "bytes"), name, text));
    }

    /** Bytes, or packets. */
    static ScalarType<QueueDepth> queueDepth() {
        return new ScalarType<>(
                "[size or packets](#units)",
                () -> quantitySchema(NUMBER + " ?([kKMGT]?B|[KMGT]iB|p|packets?)", "65 packets", false),
                (text, name) -> {
                    Matcher m = QUANTITY.matcher(text);
                    if (m.matches() && m.group(3) != null && m.group(3).matches("p|packets?")) {
                        long packets = quantity(text, "size", name, packets(), "KB", "packets", "packets");
                        return new QueueDepth(packets, QueueDepth.Unit.PACKETS);
                    }
                    long bytes = quantity(text, "size", name, SIZES, "KB", " packets", "bytes");
                    return new QueueDepth(positive(bytes, name, text), QueueDepth.Unit.BYTES);
                });
    }

    /** A part of a whole: {@code 10%} or {@code 0.1}; at most {@code maxPercent} percent. */
    static ScalarType<Fraction> fraction(int minPercent, int maxPercent) {
        return new ScalarType<>(
                "[share](#units)",
                () -> {
                    ObjectNode schema = JsonSchema.empty();
                    var any = schema.putArray("anyOf");
                    any.add(JsonSchema.typed("string").put("pattern", "^" + NUMBER + " ?%$"));
                    any.add(JsonSchema.typed("number")
                            .put("minimum", minPercent / 100.0)
                            .put("maximum", maxPercent / 100.0));
                    return schema;
                },
                (text, name) -> {
                    Matcher m = QUANTITY.matcher(text);
                    String unit = m.matches() && m.group(3) != null ? m.group(3).strip() : "";
                    if (!m.matches() || !(unit.isEmpty() || unit.equals("%"))) {
                        throw new Rejected(name + " \"" + text + "\" is not a share.", "Write 10% or 0.1.");
                    }
                    int scale = unit.isEmpty() ? 9 : 7;
                    BigDecimal parts = number(m).scaleByPowerOfTen(scale);
                    long min = Fraction.ofPercent(minPercent).partsPerBillion();
                    long max = Fraction.ofPercent(maxPercent).partsPerBillion();
                    if (parts.compareTo(BigDecimal.valueOf(max)) > 0 || parts.compareTo(BigDecimal.valueOf(min)) < 0) {
                        String hint = unit.isEmpty() && number(m).compareTo(BigDecimal.ONE) > 0
                                ? "Did you mean " + text + "%?"
                                : "Write a share from " + minPercent + "% to " + maxPercent + "%.";
                        throw new Rejected(name + " " + text + " is out of range.", hint);
                    }
                    return new Fraction(exact(parts, name, text, "a thousand-millionth"));
                });
    }

    private static long positive(long value, String name, String text) throws Rejected {
        if (value == 0) {
            throw new Rejected(name + " \"" + text + "\" must be above zero.", "");
        }
        return value;
    }

    private static long quantity(
            String text,
            String kind,
            String name,
            Map<String, Long> units,
            String first,
            String second,
            String smallest)
            throws Rejected {
        Matcher m = QUANTITY.matcher(text.strip());
        if (!m.matches()) {
            String hint = text.startsWith("-") ? "It cannot be negative." : "Write for example 40" + first + ".";
            throw new Rejected(name + " \"" + text + "\" is not a " + kind + ".", hint);
        }
        if (m.group(3) == null) {
            if (number(m).signum() == 0) {
                return 0;
            }
            throw new Rejected(
                    name + " \"" + text + "\" has no unit.",
                    "Write " + m.group(1) + first + " or " + m.group(1) + second + ".");
        }
        String unit = m.group(3).strip();
        Long factor = units.get(unit);
        if (factor == null) {
            throw new Rejected(
                    name + " \"" + text + "\" has the unknown unit \"" + unit + "\".",
                    unitRemedy(unit, units, m.group(1), kind));
        }
        return exact(number(m).multiply(BigDecimal.valueOf(factor)), name, text, "a whole number of " + smallest);
    }

    private static String unitRemedy(String unit, Map<String, Long> units, String number, String kind) {
        if (kind.equals("rate") && unit.matches("[kKMGT]?(B/s|Bps|Byte/s)")) {
            return "That would be bytes per second; rates are in bits: 8Gbps is 1 GB/s.";
        }
        for (Map.Entry<String, Long> known : units.entrySet()) {
            if (known.getKey().equalsIgnoreCase(unit) || known.getKey().equalsIgnoreCase(unit + "B")) {
                return "Did you mean " + number + known.getKey() + "?";
            }
        }
        return "Known units: " + String.join(", ", units.keySet()) + ".";
    }

    private static BigDecimal number(Matcher m) {
        return new BigDecimal(m.group(1).replace("_", ""));
    }

    private static long exact(BigDecimal value, String name, String text, String limit) throws Rejected {
        BigInteger whole;
        try {
            whole = value.toBigIntegerExact();
        } catch (ArithmeticException e) {
            throw new Rejected(name + " \"" + text + "\" is finer than " + limit + ".", "Round it.");
        }
        if (whole.bitLength() > 62) {
            throw new Rejected(name + " \"" + text + "\" is too large.", "Write a smaller one.");
        }
        return whole.longValueExact();
    }

    private static ObjectNode quantitySchema(String regex, String example, boolean zero) {
        ObjectNode text = JsonSchema.typed("string").put("pattern", "^" + regex + "$");
        text.putArray("examples").add(example);
        if (!zero) {
            return text;
        }
        ObjectNode schema = JsonSchema.empty();
        var any = schema.putArray("anyOf");
        any.add(text);
        any.add(JsonSchema.empty().put("const", 0));
        return schema;
    }

    private static Map<String, Long> packets() {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("packets", 1L);
        units.put("packet", 1L);
        units.put("p", 1L);
        return units;
    }

    /** bit/s. Decimal prefixes, as for every link. */
    private static Map<String, Long> rates() {
        Map<String, Long> units = new LinkedHashMap<>();
        String[] prefixes = {"", "K", "M", "G", "T"};
        long factor = 1;
        for (String prefix : prefixes) {
            for (String unit : new String[] {"bps", "bit/s", "bit"}) {
                units.put(prefix + unit, factor);
                units.put(prefix.toLowerCase(Locale.ROOT) + unit, factor);
            }
            factor *= 1000;
        }
        return units;
    }

    /** Picoseconds. */
    private static Map<String, Long> times() {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("ps", 1L);
        units.put("ns", 1_000L);
        units.put("us", 1_000_000L);
        units.put("µs", 1_000_000L);
        units.put("ms", 1_000_000_000L);
        units.put("s", 1_000_000_000_000L);
        units.put("min", 60_000_000_000_000L);
        return units;
    }

    /** Bytes. {@code KB} is decimal and {@code KiB} binary (IEC 80000-13). */
    private static Map<String, Long> sizes() {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("B", 1L);
        units.put("kB", 1_000L);
        units.put("KB", 1_000L);
        units.put("MB", 1_000_000L);
        units.put("GB", 1_000_000_000L);
        units.put("TB", 1_000_000_000_000L);
        units.put("KiB", 1L << 10);
        units.put("MiB", 1L << 20);
        units.put("GiB", 1L << 30);
        units.put("TiB", 1L << 40);
        return units;
    }
}
