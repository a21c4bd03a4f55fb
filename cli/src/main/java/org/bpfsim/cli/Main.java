package org.bpfsim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Parses the command line and turns every failure into a message and an {@link ExitStatus}. */
@Command(
        name = "bpfsim",
        description = "Tells what a BPF program will do to a datacenter: simulates Linux TCP hosts that run the very"
                + " ELF object, and scores the experiment.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            ReportCommand.class,
            ReproduceCommand.class,
            CaptureCommand.class,
            BpfCommand.class,
            BenchCommand.class,
            PacketdrillCommand.class,
            BottleneckCommand.class,
            HelpCommand.class
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all is well",
            "1:a run failed or a comparison differed",
            "2:the command line or an input is wrong; nothing was run",
            "3:--check: not all that a scenario expects held",
            "130:interrupted (Ctrl-C)"
        },
        footer = {
            "",
            "Also, by the launcher: bpfsim test (all that CI checks in Java), bpfsim build, bpfsim jdk.",
            "First steps: bpfsim run scenarios/library/quickstart.yaml"
        })
public final class Main implements Runnable {
    /** How picocli calls what is no number by the names of Java's types. */
    private static final Pattern NO_NUMBER = Pattern.compile("is not an? (int|long)$");

    @Spec
    private CommandSpec spec;

    /** Runs the command and exits with its status. */
    public static void main(String[] args) {
        CommandLine commandLine = commandLine();
        int status = execute(commandLine, args);
        commandLine.getOut().flush();
        if (System.out.checkError() && status == ExitStatus.OK) {
            System.err.println("bpfsim: standard output was closed or is full; not all was printed.");
            status = ExitStatus.FAILED;
        }
        System.err.flush();
        System.exit(status);
    }

    /** Executes; unlike picocli alone, it also turns an {@link Error} into a message and a status. */
    static int execute(CommandLine commandLine, String... args) {
        try {
            return commandLine.execute(args);
        } catch (OutOfMemoryError e) {
            commandLine
                    .getErr()
                    .println("bpfsim: out of memory. Fewer runs at a time need less (--threads 1), or give it more:"
                            + " BPFSIM_JAVA_OPTS=-Xmx16g.");
            return ExitStatus.FAILED;
        } catch (Error e) {
            return onFailure(e, commandLine);
        }
    }

    /** The command line with its failure handling; tests run it without ending the JVM. */
    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        BottleneckCommand.addTo(commandLine.getSubcommands().get("bottleneck").getCommandSpec());
        commandLine.setUsageHelpWidth(Math.max(80, Math.min(Terminal.columns(), 120)));
        commandLine.setUsageHelpAutoWidth(false);
        commandLine.setParameterExceptionHandler(Main::onWrongCommandLine);
        commandLine.setExecutionExceptionHandler((e, failed, parsed) -> onFailure(e, failed));
        return commandLine;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static int onWrongCommandLine(ParameterException e, String[] args) {
        CommandLine failed = e.getCommandLine();
        PrintWriter err = failed.getErr();
        err.println(
                "bpfsim: " + NO_NUMBER.matcher(e.getMessage()).replaceFirst("is no whole number, or too large a one"));
        CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try: " + failed.getCommandSpec().qualifiedName() + " --help");
        return ExitStatus.USAGE;
    }

    private static int onFailure(Throwable e, CommandLine failed) {
        PrintWriter err = failed.getErr();
        if (e instanceof CommandException c) {
            err.println("bpfsim: " + c.getMessage());
            return c.exitStatus();
        }
        if (e instanceof org.bpfsim.scenario.result.ResultException
                || e instanceof org.bpfsim.report.data.ResultException) {
            err.println("bpfsim: " + e.getMessage());
            return e.getCause() instanceof IOException cause ? status(cause) : ExitStatus.USAGE;
        }
        if (e instanceof IOException io) {
            err.println("bpfsim: " + FileTrouble.describe(io));
            return status(io);
        }
        String what = e instanceof AssertionError && e.getMessage() != null ? e.getMessage() : e.toString();
        err.println("bpfsim: internal error: " + what);
        err.println("This is a bug of bpfsim, not of your input. " + keepStackTrace(e));
        return ExitStatus.FAILED;
    }

    private static int status(IOException e) {
        return FileTrouble.isOfTheDisk(e) ? ExitStatus.FAILED : ExitStatus.USAGE;
    }

    private static String keepStackTrace(Throwable e) {
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        try {
            Path file = Files.createTempFile("bpfsim-crash-", ".txt");
            Files.writeString(file, trace.toString(), StandardCharsets.UTF_8);
            return "Please report it with " + file + ".";
        } catch (IOException unwritable) {
            return "Its trace: " + trace;
        }
    }
}
