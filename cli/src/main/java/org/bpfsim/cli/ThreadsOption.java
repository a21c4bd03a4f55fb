package org.bpfsim.cli;

import picocli.CommandLine.Option;

/** How many runs go on at a time; results do not depend on it. */
final class ThreadsOption {
    @Option(
            names = {"-j", "--threads"},
            paramLabel = "N",
            description = "Runs at a time (default: all cores, here ${DEFAULT-VALUE}). Results do not depend on it.")
    private int threads = Runtime.getRuntime().availableProcessors();

    int value() {
        if (threads < 1) {
            throw CommandException.usage("--threads " + threads + ": at least 1 is needed.");
        }
        return threads;
    }
}
