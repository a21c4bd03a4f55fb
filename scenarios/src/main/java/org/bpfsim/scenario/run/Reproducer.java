package org.bpfsim.scenario.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bpfsim.scenario.Experiment;
import org.bpfsim.scenario.Loaded;
import org.bpfsim.scenario.ScenarioLoader;
import org.bpfsim.scenario.plan.Version;
import org.bpfsim.scenario.result.ResultException;
import org.bpfsim.scenario.result.ResultFolder;

/** Repeats the runs of a result folder from what the folder holds, elsewhere, and compares every byte. */
public final class Reproducer {
    private final Path folder;
    private final int threads;
    private volatile Runner runner;

    /** For a folder that a {@link Runner} made. */
    public Reproducer(Path folder, int threads) {
        this.folder = folder;
        this.threads = threads;
    }

    /** Gives up; {@link #reproduce} then reports what it has compared. */
    public void requestStop() {
        Runner current = runner;
        if (current != null) {
            current.requestStop();
        }
    }

    /**
     * Repeats and compares; the repetition is removed again.
     *
     * @param listener told now and then how far it is
     * @throws ResultException if the folder lacks something, or was made by another version
     */
    public Reproduction reproduce(Consumer<Progress> listener) throws ResultException {
        ResultFolder stored = ResultFolder.existing(folder);
        Experiment experiment = experiment(stored);
        Path scratch = null;
        try {
            scratch = Files.createTempDirectory("bpfsim-reproduce-");
            return reproduce(experiment, scratch.resolve("again"), listener);
        } catch (IOException e) {
            throw new ResultException(folder, "cannot be compared: " + e.getMessage() + ".", "", e);
        } finally {
            deleteTree(scratch);
        }
    }

    private Reproduction reproduce(Experiment experiment, Path again, Consumer<Progress> listener)
            throws ResultException, IOException {
        List<String> ids = storedRuns();
        runner = new Runner(experiment, again, threads, onlyThose(ids, Runner.simulation(experiment)));
        runner.run(listener);
        int compared = 0;
        for (String id : ids) {
            Path repeated = again.resolve("runs").resolve(id);
            if (!Files.exists(repeated)) {
                continue; // stopped before its end, or beyond the plan
            }
            Optional<Reproduction.Difference> difference =
                    compare(folder.resolve("runs").resolve(id), repeated, "runs/" + id);
            compared++;
            if (difference.isPresent()) {
                return new Reproduction(compared, difference);
            }
        }
        return new Reproduction(compared, Optional.empty());
    }

    private static RunBody onlyThose(List<String> ids, RunBody body) {
        return (run, control) -> ids.contains(run.id()) ? body.simulate(run, control) : Optional.empty();
    }

    private List<String> storedRuns() throws IOException {
        try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
            return runs.map(run -> run.getFileName().toString())
                    .filter(name -> !name.contains(".tmp-"))
                    .sorted()
                    .toList();
        }
    }

    private Experiment experiment(ResultFolder stored) throws ResultException {
        JsonNode manifest;
        if (!Files.isDirectory(folder.resolve("runs"))) {
            throw new ResultException(folder, "holds no finished run to compare with.", "Run the scenario again.");
        }
        try {
            manifest = new ObjectMapper().readTree(stored.manifest());
        } catch (JsonProcessingException e) {
            throw new ResultException(folder, "the manifest is damaged.", "Run the scenario again.", e);
        }
        String version = manifest.path("version").asText("");
        if (version.isEmpty()) {
            throw new ResultException(folder, "the manifest is damaged: it has no version.", "Run the scenario again.");
        }
        if (!version.equals(Version.current())) {
            throw new ResultException(
                    folder,
                    "the results are of bpfsim " + version + ", this is " + Version.current() + ".",
                    "Only the version that made them can repeat them byte by byte.");
        }
        Map<String, Path> copies = new LinkedHashMap<>();
        manifest.path("objects")
                .forEach(object -> copies.put(
                        object.path("givenAs").asText(),
                        folder.resolve(object.path("path").asText())));
        Loaded loaded = ScenarioLoader.load(
                folder.resolve("scenario.yaml"),
                manifest.path("scenarioFile").asText(),
                given -> copies.getOrDefault(given, folder.resolve(given)));
        if (loaded.experiment().isEmpty()) {
            throw new ResultException(
                    folder,
                    "the stored scenario is not right any more: "
                            + loaded.problems().get(0),
                    "Run the scenario again.");
        }
        String identity = loaded.experiment().get().plan().identity();
        if (!identity.equals(manifest.path("identity").asText())) {
            throw new ResultException(
                    folder,
                    "scenario.yaml or an object was changed after the runs (identity " + identity + ", not "
                            + manifest.path("identity").asText() + ").",
                    "Restore them, or run the scenario again.");
        }
        return loaded.experiment().get();
    }

    private static Optional<Reproduction.Difference> compare(Path stored, Path repeated, String name)
            throws IOException {
        TreeSet<String> files = new TreeSet<>();
        for (Path side : List.of(stored, repeated)) {
            try (Stream<Path> entries = Files.walk(side)) {
                entries.filter(Files::isRegularFile)
                        .forEach(entry -> files.add(side.relativize(entry).toString()));
            }
        }
        for (String file : files) {
            String a = readIfThere(stored.resolve(file));
            String b = readIfThere(repeated.resolve(file));
            if (!a.equals(b)) {
                return Optional.of(firstDifference(name + "/" + file, a, b));
            }
        }
        return Optional.empty();
    }

    private static String readIfThere(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1) : "";
    }

    private static Reproduction.Difference firstDifference(String file, String a, String b) {
        List<String> left = List.of(a.split("\n", -1));
        List<String> right = List.of(b.split("\n", -1));
        int line = 0;
        while (line < left.size() && line < right.size() && left.get(line).equals(right.get(line))) {
            line++;
        }
        return new Reproduction.Difference(file, line + 1, at(left, line), at(right, line));
    }

    private static Optional<String> at(List<String> lines, int line) {
        return line < lines.size() ? Optional.of(lines.get(line)) : Optional.empty();
    }

    private static void deleteTree(Path tree) throws ResultException {
        if (tree == null) {
            return;
        }
        try (Stream<Path> walk = Files.walk(tree)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new ResultException(tree, "cannot be removed: " + e.getMessage() + ".", "Remove it by hand.", e);
        }
    }
}
