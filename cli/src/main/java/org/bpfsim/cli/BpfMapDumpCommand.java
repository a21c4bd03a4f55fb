package org.bpfsim.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.scenario.Experiment;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.schema.DurationText;
import org.bpfsim.scenario.world.MapViews;
import org.bpfsim.scenario.world.MapViews.View;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bpfsim bpf map dump}: what {@code bpftool map dump} would print on a host in the middle of a run. */
@Command(
        name = "dump",
        description =
                "Simulate one run of a scenario up to an instant and print maps as `bpftool map dump` does, struct_ops"
                        + " maps with their state, counter and program ids. One map is printed alone; several have a line with"
                        + " host, arm, object, type and name before each.",
        mixinStandardHelpOptions = true)
final class BpfMapDumpCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "Scenario file.")
    private Path file;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "Simulated time, such as 5ms (default: the end of the measured interval).")
    private String at;

    @Option(names = "--host", paramLabel = "HOST", description = "A host's name, or `all` (default: the first host).")
    private String host;

    @Option(names = "--arm", paramLabel = "ARM", description = "An arm's name (default: all).")
    private String arm;

    @Option(names = "--map", paramLabel = "NAME", description = "A map's name in its object (default: all).")
    private String map;

    @Mixin
    private RunOption chosen;

    @Option(names = "--json", description = "Print an array of maps as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Experiment experiment =
                ScenarioFiles.load(List.of(file), spec.commandLine().getErr()).get(file);
        Scenario scenario = experiment.scenario();
        PlannedRun run = chosen.of(experiment);
        MapViews views = new MapViews(scenario, experiment.programs(), run);
        String wanted = host == null ? views.hosts().get(0) : host;
        if (!wanted.equals("all")) {
            require("--host", wanted, views.hosts());
        }
        if (arm != null) {
            require("--arm", arm, scenario.armNames());
        }
        Optional<String> named = wanted.equals("all") ? Optional.empty() : Optional.of(wanted);
        List<View> found;
        try {
            found = views.at(
                    instant(scenario),
                    new MapViews.Selection(named, Optional.ofNullable(arm), Optional.ofNullable(map)));
        } catch (BpfFault e) {
            throw CommandException.failed(e.getMessage());
        }
        if (found.isEmpty()) {
            throw CommandException.usage(nothing(views, named));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            printJson(out, found);
        } else {
            print(out, found);
        }
        return ExitStatus.OK;
    }

    private long instant(Scenario scenario) {
        if (at == null) {
            return scenario.run().measureEndPs();
        }
        try {
            return DurationText.parse(at, "--at");
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(e.getMessage());
        }
    }

    private static void require(String option, String name, List<String> known) {
        if (!known.contains(name)) {
            throw CommandException.usage(option + " " + name + ": there are " + String.join(", ", known) + ".");
        }
    }

    /** Says what there is to choose from. */
    private String nothing(MapViews views, Optional<String> named) {
        List<String> names =
                views.look(new MapViews.Selection(named, Optional.ofNullable(arm), Optional.empty())).stream()
                        .map(View::map)
                        .distinct()
                        .toList();
        String where = arm == null ? "" : " in arm " + arm;
        return names.isEmpty()
                ? "There are no maps" + where + ": its programs have none, or it has no programs."
                : "--map " + map + ": there are " + String.join(", ", names) + where + ".";
    }

    private static void print(PrintWriter out, List<View> views) {
        for (View view : views) {
            if (views.size() > 1) {
                out.println(view.host() + " " + view.arm() + " " + view.object() + ": " + view.type() + "  name "
                        + view.map());
            }
            out.print(view.text());
        }
        out.flush();
    }

    private static void printJson(PrintWriter out, List<View> views) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ArrayNode all = mapper.createArrayNode();
        for (View view : views) {
            ObjectNode node = all.addObject();
            node.put("host", view.host());
            node.put("arm", view.arm());
            node.put("object", view.object());
            node.put("map", view.map());
            node.put("type", view.type());
            node.set("elements", mapper.readTree(view.json()));
        }
        out.println(mapper.writeValueAsString(all));
    }
}
