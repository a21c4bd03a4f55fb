package org.bpfsim.report.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bpfsim.report.data.Manifest.RunEntry;

/** A result folder on disk: its manifest, and its runs read one at a time (a batch may be larger than memory). */
public final class ResultFolder {
    private final Path path;
    private final Manifest manifest;
    private final List<RunEntry> runs;
    private final List<RunEntry> missing;

    private ResultFolder(Path path, Manifest manifest, List<RunEntry> runs, List<RunEntry> missing) {
        this.path = path;
        this.manifest = manifest;
        this.runs = List.copyOf(runs);
        this.missing = List.copyOf(missing);
    }

    /**
     * Opens a folder and lists its runs.
     *
     * @throws ResultException if it is no result folder, its manifest is damaged, or it holds no finished run
     */
    public static ResultFolder open(Path path) {
        Path manifestFile = path.resolve("manifest.json");
        if (!Files.isRegularFile(manifestFile)) {
            throw new ResultException(
                    path.toString(),
                    Files.isDirectory(path) ? "no result folder: it has no manifest.json." : "no such folder.",
                    "Name a folder that `bpfsim run` has made, for example results/quickstart-…");
        }
        Manifest manifest = ManifestReader.readManifest(manifestFile);
        List<RunEntry> present = new ArrayList<>();
        List<RunEntry> missing = new ArrayList<>();
        for (RunEntry run : planned(path, manifest)) {
            (stored(path, run) && !failed(run) ? present : missing).add(run);
        }
        if (present.isEmpty()) {
            throw new ResultException(path.toString(), "no run has finished.", "Resume the batch, then report again.");
        }
        return new ResultFolder(path, manifest, present, missing);
    }

    private static boolean failed(RunEntry run) {
        return run.status().toLowerCase(Locale.ROOT).startsWith("fail");
    }

    private static boolean stored(Path path, RunEntry run) {
        return Files.isDirectory(path.resolve("runs").resolve(run.id()));
    }

    /**
     * The manifest's runs. It may have been written before the end of its batch, so what a run's own record says counts.
     * Runs that it does not list are of an earlier, larger plan: the scenario asks for fewer replications now.
     */
    private static List<RunEntry> planned(Path path, Manifest manifest) {
        List<RunEntry> planned = new ArrayList<>();
        for (RunEntry run : manifest.runs()) {
            Path record = path.resolve("runs").resolve(run.id()).resolve("run.json");
            planned.add(Files.exists(record) ? ManifestReader.readRun(record) : run);
        }
        return planned;
    }

    /** Where the folder is. */
    public Path path() {
        return path;
    }

    /** What was run. */
    public Manifest manifest() {
        return manifest;
    }

    /** The finished runs, in the manifest's order. */
    public List<RunEntry> runs() {
        return runs;
    }

    /** Planned runs that failed or have not finished. */
    public List<RunEntry> missing() {
        return missing;
    }

    /** The scenario's text as stored, or empty. */
    public String scenarioText() {
        Path file = path.resolve("scenario.yaml");
        try {
            return Files.isRegularFile(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new ResultException(
                    file.toString(), "cannot be read (" + e.getMessage() + ").", "Restore it, or remove it.", e);
        }
    }

    /**
     * Reads one run's tables.
     *
     * @throws ResultException with file and line if a table is missing or damaged
     */
    public RunTables read(RunEntry run) {
        Path folder = path.resolve("runs").resolve(run.id());
        return new RunTables(
                run,
                ManifestReader.readSimTimeNs(folder.resolve("run.json")),
                TableReader.read(folder, TableFormat.FLOWS),
                TableReader.read(folder, TableFormat.QUEUES),
                TableReader.read(folder, TableFormat.PORTS),
                TableReader.read(folder, TableFormat.ARMS),
                requests(folder),
                cpu(folder));
    }

    private static Optional<RunTables.Cpu> cpu(Path folder) {
        return Files.exists(folder.resolve(TableFormat.CPU.fileName()))
                ? Optional.of(new RunTables.Cpu(
                        TableReader.read(folder, TableFormat.CPU), TableReader.read(folder, TableFormat.CPU_COUNTS)))
                : Optional.empty();
    }

    private static Optional<RunTables.Requests> requests(Path folder) {
        return Files.exists(folder.resolve(TableFormat.REQUESTS.fileName()))
                ? Optional.of(new RunTables.Requests(
                        TableReader.read(folder, TableFormat.REQUESTS),
                        TableReader.read(folder, TableFormat.CONNECTIONS)))
                : Optional.empty();
    }
}
