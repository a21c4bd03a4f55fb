package org.bpfsim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bpfsim.scenario.Experiment;
import org.bpfsim.scenario.Loaded;
import org.bpfsim.scenario.ScenarioLoader;

/** The scenario files that a command line names: files, and folders of them. */
final class ScenarioFiles {
    /** Problems shown of one file; nobody mends more at a time, and a wrong file altogether has thousands. */
    private static final int MOST_SHOWN = 50;

    private ScenarioFiles() {}

    /** Replaces each folder by the scenario files in it, in alphabetical order. */
    static List<Path> expand(List<Path> arguments) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path argument : arguments) {
            if (!Files.isDirectory(argument)) {
                files.add(argument);
                continue;
            }
            try (Stream<Path> inside = Files.list(argument)) {
                List<Path> found =
                        inside.filter(ScenarioFiles::looksLikeYaml).sorted().toList();
                if (found.isEmpty()) {
                    throw CommandException.usage(argument + ": the folder holds no scenario (*.yaml, *.yml).");
                }
                files.addAll(found);
            }
        }
        return files;
    }

    /**
     * Loads all, and prints all problems of all.
     *
     * @throws CommandException with the usage status if there was any problem
     */
    static Map<Path, Experiment> load(List<Path> files, PrintWriter err) {
        Map<Path, Experiment> experiments = new LinkedHashMap<>();
        int problems = 0;
        for (Path file : files) {
            Loaded loaded = ScenarioLoader.load(file);
            loaded.problems().stream().limit(MOST_SHOWN).forEach(err::println);
            if (loaded.problems().size() > MOST_SHOWN) {
                err.println(file + ": and " + (loaded.problems().size() - MOST_SHOWN) + " more problems.");
            }
            problems += loaded.problems().size();
            loaded.experiment().ifPresent(experiment -> experiments.put(file, experiment));
        }
        if (problems > 0) {
            throw CommandException.usage(
                    problems + (problems == 1 ? " problem; " : " problems; ") + "nothing was run.");
        }
        return experiments;
    }

    private static boolean looksLikeYaml(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file) && (name.endsWith(".yaml") || name.endsWith(".yml"));
    }
}
