package org.bpfsim.report.stats;

import java.util.List;
import org.bpfsim.report.data.Manifest;
import org.bpfsim.report.data.Manifest.RunEntry;

/**
 * Everything that a report says about one result folder, in numbers.
 *
 * @param manifest what was run
 * @param missing planned runs that failed or have not finished
 * @param scoredRuns runs behind the numbers
 * @param arms one entry per arm, in the scenario's order, for the charts' variant
 * @param metrics arm x replication x metric
 * @param effects all comparisons
 * @param judgements what became of the expectations, in their order
 * @param chartVariant the runs that the curves show: {@code ab}, or {@code all} when there is no mixed experiment
 */
public record Scorecard(
        Manifest manifest,
        List<RunEntry> missing,
        List<RunEntry> scoredRuns,
        List<ArmFlows> arms,
        MetricTable metrics,
        List<Effect> effects,
        List<Judgement> judgements,
        String chartVariant,
        List<FctCurve> fctCurves,
        List<LatencyCurves> latencyCurves,
        List<SizeCurve> sizeCurves,
        List<QueueCurve> queueCurves) {

    /** Makes the lists immutable. */
    public Scorecard {
        missing = List.copyOf(missing);
        scoredRuns = List.copyOf(scoredRuns);
        arms = List.copyOf(arms);
        effects = List.copyOf(effects);
        judgements = List.copyOf(judgements);
        fctCurves = List.copyOf(fctCurves);
        latencyCurves = List.copyOf(latencyCurves);
        sizeCurves = List.copyOf(sizeCurves);
        queueCurves = List.copyOf(queueCurves);
    }

    /** How many flows of an arm were measured, and how many of them completed, over all replications. */
    public record ArmFlows(String arm, boolean control, long measured, long completed) {}

    /** The effects of one comparison for one treatment, in the order of tables. */
    public List<Effect> effects(Comparison comparison, String treatment) {
        return effects.stream()
                .filter(effect ->
                        effect.comparison() == comparison && effect.treatment().equals(treatment))
                .toList();
    }

    /** True if the comparison could be made at all (its runs exist). */
    public boolean has(Comparison comparison) {
        return effects.stream().anyMatch(effect -> effect.comparison() == comparison);
    }

    /** Flows measured over all arms of the charts' variant. */
    public long flowsMeasured() {
        return arms.stream().mapToLong(ArmFlows::measured).sum();
    }

    /** Requests, queries and jobs that were answered, over all arms of the charts' variant. */
    public long requestsAnswered() {
        return latencyCurves.stream()
                .flatMap(curves -> curves.curves().stream())
                .mapToLong(FctCurve::flows)
                .sum();
    }

    /** Name of the control arm: the one the manifest marks, else the first. */
    public String control() {
        return Scoring.control(manifest);
    }

    /** Names of the other arms. */
    public List<String> treatments() {
        return Scoring.treatments(manifest);
    }
}
