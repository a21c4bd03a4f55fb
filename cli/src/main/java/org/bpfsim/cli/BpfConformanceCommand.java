package org.bpfsim.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.testrun.ConformancePlugin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bpfsim bpf conformance}: a plugin of the public bpf_conformance runner. */
@Command(
        name = "conformance",
        description = "Run one test of the public bpf_conformance suite: instructions as hexadecimal bytes on the"
                + " standard input, R0 out. It is a plugin for that suite's runner.",
        mixinStandardHelpOptions = true)
final class BpfConformanceCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MEMORY", arity = "0..*", description = "The test's memory as hexadecimal bytes.")
    private List<String> arguments = List.of();

    @Option(names = "--interpreter", description = "Run it instruction by instruction instead of compiling it.")
    private boolean interpreter;

    @Option(names = "--verify", description = "Ask the verifier first: what Linux refuses, it refuses.")
    private boolean verify;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        String program = new String(System.in.readAllBytes(), StandardCharsets.US_ASCII);
        try {
            Execution execution = interpreter ? Execution.INTERPRETER : Execution.byDefault();
            List<String> all = new ArrayList<>(arguments);
            if (verify) {
                all.add("--verify");
            }
            spec.commandLine().getOut().println(ConformancePlugin.run(all, program, execution));
            return ExitStatus.OK;
        } catch (BpfLoadException | BpfFault | IllegalArgumentException e) {
            spec.commandLine().getErr().println("bpfsim: " + e.getMessage());
            return ExitStatus.FAILED;
        }
    }
}
