package org.bpfsim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.testrun.ObjectRun;
import org.bpfsim.scenario.schema.DurationText;
import org.bpfsim.sim.SimTime;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bpfsim bpf run}: a test run on a packet, a message or a socket option. */
@Command(
        name = "run",
        description =
                "Run a program on bytes: a socket filter, tc or xdp program on a packet, sk_msg and sk_skb on data of a"
                        + " socket, cgroup/getsockopt and setsockopt on an option's value. Verdict, bytes afterwards, time per run.",
        mixinStandardHelpOptions = true)
final class BpfRunCommand implements Callable<Integer> {
    private static final Pattern OPTION = Pattern.compile("(\\d{1,9})/(\\d{1,9})");
    private static final Pattern ON_HOSTS = Pattern.compile("sockops|\\.?struct_ops");

    @Option(
            names = "--data",
            required = true,
            paramLabel = "HEX|FILE",
            description =
                    "The packet from its Ethernet header on, the data, or the value: hexadecimal digits, or a file with"
                            + " its bytes.")
    private String data;

    @Option(names = "--repeat", paramLabel = "N", defaultValue = "1", description = "Run it N times (default: once).")
    private int repeat;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "0s",
            description = "How much time passes for the program's timers after the runs, such as 10ms (default: none).")
    private String wait;

    @Option(
            names = "--program",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Which program, if the object has several.")
    private String program;

    @Option(
            names = "--dump",
            paramLabel = "MAP",
            description = "Print this map afterwards, as bpftool map dump does. May be repeated.")
    private List<String> maps = List.of();

    @Option(
            names = "--option",
            paramLabel = "LEVEL/NAME",
            description = "The socket option by its numbers (default: 1/12, SO_PRIORITY).")
    private String option = "1/12";

    @Option(names = "--interpreter", description = "Run it instruction by instruction instead of compiling it.")
    private boolean interpreter;

    @Parameters(paramLabel = "OBJ", description = "An ELF object as clang makes it (-target bpf).")
    private Path object;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (repeat < 1) {
            err.println("bpfsim: --repeat " + repeat + ": a program runs at least once. Write 1 or more.");
            return ExitStatus.USAGE;
        }
        try {
            byte[] input = packet();
            Execution execution = interpreter ? Execution.INTERPRETER : Execution.byDefault();
            ObjectRun run = new ObjectRun(elf(), object.toString(), program, execution);
            Matcher numbers = OPTION.matcher(option);
            if (!numbers.matches()) {
                throw new IllegalArgumentException(
                        "--option " + option + ": write the numbers of level and option, such as 6/13.");
            }
            run.option(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
            long waitNs = DurationText.parse(wait, "--wait") / SimTime.PS_PER_NS;
            ObjectRun.Outcome outcome = run.run(input, repeat, waitNs, System::nanoTime);
            outcome.trace().forEach(out::println);
            out.printf(
                    Locale.ROOT,
                    "Return value: %s, duration (average): %.0fns, instructions: %d%n",
                    Integer.toUnsignedString(outcome.verdict()),
                    outcome.nsPerRun(),
                    outcome.instructions());
            outcome.notes().forEach(out::println);
            out.println("Data out: " + HexFormat.of().formatHex(outcome.data()));
            for (String map : maps) {
                out.println("Map " + map + ":");
                out.print(run.dump(map));
            }
            return ExitStatus.OK;
        } catch (BpfFault e) {
            err.println("bpfsim: " + e.getMessage());
            return ExitStatus.FAILED;
        } catch (BpfLoadException | IllegalArgumentException e) {
            err.println("bpfsim: " + e.getMessage());
            return ExitStatus.USAGE;
        }
    }

    private byte[] elf() throws BpfLoadException {
        byte[] elf = bytes(object, "");
        for (BpfFunction entry : BpfObject.open(elf, object.toString()).programs()) {
            if (ON_HOSTS.matcher(entry.section()).lookingAt()) {
                throw CommandException.usage(object + ": " + entry.section() + "/" + entry.name()
                        + ": programs of this type run on sockets of simulated hosts, not on bytes.\n"
                        + "  Attach it in a scenario (bpfsim run), or see whether Linux takes it (bpfsim bpf check).");
            }
        }
        return elf;
    }

    private static byte[] bytes(Path file, String option) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw CommandException.usage(option + FileTrouble.describe(e, file));
        }
    }

    private byte[] packet() {
        if (data.isBlank()) {
            throw new IllegalArgumentException("--data: there is not one byte. Write two hexadecimal digits for each.");
        }
        String digits = data.replaceAll("[\\s:]", "");
        if (!digits.isEmpty() && digits.matches("[0-9a-fA-F]+")) {
            if (digits.length() % 2 != 0) {
                throw new IllegalArgumentException("--data: the last byte has one hexadecimal digit. Write two.");
            }
            return HexFormat.of().parseHex(digits);
        }
        return bytes(Path.of(data), "--data ");
    }
}
