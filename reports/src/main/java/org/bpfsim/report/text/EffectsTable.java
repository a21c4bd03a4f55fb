package org.bpfsim.report.text;

import static org.bpfsim.report.text.TextTable.Align.LEFT;
import static org.bpfsim.report.text.TextTable.Align.RIGHT;

import java.util.List;
import org.bpfsim.report.stats.Comparison;
import org.bpfsim.report.stats.Effect;
import org.bpfsim.report.stats.Judgement;
import org.bpfsim.report.stats.Scorecard;

/** The table at the end of a run: for each treatment, its overall metrics against control. */
public final class EffectsTable {
    private static final String BOLD = "\u001b[1m";
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String DIM = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    private final int width;
    private final boolean colour;

    /** @param width columns of the terminal; @param colour true to use ANSI colours (only if a terminal reads it) */
    public EffectsTable(int width, boolean colour) {
        this.width = width;
        this.colour = colour;
    }

    /** The text, each line ended by {@code \n}. */
    public String render(Scorecard scores) {
        StringBuilder text = new StringBuilder();
        for (String treatment : scores.treatments()) {
            for (Comparison comparison : List.of(Comparison.AB, Comparison.TOTAL, Comparison.BIAS)) {
                section(text, scores, comparison, treatment);
            }
        }
        section(text, scores, Comparison.SPILLOVER, scores.control());
        expectations(text, scores);
        return text.toString();
    }

    private void expectations(StringBuilder text, Scorecard scores) {
        if (scores.judgements().isEmpty()) {
            return;
        }
        TextTable table = new TextTable(LEFT, LEFT, LEFT);
        table.row("expected", "seen [95% interval]", "");
        scores.judgements()
                .forEach(j -> table.row(JudgementWords.expected(j), JudgementWords.seen(j), JudgementWords.outcome(j)));
        text.append(text.length() > 0 ? "\n" : "");
        text.append(paint(BOLD, "Expectations")).append('\n');
        List<List<String>> rows = table.render(width);
        for (int i = 0; i < rows.size(); i++) {
            String style = i == 0 ? DIM : style(scores.judgements().get(i - 1));
            rows.get(i).forEach(line -> text.append(paint(style, line)).append('\n'));
        }
    }

    private static String style(Judgement judgement) {
        return switch (judgement.outcome()) {
            case AS_EXPECTED -> GREEN;
            case NOT_AS_EXPECTED -> RED;
            case CANNOT_TELL -> "";
        };
    }

    private void section(StringBuilder text, Scorecard scores, Comparison comparison, String treatment) {
        List<Effect> effects = scores.effects(comparison, treatment).stream()
                .filter(effect -> effect.metric().isOverall())
                .toList();
        if (effects.isEmpty()) {
            return;
        }
        TextTable table = new TextTable(LEFT, RIGHT, RIGHT, RIGHT, LEFT);
        table.row(headings(comparison));
        effects.forEach(effect -> table.row(cells(effect)));
        text.append(text.length() > 0 ? "\n" : "");
        text.append(paint(BOLD, treatment)).append("  ").append(comparison.label());
        text.append(", ").append(pairs(effects)).append('\n');
        List<List<String>> rows = table.render(width);
        for (int i = 0; i < rows.size(); i++) {
            String style = i == 0 ? DIM : style(effects.get(i - 1));
            rows.get(i).forEach(line -> text.append(paint(style, line)).append('\n'));
        }
    }

    private static String[] headings(Comparison comparison) {
        return switch (comparison) {
            case AB, TOTAL -> new String[] {"metric", "control", "treatment", "effect [95% interval]", "verdict"};
            case BIAS -> new String[] {"metric", "A/B", "total", "bias [95% interval]", "verdict"};
            case SPILLOVER -> new String[] {"metric", "alone", "beside arms", "effect [95% interval]", "verdict"};
        };
    }

    private static String[] cells(Effect effect) {
        return new String[] {
            effect.metric().label(),
            side(effect, effect.paired().controlMean()),
            side(effect, effect.paired().treatmentMean()),
            EffectWords.estimate(effect),
            EffectWords.verdict(effect)
        };
    }

    private static String side(Effect effect, double value) {
        return effect.comparison() == Comparison.BIAS
                ? Quantities.difference(value, effect.metric().measure().unit())
                : Quantities.format(value, effect.metric().measure().unit());
    }

    private static String pairs(List<Effect> effects) {
        int pairs = effects.stream().mapToInt(e -> e.paired().pairs()).max().orElse(0);
        return pairs == 1 ? "1 replication (no intervals below 2)" : pairs + " replications";
    }

    private static String style(Effect effect) {
        return switch (effect.verdict().outcome()) {
            case BETTER -> GREEN;
            case WORSE -> RED;
            case HIGHER, LOWER, NO_DIFFERENCE, ESTIMATE_ONLY -> "";
            case TOO_FEW_DATA -> DIM;
        };
    }

    private String paint(String style, String text) {
        return colour && !style.isEmpty() ? style + text + PLAIN : text;
    }
}
