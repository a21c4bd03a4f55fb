package org.bpfsim.scenario.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Turns the text of one YAML document into a tree, or says why not.
 *
 * <p>Any text gives a tree or {@link Problem}s: nesting is limited before the recursive composer sees the
 * document, and snakeyaml-engine limits size and aliases.
 */
public final class YamlText {
    /** A scenario nests about 6 deep. */
    private static final int MAX_DEPTH = 40;

    private static final int MAX_VALUES = 200_000;

    private final String file;
    private final Problems problems;
    private int values;

    private YamlText(String file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /**
     * The document's tree; empty if it cannot be read at all (then {@code problems} says why). Duplicate keys are
     * reported, and the first of them is kept.
     */
    public static Optional<YamlNode> read(String file, String text, Problems problems) {
        return new YamlText(file, problems).read(text);
    }

    private Optional<YamlNode> read(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setSchema(new CoreSchema())
                .build();
        try {
            if (tooDeep(settings, text)) {
                return Optional.empty();
            }
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                problems.add(Place.of(file), "the file is empty.", "Start with `name:` and `network:`.");
                return Optional.empty();
            }
            return Optional.of(convert(root.get(), 0));
        } catch (MarkedYamlEngineException e) {
            problems.add(place(e.getProblemMark()), "this is not YAML: " + reason(e) + ".", remedy(e));
        } catch (YamlEngineException e) {
            problems.add(
                    Place.of(file), "this is not YAML: " + firstLine(e.getMessage()) + ".", remedy(e.getMessage()));
        }
        return Optional.empty();
    }

    private boolean tooDeep(LoadSettings settings, String text) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                problems.add(
                        place(event.getStartMark()),
                        "values are nested more than " + MAX_DEPTH + " deep.",
                        "No scenario needs that; look for a missing closing bracket.");
                return true;
            }
        }
        return false;
    }

    private YamlNode convert(Node node, int depth) {
        Place place = place(node.getStartMark());
        if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
            throw new YamlEngineException("aliases (*name) unfold to an endless or enormous document");
        }
        if (node instanceof MappingNode mapping) {
            return convertMapping(mapping, place, depth);
        }
        if (node instanceof SequenceNode sequence) {
            List<YamlNode> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                items.add(convert(item, depth + 1));
            }
            return new YamlSequence(items, place);
        }
        ScalarNode scalar = (ScalarNode) node;
        return new YamlScalar(scalar.getValue(), scalar.isPlain(), place);
    }

    private YamlMapping convertMapping(MappingNode mapping, Place place, int depth) {
        List<YamlMapping.Entry> entries = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Place keyPlace = place(tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(keyPlace, "a key must be a single word.", "Remove the brackets around it.");
                continue;
            }
            String name = key.getValue();
            Optional<YamlMapping.Entry> first =
                    entries.stream().filter(e -> e.key().equals(name)).findFirst();
            if (first.isPresent()) {
                problems.add(
                        keyPlace,
                        "key `" + name + "` stands here a second time (first in line "
                                + first.get().place().line() + ").",
                        "Remove one of the two.");
                continue;
            }
            entries.add(new YamlMapping.Entry(name, keyPlace, convert(tuple.getValueNode(), depth + 1)));
        }
        return new YamlMapping(entries, place);
    }

    private Place place(Optional<Mark> mark) {
        return mark.map(m -> new Place(file, m.getLine() + 1, m.getColumn() + 1))
                .orElse(Place.of(file));
    }

    private static String reason(MarkedYamlEngineException e) {
        String problem = firstLine(e.getProblem());
        String context = e.getContext() == null ? "" : firstLine(e.getContext());
        return context.isEmpty() ? problem : context + ", " + problem;
    }

    private static String remedy(MarkedYamlEngineException e) {
        String problem = String.valueOf(e.getProblem()).toLowerCase(Locale.ROOT);
        if (problem.contains("'\\t'") || problem.contains("\\t(tab)")) {
            return "Indent with spaces; YAML allows no tabs.";
        }
        if (problem.contains("mapping values are not allowed")) {
            return "Put text that contains `: ` in quotes, and check the indentation of this line and the one before.";
        }
        if (problem.contains("but found another document") || problem.contains("another document")) {
            return "Write one scenario per file, without `---` in the middle.";
        }
        return "Check indentation, brackets and quotes here and in the line before.";
    }

    /** A remedy for what has no place in the text. */
    private static String remedy(String message) {
        String problem = String.valueOf(message).toLowerCase(Locale.ROOT);
        if (problem.contains("alias")) {
            return "Write the repeated parts out instead of `*name`.";
        }
        if (problem.contains("special characters")) {
            return "Remove control characters; is this a text file?";
        }
        if (problem.contains("non scalar key")) {
            return "A key must be a single word: remove the brackets around it.";
        }
        return "Compare it with a scenario of scenarios/library.";
    }

    private static String firstLine(String text) {
        String line = String.valueOf(text).lines().findFirst().orElse("");
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
}
