package org.bpfsim.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bpfsim bpf}: what can be said of BPF objects, and of their maps in a run. */
@Command(
        name = "bpf",
        description = "Look at BPF objects and maps, run programs.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BpfInspectCommand.class,
            BpfCheckCommand.class,
            BpfRunCommand.class,
            BpfMapCommand.class,
            BpfConformanceCommand.class
        })
final class BpfCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
