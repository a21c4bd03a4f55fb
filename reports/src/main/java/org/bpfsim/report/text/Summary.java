package org.bpfsim.report.text;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.bpfsim.report.stats.Comparison;
import org.bpfsim.report.stats.Effect;
import org.bpfsim.report.stats.FlowGroup;
import org.bpfsim.report.stats.Measure;
import org.bpfsim.report.stats.Scorecard;
import org.bpfsim.report.stats.Verdict.Outcome;

/**
 * A treatment's verdict in plain words: what is better, what is worse, what cannot be told.
 *
 * @param treatment the arm
 * @param headline one sentence
 * @param points one line each, most important first
 */
public record Summary(String treatment, Outcome overall, String headline, List<String> points) {
    /** What a rollout is summed up by: one measure for flows, one for each kind of question of applications. */
    private static final Set<Measure> OF_A_ROLLOUT =
            EnumSet.of(Measure.SLOWDOWN_MEAN, Measure.LATENCY_MEAN, Measure.QCT_MEAN, Measure.JOB_MEAN);

    /** Makes the list immutable. */
    public Summary {
        points = List.copyOf(points);
    }

    /** Sums up the overall metrics of a treatment. */
    public static Summary of(Scorecard scores, String treatment) {
        Comparison comparison = scores.has(Comparison.AB) ? Comparison.AB : Comparison.TOTAL;
        List<Effect> effects = overall(scores, comparison, treatment);
        List<String> points = new ArrayList<>();
        add(points, "Better", effects, confirmed(Outcome.BETTER));
        add(points, "Worse", effects, confirmed(Outcome.WORSE));
        add(
                points,
                "Changed, neither good nor bad",
                effects,
                confirmed(Outcome.HIGHER).or(confirmed(Outcome.LOWER)));
        add(points, "Perhaps (does not survive the correction for many metrics)", effects, Summary::unconfirmed);
        sizes(scores, comparison, treatment).ifPresent(points::add);
        add(points, "Estimates without interval", effects, is(Outcome.ESTIMATE_ONLY));
        labels("No difference seen", effects, is(Outcome.NO_DIFFERENCE).and(e -> !tooWide(e)))
                .ifPresent(points::add);
        labels(
                        "Cannot tell, intervals too wide",
                        effects,
                        is(Outcome.NO_DIFFERENCE).and(Summary::tooWide))
                .ifPresent(points::add);
        labels("Too few data", effects, is(Outcome.TOO_FEW_DATA)).ifPresent(points::add);
        if (comparison == Comparison.AB) {
            points.addAll(rollout(scores, treatment));
        }
        List<Effect> judged = new ArrayList<>(effects);
        judged.addAll(bySize(scores, comparison, treatment));
        Outcome outcome = outcome(judged);
        return new Summary(treatment, outcome, headline(outcome, judged), points);
    }

    private static List<Effect> overall(Scorecard scores, Comparison comparison, String treatment) {
        return scores.effects(comparison, treatment).stream()
                .filter(effect -> effect.metric().isOverall())
                .toList();
    }

    /** Mean slowdown within size classes, where a difference is confirmed. */
    private static List<Effect> bySize(Scorecard scores, Comparison comparison, String treatment) {
        return scores.effects(comparison, treatment).stream()
                .filter(effect -> effect.metric().measure() == Measure.SLOWDOWN_MEAN)
                .filter(effect -> effect.metric().isBy(FlowGroup.Kind.SIZE))
                .filter(effect ->
                        effect.verdict().sawDifference() && effect.verdict().confirmed())
                .toList();
    }

    private static Optional<String> sizes(Scorecard scores, Comparison comparison, String treatment) {
        List<String> classes = bySize(scores, comparison, treatment).stream()
                .map(effect -> effect.metric().groupLabel() + " " + change(effect))
                .toList();
        return classes.isEmpty()
                ? Optional.empty()
                : Optional.of("By flow size, mean slowdown: " + String.join("; ", classes) + ".");
    }

    private static String headline(Outcome outcome, List<Effect> effects) {
        if (effects.isEmpty()) {
            return "There is nothing to compare.";
        }
        boolean perhapsWorse = effects.stream().anyMatch(is(Outcome.WORSE));
        boolean perhapsBetter = effects.stream().anyMatch(is(Outcome.BETTER));
        return switch (outcome) {
            case BETTER -> perhapsWorse ? "Better in some respects, perhaps worse in others." : "Better.";
            case WORSE -> perhapsBetter ? "Worse in some respects, perhaps better in others." : "Worse.";
            case HIGHER, LOWER -> "Better in some respects, worse in others.";
            case NO_DIFFERENCE -> "Neither better nor worse, as far as these data tell.";
            case ESTIMATE_ONLY -> "One replication: estimates without intervals, no verdict.";
            case TOO_FEW_DATA -> "Too few data for a verdict.";
        };
    }

    /** The whole in one outcome; {@code HIGHER} stands for a mixed picture. */
    private static Outcome outcome(List<Effect> effects) {
        boolean better = effects.stream().anyMatch(confirmed(Outcome.BETTER));
        boolean worse = effects.stream().anyMatch(confirmed(Outcome.WORSE));
        if (better || worse) {
            return better && worse ? Outcome.HIGHER : better ? Outcome.BETTER : Outcome.WORSE;
        }
        if (effects.stream().anyMatch(is(Outcome.ESTIMATE_ONLY))) {
            return Outcome.ESTIMATE_ONLY;
        }
        boolean judged = effects.stream()
                .anyMatch(
                        is(Outcome.NO_DIFFERENCE).or(effect -> effect.verdict().sawDifference()));
        return judged ? Outcome.NO_DIFFERENCE : Outcome.TOO_FEW_DATA;
    }

    private static Predicate<Effect> is(Outcome outcome) {
        return effect -> effect.verdict().outcome() == outcome;
    }

    private static Predicate<Effect> confirmed(Outcome outcome) {
        return is(outcome).and(effect -> effect.verdict().confirmed());
    }

    private static boolean unconfirmed(Effect effect) {
        return effect.verdict().sawDifference() && !effect.verdict().confirmed();
    }

    private static boolean tooWide(Effect effect) {
        return EffectWords.verdict(effect).startsWith("cannot tell");
    }

    private static void add(List<String> points, String lead, List<Effect> effects, Predicate<Effect> which) {
        List<String> words = effects.stream()
                .filter(which)
                .map(effect -> name(effect) + " " + change(effect))
                .toList();
        if (!words.isEmpty()) {
            points.add(lead + ": " + String.join("; ", words) + ".");
        }
    }

    private static Optional<String> labels(String lead, List<Effect> effects, Predicate<Effect> which) {
        List<String> names = effects.stream().filter(which).map(Summary::name).toList();
        return names.isEmpty() ? Optional.empty() : Optional.of(lead + ": " + String.join("; ", names) + ".");
    }

    private static List<String> rollout(Scorecard scores, String treatment) {
        return overall(scores, Comparison.TOTAL, treatment).stream()
                .filter(effect -> OF_A_ROLLOUT.contains(effect.metric().measure()))
                .filter(effect -> effect.paired().pairs() > 0)
                .map(effect -> "If everybody had it: " + name(effect) + " " + EffectWords.estimate(effect) + "; "
                        + bias(scores, effect) + ".")
                .toList();
    }

    private static String bias(Scorecard scores, Effect total) {
        return overall(scores, Comparison.BIAS, total.treatment()).stream()
                .filter(effect -> effect.metric().equals(total.metric()))
                .findFirst()
                .map(EffectWords::verdict)
                .orElse("the A/B effect is not known");
    }

    private static String change(Effect effect) {
        return EffectWords.verdict(effect).replaceFirst("^(perhaps )?((better|worse): )?", "");
    }

    private static String name(Effect effect) {
        String label = effect.metric().label();
        boolean acronym = label.length() > 1 && Character.isUpperCase(label.charAt(1));
        return acronym ? label : label.substring(0, 1).toLowerCase(Locale.ROOT) + label.substring(1);
    }
}
