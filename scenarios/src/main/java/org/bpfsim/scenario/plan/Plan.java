package org.bpfsim.scenario.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.bpfsim.scenario.model.Scenario;

/**
 * All runs of an experiment.
 *
 * @param identity hash of all that determines results, save how many replications and variants there are: adding some
 *     keeps those that are done
 * @param variants who is treated in which kind of run
 * @param runs replication by replication, so that a batch that stops early has whole replications
 */
public record Plan(String identity, List<Variant> variants, List<PlannedRun> runs) {
    /** Characters of a hash that are kept: 64 bits are ample for telling runs apart. */
    private static final int HASH_CHARS = 16;

    /** What a run's result does not depend on. */
    private static final List<String> IRRELEVANT = List.of("name", "question", "metrics", "expect");

    private static final List<String> IRRELEVANT_OF_RUN = List.of("replications", "totalEffect");

    public Plan {
        variants = List.copyOf(variants);
        runs = List.copyOf(runs);
    }

    /**
     * Unfolds a scenario.
     *
     * @param objectHashes SHA-256 of each object file by its path in the scenario
     */
    public static Plan of(Scenario scenario, SortedMap<String, String> objectHashes, String version) {
        ObjectNode determining = ScenarioJson.of(scenario);
        determining.remove(IRRELEVANT);
        ((ObjectNode) determining.get("run")).remove(IRRELEVANT_OF_RUN);
        StringBuilder text = new StringBuilder("bpfsim ").append(version).append('\n');
        text.append(determining).append('\n');
        for (Map.Entry<String, String> object : objectHashes.entrySet()) {
            text.append(object.getKey()).append(' ').append(object.getValue()).append('\n');
        }
        String identity = hash(text.toString());

        List<Variant> variants = Variant.of(scenario);
        List<PlannedRun> runs = new ArrayList<>();
        for (int replication = 0; replication < scenario.run().replications(); replication++) {
            for (Variant variant : variants) {
                runs.add(new PlannedRun(
                        id(variant, replication),
                        variant,
                        replication,
                        hash(identity + " " + variant.name() + " " + replication)));
            }
        }
        return new Plan(identity, variants, runs);
    }

    /** The same whatever else is planned, so that more replications or variants keep the runs that are done. */
    private static String id(Variant variant, int replication) {
        String number = String.format(Locale.ROOT, "r%04d", replication);
        return variant.equals(Variant.AB)
                ? number
                : number + "-" + variant.name().replace(':', '-');
    }

    private static String hash(String text) {
        return Sha256.of(text).substring(0, HASH_CHARS);
    }
}
