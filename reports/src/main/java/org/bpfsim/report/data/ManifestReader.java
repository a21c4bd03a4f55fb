package org.bpfsim.report.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bpfsim.report.data.Manifest.Arm;
import org.bpfsim.report.data.Manifest.ObjectFile;
import org.bpfsim.report.data.Manifest.RunEntry;
import org.bpfsim.report.data.Manifest.Setting;

/** Reads manifest.json and run.json; the formats are those of {@code formatVersion} 1. */
final class ManifestReader {
    private static final int FORMAT_VERSION = 1;
    private static final String RUN_AGAIN = "Run the scenario again, or restore the file.";
    /** Resolved parts of the scenario that the report lists, when the manifest has them. */
    private static final List<String> SETTING_SECTIONS = List.of("network", "hosts", "workload", "run");

    private static final ObjectMapper JSON = new ObjectMapper();

    private ManifestReader() {}

    static Manifest readManifest(Path file) {
        JsonNode root = parse(file);
        int version = root.path("formatVersion").asInt(FORMAT_VERSION);
        if (version != FORMAT_VERSION) {
            throw new ResultException(
                    file.toString(),
                    "formatVersion " + version + " is not one that this bpfsim reads (" + FORMAT_VERSION + ").",
                    "Use the bpfsim that wrote it (version "
                            + root.path("version").asText("unknown") + ").");
        }
        JsonNode plan = root.path("plan");
        List<Arm> arms = arms(plan.path("arms"));
        if (arms.isEmpty()) {
            throw new ResultException(file.toString(), "plan.arms is missing or empty.", RUN_AGAIN);
        }
        return new Manifest(
                root.path("name").asText("unnamed"),
                root.path("question").asText("").strip(),
                root.path("scenarioFile").asText(""),
                root.path("scenarioSha256").asText(""),
                objects(root.path("objects")),
                root.path("seed").asText(""),
                root.path("version").asText(""),
                arms,
                plan.path("replications").asInt(0),
                phases(plan.path("phases")),
                ExpectationReader.read(root.path("expect")),
                settings(root),
                runs(root.path("runs"), file),
                strings(root.path("metrics")));
    }

    /** What a run says of itself in its run.json. */
    static RunEntry readRun(Path file) {
        return runEntry(parse(file), file);
    }

    /** Simulated time of a run in nanoseconds; 0 if its run.json does not say. */
    static long readSimTimeNs(Path file) {
        return parse(file).path("simTimeNs").asLong(0);
    }

    private static JsonNode parse(Path file) {
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (root == null || !root.isObject()) {
                throw new ResultException(file.toString(), "the file is empty or not a JSON object.", RUN_AGAIN);
            }
            return root;
        } catch (JsonProcessingException e) {
            String place = file + ":" + e.getLocation().getLineNr() + ":"
                    + e.getLocation().getColumnNr();
            // Jackson adds in brackets where a bracket was opened, and that it keeps its source for itself.
            String what = e.getOriginalMessage().replaceFirst(" \\(start marker.*", "");
            throw new ResultException(place, "damaged JSON: " + what + ".", RUN_AGAIN, e);
        } catch (NoSuchFileException e) {
            throw new ResultException(file.toString(), "the file is missing.", RUN_AGAIN, e);
        } catch (IOException e) {
            throw new ResultException(file.toString(), "cannot be read (" + e.getMessage() + ").", RUN_AGAIN, e);
        }
    }

    private static List<Arm> arms(JsonNode nodes) {
        List<Arm> arms = new ArrayList<>();
        for (JsonNode node : nodes) {
            arms.add(new Arm(
                    node.path("name").asText(),
                    node.path("share").asText(""),
                    node.path("control").asBoolean(false),
                    programs(node.path("programs"))));
        }
        return arms;
    }

    private static List<String> programs(JsonNode nodes) {
        List<String> programs = new ArrayList<>();
        for (JsonNode node : nodes) {
            programs.add(node.isValueNode() ? node.asText() : describe(node));
        }
        return programs;
    }

    /** An object node as one line: {@code object=dctcp.bpf.o type=struct_ops}. */
    private static String describe(JsonNode node) {
        List<String> words = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            JsonNode value = field.getValue();
            if (!value.isNull()) {
                words.add(field.getKey() + "=" + (value.isValueNode() ? value.asText() : value.toString()));
            }
        }
        return String.join(" ", words);
    }

    private static List<ObjectFile> objects(JsonNode nodes) {
        List<ObjectFile> objects = new ArrayList<>();
        for (JsonNode node : nodes) {
            objects.add(new ObjectFile(
                    node.path("path").asText(""), node.path("sha256").asText("")));
        }
        return objects;
    }

    private static List<RunEntry> runs(JsonNode nodes, Path file) {
        List<RunEntry> runs = new ArrayList<>();
        for (JsonNode node : nodes) {
            runs.add(runEntry(node, file));
        }
        return runs;
    }

    private static RunEntry runEntry(JsonNode node, Path file) {
        if (!node.hasNonNull("id") || !node.path("replication").isInt()) {
            throw new ResultException(file.toString(), "a run has no id or no replication number.", RUN_AGAIN);
        }
        return new RunEntry(
                node.path("id").asText(),
                node.path("variant").asText("ab"),
                node.path("replication").asInt(),
                node.path("fingerprint").asText(""),
                node.path("status").asText(""));
    }

    private static List<Setting> settings(JsonNode root) {
        List<Setting> settings = new ArrayList<>();
        for (String section : SETTING_SECTIONS) {
            if (root.has(section)) {
                flatten(section, root.get(section), settings);
            }
        }
        return settings;
    }

    private static void flatten(String name, JsonNode node, List<Setting> into) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                flatten(name + "." + field.getKey(), field.getValue(), into);
            }
        } else if (node.isArray() && isTable(node)) {
            List<String> rows = new ArrayList<>();
            node.forEach(row -> rows.add(describe(row)));
            into.add(new Setting(name, String.join("; ", rows)));
        } else if (node.isArray() && node.size() > 0 && !node.get(0).isValueNode()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(name + "[" + i + "]", node.get(i), into);
            }
        } else if (!node.isNull()) {
            into.add(new Setting(name, node.isValueNode() ? node.asText() : String.join(", ", strings(node))));
        }
    }

    /** Several objects of plain values, such as the points of a distribution: one setting, not one per number. */
    private static boolean isTable(JsonNode array) {
        boolean table = array.size() > 1;
        for (JsonNode row : array) {
            table &= row.isObject();
            for (JsonNode value : row) {
                table &= value.isValueNode();
            }
        }
        return table;
    }

    private static List<Manifest.Phase> phases(JsonNode nodes) {
        List<Manifest.Phase> phases = new ArrayList<>();
        for (JsonNode node : nodes) {
            phases.add(new Manifest.Phase(
                    node.path("key").asText(), node.path("fromNs").asLong()));
        }
        return phases;
    }

    private static List<String> strings(JsonNode nodes) {
        List<String> strings = new ArrayList<>();
        for (JsonNode node : nodes) {
            strings.add(node.asText());
        }
        return strings;
    }
}
