package org.bpfsim.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bpfsim bpf}: what can be said of BPF objects without a simulation. */
@Command(
        name = "bpf",
        description = "Look at BPF objects, run their programs.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {BpfInspectCommand.class, BpfCheckCommand.class, BpfRunCommand.class, BpfConformanceCommand.class
        })
final class BpfCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
