package org.bpfsim.scenario.schema;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bpfsim.scenario.model.Expectation.Direction;
import org.bpfsim.scenario.model.Expectation.Range;
import org.bpfsim.scenario.model.Expectation.Where;
import org.bpfsim.scenario.model.Score;
import org.bpfsim.scenario.schema.ScalarType.Rejected;

/** {@code expect}. */
final class ExpectKeys {
    /** An item as written; {@link ExpectChecks} fills in what depends on the rest of the scenario. */
    record Item(
            Score metric,
            String group,
            Optional<String> arm,
            String against,
            Where in,
            Optional<Direction> direction,
            Optional<Range> by,
            Optional<Range> value) {}

    private static final Pattern RANGE = Pattern.compile("(.+?)\\s*\\.\\.\\s*(.+)");
    private static final int MOST_PERCENT = 1_000_000;
    private static final BigDecimal PS_PER_NS = BigDecimal.valueOf(1000);

    private static final Key<Score> METRIC = Key.required(
            "metric",
            Scalars.choice(Scalars.words(Score.class, Score::word)),
            "As the column `metric` of `tables/effects.csv`; docs/statistics.md explains each.",
            "fct_p99");
    private static final Key<String> GROUP = Key.optional(
            "group",
            Scalars.text(),
            "all",
            "As the column `group` of `tables/effects.csv`: a class of flow size (`le-10KB`, `10KB-100KB`, `100KB-1MB`,"
                    + " `1MB-10MB`, `gt-10MB`), a distance (`same-rack`, `same-pod`, `other-pod`), a phase (`before-40ms`,"
                    + " `40ms-to-80ms`, `from-80ms`) where programs come or go, or, for queues and links, a class of port"
                    + " (`leaf-down`).");
    private static final Key<String> ARM =
            Key.maybe("arm", Scalars.text(), "the only arm", "Whose value it is about.", "larger-window");
    private static final Key<String> AGAINST =
            Key.optional("against", Scalars.text(), "control", "The arm that it is compared with.");
    private static final Key<Where> IN = Key.optional(
            "in",
            Scalars.choice(Scalars.words(Where.class, w -> w.name().toLowerCase(Locale.ROOT))),
            "ab",
            "`ab`: in the experiment itself; `rollout`: everybody in the one arm against everybody in the other, which"
                    + " needs `run: {total-effect: true}`.");
    private static final Key<Direction> DIRECTION = Key.maybe(
            "direction",
            Scalars.choice(Scalars.words(Direction.class, d -> d.name().toLowerCase(Locale.ROOT))),
            "only `value` is expected",
            "Where the arm's value lies from the other's; `same` is no further than `by` on either side.",
            "lower");
    private static final Key<Range> BY = Key.maybe(
            "by",
            new ScalarType<>(
                    "share or range of shares",
                    () -> JsonSchema.typed("string").put("pattern", "^[0-9.]+ ?%( ?\\.\\. ?[0-9.]+ ?%)?$"),
                    ExpectKeys::shares),
            "any",
            "How far it lies from the other's, as a share of the other's; one share alone is the least (with `same`: the"
                    + " most).",
            "10%..60%");
    private static final Key<String> VALUE = Key.maybe(
            "value",
            Scalars.scalarText(),
            "any",
            "What the arm's own mean over replications is: a range with units (`60KB..130KB`, `2ms..5ms`, `1%..3%`), or a"
                    + " least value.",
            "60KB..130KB");

    static final RecordType<Item> EXPECTATION = RecordType.checked(
            "Expectation",
            "What a metric is expected to do. A report says of each: as expected, not as expected, or that the runs"
                    + " cannot tell; `bpfsim run --check` fails (exit status 3) unless all are as expected. With a"
                    + " `direction`, it is as expected if the 95% interval excludes zero on that side and the estimate lies"
                    + " within `by`; it is not if the whole interval lies elsewhere.",
            List.of(METRIC, GROUP, ARM, AGAINST, IN, DIRECTION, BY, VALUE),
            ExpectKeys::item);

    private ExpectKeys() {}

    private static Optional<Item> item(Fields f) {
        Optional<Direction> direction = f.find(DIRECTION);
        if (direction.isEmpty() && f.find(VALUE).isEmpty()) {
            f.problem(
                    METRIC,
                    "nothing is expected of `" + f.get(METRIC).word() + "`.",
                    "Add `direction: lower`, or a `value`.");
            return Optional.empty();
        }
        if (direction.isEmpty() && f.find(BY).isPresent()) {
            f.problem(BY, "`by` needs a `direction`.", "Add `direction: lower`, `higher` or `same`.");
            return Optional.empty();
        }
        if (direction.isPresent()
                && direction.get() == Direction.SAME
                && f.find(BY).isEmpty()) {
            f.problem(DIRECTION, "`same` needs to know how far off is still the same.", "Add for example `by: 5%`.");
            return Optional.empty();
        }
        Optional<Range> value = Optional.empty();
        if (f.find(VALUE).isPresent()) {
            try {
                value = Optional.of(values(f.find(VALUE).get(), f.get(METRIC).kind()));
            } catch (Rejected e) {
                f.problem(VALUE, e.getMessage(), e.remedy());
                return Optional.empty();
            }
        }
        return Optional.of(new Item(
                f.get(METRIC), f.get(GROUP), f.find(ARM), f.get(AGAINST), f.get(IN), direction, f.find(BY), value));
    }

    private interface Quantity {
        BigDecimal parse(String text) throws Rejected;
    }

    private static Range shares(String text, String name) throws Rejected {
        return range(text, name, ExpectKeys::share);
    }

    private static BigDecimal share(String text) throws Rejected {
        return BigDecimal.valueOf(
                Units.fraction(0, MOST_PERCENT).parse(text, "share").partsPerBillion(), 9);
    }

    private static Range values(String text, Score.Kind kind) throws Rejected {
        return range(text, "value", one -> switch (kind) {
            case TIME ->
                BigDecimal.valueOf(Units.duration().parse(one, "value")).divide(PS_PER_NS);
            case SIZE -> BigDecimal.valueOf(one.equals("0") ? 0 : Units.size().parse(one, "value"));
            case RATE ->
                BigDecimal.valueOf(one.equals("0") ? 0 : Units.bitRate().parse(one, "value"));
            case SHARE -> share(one);
            case NUMBER -> number(one);
        });
    }

    private static BigDecimal number(String text) throws Rejected {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new Rejected("value \"" + text + "\" is not a number.", "Write for example 1.5..3.");
        }
    }

    private static Range range(String text, String name, Quantity quantity) throws Rejected {
        Matcher m = RANGE.matcher(text);
        if (!m.matches()) {
            return new Range(plain(quantity.parse(text)), Optional.empty());
        }
        BigDecimal low = quantity.parse(m.group(1));
        BigDecimal high = quantity.parse(m.group(2));
        if (low.compareTo(high) > 0) {
            throw new Rejected(name + " \"" + text + "\" ends before it begins.", "Write the smaller end first.");
        }
        return new Range(plain(low), Optional.of(plain(high)));
    }

    /** Without trailing zeros or exponent, so that manifests do not depend on how it was written. */
    private static BigDecimal plain(BigDecimal value) {
        return new BigDecimal(value.stripTrailingZeros().toPlainString());
    }
}
