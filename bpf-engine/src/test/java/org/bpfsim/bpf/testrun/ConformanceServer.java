package org.bpfsim.bpf.testrun;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.program.Execution;

/**
 * Answers all tests of the bpf_conformance suite in one process, for {@code src/test/conformance/runner.cc}: a line with the plugin's
 * arguments and the program, separated by tabs; a line back with the exit status and what it prints.
 */
public final class ConformanceServer {
    private ConformanceServer() {}

    /** @param options of the plugin, such as {@code --verify} */
    public static void main(String[] options) throws IOException {
        PrintStream out = System.out;
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                List<String> arguments = new ArrayList<>(List.of(options));
                arguments.addAll(List.of(line.split("\t", -1)));
                String program = arguments.remove(arguments.size() - 1);
                try {
                    out.println("0\t" + ConformancePlugin.run(arguments, program, Execution.byDefault()));
                } catch (BpfLoadException | BpfFault | IllegalArgumentException e) {
                    out.println("1\t" + e.getMessage().replace('\n', ' '));
                }
            }
        }
    }
}
