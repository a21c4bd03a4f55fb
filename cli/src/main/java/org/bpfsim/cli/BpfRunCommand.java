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
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.testrun.ObjectRun;
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
            Execution execution = interpreter ? Execution.INTERPRETER : Execution.byDefault();
            ObjectRun run = new ObjectRun(Files.readAllBytes(object), object.toString(), program, execution);
            Matcher numbers = OPTION.matcher(option);
            if (!numbers.matches()) {
                throw new IllegalArgumentException(
                        "--option " + option + ": write the numbers of level and option, such as 6/13.");
            }
            run.option(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
            ObjectRun.Outcome outcome = run.run(packet(), repeat, System::nanoTime);
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
        } catch (IOException e) {
            err.println("bpfsim: " + FileTrouble.describe(e));
            return ExitStatus.USAGE;
        }
    }

    private byte[] packet() throws IOException {
        String digits = data.replaceAll("[\\s:]", "");
        if (!digits.isEmpty() && digits.matches("[0-9a-fA-F]+")) {
            if (digits.length() % 2 != 0) {
                throw new IllegalArgumentException("--data: the last byte has one hexadecimal digit. Write two.");
            }
            return HexFormat.of().parseHex(digits);
        }
        return Files.readAllBytes(Path.of(data));
    }
}
