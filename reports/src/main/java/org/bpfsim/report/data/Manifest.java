package org.bpfsim.report.data;

import java.util.List;
import java.util.Optional;

/**
 * What was run, as manifest.json tells it.
 *
 * @param name the scenario's name
 * @param question the question in the user's words, may be empty
 * @param scenarioFile path of the scenario as given
 * @param scenarioSha256 hash of its text
 * @param objects ELF objects with their hashes
 * @param seed seed of all random streams, as text (it may exceed a double)
 * @param version version of bpfsim that made the results
 * @param arms arms in the order of the scenario
 * @param replications replications planned
 * @param settings resolved parts (network, workload, run ...) flattened to dotted names, in file order
 * @param phases parts of the measured interval between which programs came or went, in the order of time; may be empty
 * @param expectations what the author expected to come out
 * @param runs the runs that the manifest lists, in file order
 * @param metrics metric families asked for; empty means all
 */
public record Manifest(
        String name,
        String question,
        String scenarioFile,
        String scenarioSha256,
        List<ObjectFile> objects,
        String seed,
        String version,
        List<Arm> arms,
        int replications,
        List<Phase> phases,
        List<Expectation> expectations,
        List<Setting> settings,
        List<RunEntry> runs,
        List<String> metrics) {

    private static final double PS_PER_NS = 1000;

    /** Makes the lists immutable. */
    public Manifest {
        objects = List.copyOf(objects);
        arms = List.copyOf(arms);
        phases = List.copyOf(phases);
        expectations = List.copyOf(expectations);
        settings = List.copyOf(settings);
        runs = List.copyOf(runs);
        metrics = List.copyOf(metrics);
    }

    /** An ELF object that an arm attaches. */
    public record ObjectFile(String path, String sha256) {}

    /**
     * One arm of the experiment.
     *
     * @param share share of the units as text, for example "10%" or "0.1"; may be empty
     */
    public record Arm(String name, String share, boolean control, List<String> programs) {
        /** Makes the list immutable. */
        public Arm {
            programs = List.copyOf(programs);
        }
    }

    /**
     * A part of the measured interval.
     *
     * @param key its name in results
     * @param fromNs flows that begin from here on belong to it
     */
    public record Phase(String key, long fromNs) {}

    /** One resolved setting: a dotted name and its value as text. */
    public record Setting(String name, String value) {}

    /**
     * One run of the plan.
     *
     * @param id folder name under runs/
     * @param variant {@code ab} for the mixed experiment, {@code all:<arm>} when everybody is in that arm
     * @param replication number of the replication; runs of one replication share their random numbers
     * @param fingerprint fingerprint of the event trace; empty when unknown
     * @param status as the runner wrote it; empty when unknown
     */
    public record RunEntry(String id, String variant, int replication, String fingerprint, String status) {}

    /** The length of the measured interval in nanoseconds, NaN if the manifest does not tell. */
    public double measuredNs() {
        return settings.stream()
                .filter(setting -> setting.name().equals("run.measurePs"))
                .mapToDouble(setting -> Double.parseDouble(setting.value()) / PS_PER_NS)
                .findFirst()
                .orElse(Double.NaN);
    }

    /** The control arm, if the scenario has one. */
    public Optional<Arm> control() {
        return arms.stream().filter(Arm::control).findFirst();
    }

    /** All arms but the control, in order. */
    public List<Arm> treatments() {
        return arms.stream().filter(arm -> !arm.control()).toList();
    }
}
