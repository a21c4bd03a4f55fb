package org.bpfsim.scenario;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bpfsim.scenario.model.ArmSpec;
import org.bpfsim.scenario.result.Inputs;
import org.bpfsim.scenario.schema.Bound;
import org.bpfsim.scenario.schema.ScenarioBinder;
import org.bpfsim.scenario.world.ProgramLoader;
import org.bpfsim.scenario.world.Programs;
import org.bpfsim.scenario.yaml.Place;
import org.bpfsim.scenario.yaml.Problems;

/** Reads a scenario file and the objects that it names. */
public final class ScenarioLoader {
    private ScenarioLoader() {}

    /** Reads, checks and loads everything; objects are looked for relative to the file. */
    public static Loaded load(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return load(file, file.getFileName().toString(), folder::resolve);
    }

    /**
     * The same with objects that may be elsewhere.
     *
     * @param name what manifests call the file
     * @param objects where the object is that the scenario calls so
     */
    public static Loaded load(Path file, String name, Function<String, Path> objects) {
        Problems problems = new Problems();
        Optional<String> text = readText(file, problems);
        Optional<Bound> bound = text.flatMap(t -> ScenarioBinder.bind(file.toString(), t, problems));
        if (bound.isEmpty()) {
            return new Loaded(Optional.empty(), problems.toList());
        }
        Map<String, byte[]> files = readObjects(bound.get(), objects, problems);
        Programs programs = ProgramLoader.load(bound.get(), files, problems);
        if (!problems.isEmpty()) {
            return new Loaded(Optional.empty(), problems.toList());
        }
        Inputs inputs = new Inputs(name, text.get(), copies(files));
        return new Loaded(Optional.of(new Experiment(bound.get().scenario(), inputs, programs)), List.of());
    }

    private static Optional<String> readText(Path file, Problems problems) {
        try {
            return Optional.of(Files.readString(file));
        } catch (CharacterCodingException e) {
            problems.add(Place.of(file.toString()), "this is no text in UTF-8.", "Save it as UTF-8.");
        } catch (IOException e) {
            problems.add(Place.of(file.toString()), "cannot be read: " + reason(e) + ".", "Check the path.");
        }
        return Optional.empty();
    }

    /** Contents by path as given, each object once. */
    private static Map<String, byte[]> readObjects(Bound bound, Function<String, Path> objects, Problems problems) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (ArmSpec arm : bound.scenario().arms()) {
            for (int i = 0; i < arm.attach().size(); i++) {
                String given = arm.attach().get(i).object();
                Place place = bound.place("arms." + arm.name() + ".attach[" + i + "].object");
                try {
                    if (!files.containsKey(given)) {
                        files.put(given, Files.readAllBytes(objects.apply(given)));
                    }
                } catch (IOException | java.nio.file.InvalidPathException e) {
                    problems.add(
                            place,
                            "object " + given + " cannot be read: " + reason(e) + ".",
                            "Paths are relative to the scenario file.");
                }
            }
        }
        return files;
    }

    /** Two objects of one name from two folders get different copies. */
    private static List<Inputs.ObjectFile> copies(Map<String, byte[]> files) {
        List<Inputs.ObjectFile> copies = new ArrayList<>();
        List<String> taken = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            String base = Path.of(file.getKey()).getFileName().toString();
            String copy = "objects/" + (taken.contains(base) ? taken.size() + "-" : "") + base;
            taken.add(base);
            copies.add(new Inputs.ObjectFile(file.getKey(), copy, file.getValue()));
        }
        return copies;
    }

    private static String reason(Exception e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return String.valueOf(e.getMessage());
    }
}
