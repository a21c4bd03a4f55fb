package org.bpfsim.report.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.bpfsim.report.stats.Measure.Scope;
import org.bpfsim.report.stats.MetricTable.Cohort;

/** Derives all effects from the metric table. */
final class Effects {
    private static final String MIXED = "ab";

    /** Metrics that one table shows together; Holm's adjustment counts within such a table. */
    private static final List<Predicate<Metric>> TABLES = List.of(
            Metric::isOverall,
            metric -> metric.isBy(FlowGroup.Kind.SIZE),
            metric -> metric.isBy(FlowGroup.Kind.DISTANCE),
            metric -> metric.isBy(FlowGroup.Kind.PHASE),
            metric -> metric.measure().scope() == Scope.PORT_CLASS);

    private final MetricTable table;
    private final RareEvents rare;
    private final String control;
    private final List<Effect> effects = new ArrayList<>();

    private Effects(MetricTable table, String control) {
        this.table = table;
        this.rare = new RareEvents(table);
        this.control = control;
    }

    /** The variant in which everybody is in that arm. */
    static String allOf(String arm) {
        return "all:" + arm;
    }

    static List<Effect> of(MetricTable table, String control, List<String> treatments) {
        Effects effects = new Effects(table, control);
        treatments.forEach(effects::abEffect);
        treatments.forEach(effects::totalEffect);
        treatments.forEach(effects::bias);
        effects.spillover();
        return List.copyOf(effects.effects);
    }

    private void abEffect(String treatment) {
        compare(Comparison.AB, treatment, new Cohort(MIXED, control), new Cohort(MIXED, treatment));
    }

    private void totalEffect(String treatment) {
        compare(
                Comparison.TOTAL,
                treatment,
                new Cohort(allOf(control), control),
                new Cohort(allOf(treatment), treatment));
        compare(
                Comparison.TOTAL,
                treatment,
                new Cohort(allOf(control), MetricTable.NETWORK),
                new Cohort(allOf(treatment), MetricTable.NETWORK));
    }

    private void spillover() {
        compare(Comparison.SPILLOVER, control, new Cohort(allOf(control), control), new Cohort(MIXED, control));
    }

    private void bias(String treatment) {
        Cohort abControl = new Cohort(MIXED, control);
        Cohort abTreatment = new Cohort(MIXED, treatment);
        Cohort allControl = new Cohort(allOf(control), control);
        Cohort allTreatment = new Cohort(allOf(treatment), treatment);
        List<Metric> metrics = shared(abControl, abTreatment);
        metrics.retainAll(shared(allControl, allTreatment));
        add(Comparison.BIAS, treatment, metrics, metric -> {
            double[] ab = minus(table.values(abTreatment, metric), table.values(abControl, metric));
            double[] total = minus(table.values(allTreatment, metric), table.values(allControl, metric));
            PairedEffect bias = PairedEffect.of(ab, total);
            boolean tooFew =
                    rare.tooFew(metric, abControl, abTreatment) || rare.tooFew(metric, allControl, allTreatment);
            return tooFew ? bias.untested() : bias;
        });
    }

    private void compare(Comparison comparison, String treatment, Cohort base, Cohort other) {
        add(comparison, treatment, shared(base, other), metric -> {
            PairedEffect effect = PairedEffect.of(table.values(base, metric), table.values(other, metric));
            return rare.tooFew(metric, base, other) ? effect.untested() : effect;
        });
    }

    /** Metrics that either side has: one that is undefined on a side is shown as too few data, not left out. */
    private List<Metric> shared(Cohort base, Cohort other) {
        if (table.metrics(base).isEmpty() || table.metrics(other).isEmpty()) {
            return new ArrayList<>();
        }
        TreeSet<Metric> metrics = new TreeSet<>(table.metrics(base));
        metrics.addAll(table.metrics(other));
        return new ArrayList<>(metrics);
    }

    private void add(
            Comparison comparison, String treatment, List<Metric> metrics, Function<Metric, PairedEffect> effect) {
        for (Predicate<Metric> inTable : TABLES) {
            List<Metric> rows = metrics.stream().filter(inTable).toList();
            List<PairedEffect> paired = rows.stream().map(effect).toList();
            double[] holm = Holm.adjust(
                    paired.stream().mapToDouble(PairedEffect::pValue).toArray());
            for (int i = 0; i < rows.size(); i++) {
                Direction direction = comparison == Comparison.BIAS
                        ? Direction.NEUTRAL
                        : rows.get(i).measure().direction();
                Verdict verdict = Verdict.of(direction, paired.get(i), holm[i]);
                effects.add(new Effect(comparison, treatment, rows.get(i), paired.get(i), holm[i], verdict));
            }
        }
    }

    private static double[] minus(double[] left, double[] right) {
        double[] difference = new double[left.length];
        for (int i = 0; i < left.length; i++) {
            difference[i] = left[i] - right[i];
        }
        return difference;
    }
}
