package org.bpfsim.scenario.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.plan.Plan;
import org.bpfsim.scenario.plan.PlannedRun;

/**
 * The folder of an experiment. A run's files are written to {@code runs/ID.tmp-*} and renamed when complete, so that a
 * run is there as a whole or not at all, whenever the process dies. Runs may be written by several threads at once.
 */
public final class ResultFolder {
    private static final String MANIFEST = "manifest.json";
    private static final String RUNS = "runs";

    private final Path root;

    private ResultFolder(Path root) {
        this.root = root;
    }

    /**
     * Opens the folder of an experiment, making it if need be. A folder of the same experiment is gone on with.
     *
     * @throws ResultException if the folder holds something else or cannot be written
     */
    public static ResultFolder open(Path root, Plan plan) throws ResultException {
        ResultFolder folder = new ResultFolder(root);
        Path manifest = root.resolve(MANIFEST);
        try {
            if (Files.exists(root) && !Files.isDirectory(root)) {
                throw new ResultException(root, "this is a file, not a folder.", "Name another place with --out.");
            }
            if (Files.exists(manifest)) {
                folder.requireSame(manifest, plan);
            } else if (Files.exists(root) && !isEmpty(root)) {
                throw new ResultException(
                        root,
                        "the folder exists and holds something else than results (it has no " + MANIFEST + ").",
                        "Name another place with --out, or empty it.");
            }
            Files.createDirectories(root.resolve(RUNS));
        } catch (IOException e) {
            throw writing(root, e);
        }
        return folder;
    }

    /**
     * Opens a folder to read.
     *
     * @throws ResultException if there are no results
     */
    public static ResultFolder existing(Path root) throws ResultException {
        if (!Files.exists(root.resolve(MANIFEST))) {
            throw new ResultException(
                    root, "there are no results here (no " + MANIFEST + ").", "Name a folder that `bpfsim run` made.");
        }
        return new ResultFolder(root);
    }

    private void requireSame(Path manifest, Plan plan) throws IOException, ResultException {
        String identity;
        try {
            JsonNode json = Json.MAPPER.readTree(Files.readString(manifest));
            identity = json.path("identity").asText();
        } catch (JsonProcessingException e) {
            throw new ResultException(manifest, "the manifest is damaged.", "Remove the folder, or use --out.", e);
        }
        if (!identity.equals(plan.identity())) {
            throw new ResultException(
                    root,
                    "the folder holds results of another experiment (" + identity + ", not " + plan.identity() + ").",
                    "Name another place with --out, or remove it.");
        }
    }

    /**
     * Keeps other processes from writing here until the lock is closed, and clears away what one of them has left half
     * written.
     *
     * @throws ResultException if another process is at it
     */
    public FolderLock lock() throws ResultException {
        try {
            FolderLock lock = FolderLock.of(root);
            removeLeftovers();
            return lock;
        } catch (IOException e) {
            throw writing(root, e);
        }
    }

    /** The folder. */
    public Path path() {
        return root;
    }

    /** The scenario's text as it was given. */
    public String scenarioText() throws ResultException {
        return read(root.resolve("scenario.yaml"));
    }

    /** The manifest's text. */
    public String manifest() throws ResultException {
        return read(root.resolve(MANIFEST));
    }

    /** Copies scenario and objects, so that the folder alone is enough to repeat the experiment. */
    public void writeInputs(Inputs inputs) throws ResultException {
        try {
            write(root.resolve("scenario.yaml"), inputs.scenarioText().getBytes(StandardCharsets.UTF_8));
            for (Inputs.ObjectFile object : inputs.objects()) {
                Path copy = root.resolve(object.copy());
                Files.createDirectories(copy.getParent());
                write(copy, object.content());
            }
        } catch (IOException e) {
            throw writing(root, e);
        }
    }

    /** Writes the manifest, with the fingerprints of the runs that are done by now. */
    public void writeManifest(Inputs inputs, Scenario scenario, Plan plan) throws ResultException {
        String text = Manifest.write(inputs, scenario, plan, this::finished);
        try {
            write(root.resolve(MANIFEST), text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw writing(root, e);
        }
    }

    /** The record of a run that is here and is the planned one; a run of that number but another identity is not. */
    public Optional<RunRecord> finished(PlannedRun run) {
        Path file = runFolder(run).resolve("run.json");
        try {
            return Files.exists(file)
                    ? Optional.of(RunRecord.parse(Files.readString(file)))
                            .filter(record -> run.identity().equals(record.identity()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Where a run's files are. */
    public Path runFolder(PlannedRun run) {
        return root.resolve(RUNS).resolve(run.id());
    }

    /**
     * Writes a run: all of its files, or none.
     *
     * @throws ResultException if the disk is full or the folder cannot be written
     */
    public void writeRun(RunResult result) throws ResultException {
        Path target = runFolder(result.run());
        Path temporary =
                target.resolveSibling(result.run().id() + ".tmp-" + result.run().identity());
        try {
            deleteTree(temporary);
            Files.createDirectories(temporary);
            for (Map.Entry<String, String> file : result.files().entrySet()) {
                Path path = temporary.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
            deleteTree(target);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            deleteQuietly(temporary);
            throw writing(target, e);
        }
    }

    /** Removes what a killed process has left half written; runs beyond the plan are left alone. */
    private void removeLeftovers() throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(root.resolve(RUNS), "*.tmp-*")) {
            for (Path leftover : leftovers) {
                deleteTree(leftover);
            }
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.write(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            deleteQuietly(temporary);
            throw e;
        }
    }

    private static String read(Path file) throws ResultException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ResultException(file, "cannot be read: " + reason(e) + ".", "Check that it is there.", e);
        }
    }

    private static ResultException writing(Path where, IOException e) {
        String reason = reason(e);
        String remedy = reason.contains("No space left")
                ? "Free some space and start again; finished runs are kept."
                : "Name a place that can be written with --out; finished runs are kept.";
        return new ResultException(where, "results cannot be written: " + reason + ".", remedy, e);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException absent) {
            return absent.getFile() + " is not there";
        }
        if (e instanceof FileAlreadyExistsException exists) {
            return exists.getFile() + " is in the way";
        }
        if (e instanceof FileSystemException fs && fs.getReason() != null) {
            return fs.getReason();
        }
        return String.valueOf(e.getMessage());
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(tree)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }

    private static void deleteQuietly(Path tree) {
        try {
            deleteTree(tree);
        } catch (IOException e) {
            // The problem that brought us here is the one to report; leftovers go at the next start.
            return;
        }
    }
}
