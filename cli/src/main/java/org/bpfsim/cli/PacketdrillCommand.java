package org.bpfsim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bpfsim.tcp.packetdrill.Packetdrill;
import org.bpfsim.tcp.packetdrill.ScriptResult;
import org.bpfsim.tcp.packetdrill.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bpfsim packetdrill}: runs packetdrill scripts against the simulated stack. */
@Command(
        name = "packetdrill",
        description = "Run scripts of Google's packetdrill language against the simulated Linux TCP, in simulated time."
                + " Prints one TAP line per script; a failure shows the script's line and the packet expected.",
        mixinStandardHelpOptions = true)
final class PacketdrillCommand implements Callable<Integer> {
    private static final String EXTENSION = ".pkt";

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Scripts (.pkt), or folders of them.")
    private List<Path> arguments;

    @Option(
            names = "--ip-version",
            paramLabel = "ipv4|ipv6",
            description = "Address family where a script leaves it open (default: ipv4).")
    private String ipVersion;

    @Option(names = "--local-ip", paramLabel = "ADDRESS", description = "The simulated host's address.")
    private String localIp;

    @Option(names = "--remote-ip", paramLabel = "ADDRESS", description = "Address of the other end.")
    private String remoteIp;

    @Option(names = "--mtu", paramLabel = "BYTES", description = "Largest IP packet (default: 1500).")
    private String mtu;

    @Option(
            names = "--tolerance-usecs",
            paramLabel = "N",
            description = "How many microseconds an event may be off its time (default: 4000).")
    private String tolerance;

    @Option(names = "--hz", paramLabel = "N", description = "Ticks per second, CONFIG_HZ (default: 1000).")
    private String hz;

    @Option(names = "-D", paramLabel = "NAME=VALUE", description = "Value of a name in the scripts.")
    private Map<String, String> defines = new LinkedHashMap<>();

    @Option(
            names = "--expected-failures",
            paramLabel = "LIST",
            description =
                    "Scripts that are known to fail: one per line, then blanks, then the reason. They are TODO in TAP;"
                            + " the exit status is 1 if another fails, or if one of them passes.")
    private Path expectedFailures;

    @Option(
            names = "--markdown",
            description =
                    "Print a Markdown table of the scripts that fail and why they are expected to, in place of TAP.")
    private boolean markdown;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Packetdrill packetdrill = new Packetdrill(settings());
        List<Path> scripts = scripts();
        ExpectedFailures expected =
                expectedFailures == null ? new ExpectedFailures() : ExpectedFailures.read(expectedFailures);
        out.println(markdown ? "| script | why |\n| --- | --- |" : "TAP version 13\n1.." + scripts.size());
        int passed = 0;
        int surprises = 0;
        for (int i = 0; i < scripts.size(); i++) {
            ScriptResult result = run(packetdrill, scripts.get(i));
            String reason = expected.reason(scripts.get(i));
            passed += result.passed() ? 1 : 0;
            surprises += result.passed() == (reason == null) ? 0 : 1;
            if (!markdown) {
                printTap(out, i + 1, scripts.get(i), result, reason);
            } else if (!result.passed()) {
                out.println(
                        "| `" + shortName(scripts.get(i)) + "` | " + (reason == null ? "not known" : reason) + " |");
            }
        }
        out.println((markdown ? "\nPassed " : "# passed ") + passed + " of " + scripts.size());
        return surprises == 0 ? ExitStatus.OK : ExitStatus.FAILED;
    }

    private static void printTap(PrintWriter out, int number, Path script, ScriptResult result, String reason) {
        String directive = reason == null ? "" : " # TODO " + reason;
        out.println((result.passed() ? "ok " : "not ok ") + number + " - " + script + directive);
        result.printed().forEach(line -> out.println("# " + line));
        if (!result.passed()) {
            result.failure().lines().forEach(line -> out.println("# " + line));
            result.notes().forEach(line -> out.println("# passed over: " + line));
        }
    }

    /** A script's path below the folder that was named. */
    private String shortName(Path script) {
        for (Path argument : arguments) {
            if (script.startsWith(argument) && !script.equals(argument)) {
                return argument.relativize(script).toString();
            }
        }
        return script.toString();
    }

    private static ScriptResult run(Packetdrill packetdrill, Path script) {
        try {
            return packetdrill.run(script);
        } catch (IOException e) {
            throw CommandException.usage(FileTrouble.describe(e, script));
        }
    }

    private Settings settings() {
        try {
            Settings s = with(Settings.DEFAULT, "ip_version", ipVersion);
            s = with(s, "local_ip", localIp);
            s = with(s, "remote_ip", remoteIp);
            s = with(s, "mtu", mtu);
            s = with(s, "tolerance_usecs", tolerance);
            s = with(s, "hz", hz);
            for (Map.Entry<String, String> e : defines.entrySet()) {
                s = s.with("define", e.getKey() + "=" + e.getValue());
            }
            s.local();
            s.remote();
            return s;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static Settings with(Settings settings, String name, String value) {
        return value == null ? settings : settings.with(name, value);
    }

    private List<Path> scripts() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path argument : arguments) {
            if (!Files.exists(argument)) {
                throw new ParameterException(spec.commandLine(), argument + ": there is no such file");
            }
            if (!Files.isDirectory(argument)) {
                found.add(argument);
                continue;
            }
            try (Stream<Path> files = Files.walk(argument)) {
                files.filter(f -> f.toString().endsWith(EXTENSION)).sorted().forEach(found::add);
            }
        }
        if (found.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no script (*.pkt) in "
                            + arguments.stream().map(Path::toString).collect(Collectors.joining(", ")));
        }
        return found;
    }
}
