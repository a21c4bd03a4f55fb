package org.bpfsim.cli;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.bpfsim.bench.BenchResult;
import org.bpfsim.bench.Incast;
import org.bpfsim.bench.Permutation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bpfsim bench}: measures the simulator on workloads that other simulators run too. */
@Command(
        name = "bench",
        description = {
            "Measure the simulator on workloads that other simulators run too: DCTCP, 10 Gbit/s and 1 us per link,"
                    + " marking at 65 packets, queue limit 1000. Prints one line of JSON per run."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WORKLOAD",
        subcommands = {BenchCommand.PermutationCommand.class, BenchCommand.IncastCommand.class})
final class BenchCommand implements Runnable {
    /** As of the topologies of scenarios. */
    private static final int MOST_PORTS = 64;

    private static final int MOST_SENDERS = 65_534;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** How often a workload is repeated in one JVM. */
    static final class Repeat {
        @Option(
                names = "--repeat",
                paramLabel = "N",
                defaultValue = "1",
                description =
                        "Runs in one JVM; the first also pays for just-in-time compilation (default: ${DEFAULT-VALUE}).")
        private int times;

        int print(Supplier<BenchResult> workload, CommandSpec spec) {
            if (times < 1) {
                throw CommandException.usage("--repeat must be at least 1.");
            }
            int unfinished = 0;
            for (int i = 0; i < times; i++) {
                BenchResult result = workload.get();
                unfinished += result.unfinished();
                spec.commandLine().getOut().println(result.toJson());
                spec.commandLine().getOut().flush();
            }
            return unfinished == 0 ? ExitStatus.OK : ExitStatus.FAILED;
        }
    }

    /** {@code bpfsim bench permutation}. */
    @Command(
            name = "permutation",
            description = "Every host of a fat-tree sends to one other.",
            mixinStandardHelpOptions = true)
    static final class PermutationCommand implements Callable<Integer> {
        @Option(
                names = "--k",
                paramLabel = "K",
                defaultValue = "8",
                description = "Ports of each switch; there are K^3/4 hosts (default: ${DEFAULT-VALUE}).")
        private int k;

        @Option(
                names = "--bytes",
                paramLabel = "N",
                defaultValue = "10000000",
                description = "Of each flow (default: ${DEFAULT-VALUE}).")
        private long bytes;

        @Option(
                names = "--seed",
                paramLabel = "N",
                defaultValue = "1",
                description = "Of pairs and paths (default: ${DEFAULT-VALUE}).")
        private long seed;

        @Mixin
        private Repeat repeat;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (k < 2 || k > MOST_PORTS || k % 2 != 0 || bytes < 1) {
                throw CommandException.usage(
                        "--k must be an even number from 2 to " + MOST_PORTS + ", --bytes at least 1.");
            }
            return repeat.print(() -> new Permutation(k, bytes, seed).run(), spec);
        }
    }

    /** {@code bpfsim bench incast}. */
    @Command(name = "incast", description = "Many hosts on one switch send to one.", mixinStandardHelpOptions = true)
    static final class IncastCommand implements Callable<Integer> {
        @Option(
                names = "--senders",
                paramLabel = "N",
                defaultValue = "64",
                description = "How many hosts send (default: ${DEFAULT-VALUE}).")
        private int senders;

        @Option(
                names = "--bytes",
                paramLabel = "N",
                defaultValue = "4500000",
                description = "Of each flow (default: ${DEFAULT-VALUE}).")
        private long bytes;

        @Mixin
        private Repeat repeat;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            if (senders < 1 || senders > MOST_SENDERS || bytes < 1) {
                throw CommandException.usage("--senders must be 1 to " + MOST_SENDERS + ", --bytes at least 1.");
            }
            return repeat.print(() -> new Incast(senders, bytes).run(), spec);
        }
    }
}
