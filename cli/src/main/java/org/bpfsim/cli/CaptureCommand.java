package org.bpfsim.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.scenario.Experiment;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.world.Capture;
import org.bpfsim.sim.SimTime;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bpfsim capture}: the packets of one run as a pcap file. */
@Command(
        name = "capture",
        description = "Simulate one run of a scenario again and write the packets at some hosts or ports as a pcap file"
                + " for Wireshark or tshark. The run is packet by packet the one that `bpfsim run` scores.",
        mixinStandardHelpOptions = true)
final class CaptureCommand implements Callable<Integer> {
    /** A run lasts no longer than a simulated hour. */
    private static final long LONGEST_MS = 3_600_000;

    @Parameters(paramLabel = "FILE", description = "Scenario file.")
    private Path file;

    @Option(
            names = "--at",
            paramLabel = "PLACE",
            required = true,
            description = "A host (host-3: what its NIC sends and receives) or a port (leaf-0:spine-1: what it sends)."
                    + " May be repeated.")
    private List<String> places;

    @Option(
            names = {"-w", "--write"},
            paramLabel = "PCAP",
            required = true,
            description = "The pcap file to write; an existing one is replaced.")
    private Path pcap;

    @Mixin
    private RunOption chosen;

    @Option(
            names = "--ms",
            paramLabel = "MS",
            defaultValue = "10",
            description = "Milliseconds of simulated time, from the start of the run (default: ${DEFAULT-VALUE}).")
    private long milliseconds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (milliseconds < 1 || milliseconds > LONGEST_MS) {
            throw CommandException.usage("--ms " + milliseconds + ": write 1 to " + LONGEST_MS + ".");
        }
        Map<Path, Experiment> loaded =
                ScenarioFiles.load(List.of(file), spec.commandLine().getErr());
        Experiment experiment = loaded.get(file);
        PlannedRun run = chosen.of(experiment);
        try {
            Capture capture = new Capture(experiment.scenario(), experiment.programs(), run);
            capture.requirePlaces(places); // before the file is made, or an existing one is lost
            capture.write(places, SimTime.fromMillis(milliseconds), Files.newOutputStream(pcap));
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--at: " + e.getMessage());
        } catch (BpfFault e) {
            throw CommandException.failed(e.getMessage() + " What came before is in " + pcap + ".");
        }
        spec.commandLine().getOut().println(pcap + ": " + Files.size(pcap) + " bytes");
        return ExitStatus.OK;
    }
}
