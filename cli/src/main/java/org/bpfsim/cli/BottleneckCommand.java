package org.bpfsim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bpfsim.bpf.BpfFault;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.elf.ElfObject;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.report.chart.CwndChart;
import org.bpfsim.report.chart.SvgImage;
import org.bpfsim.tcp.bottleneck.Bottleneck;
import org.bpfsim.tcp.bottleneck.BottleneckOptions;
import org.bpfsim.tcp.bottleneck.BottleneckTrace;
import org.bpfsim.tcp.bottleneck.Curve;
import org.bpfsim.tcp.bottleneck.ReferenceComparison;
import org.bpfsim.tcp.bpf.TcpBpf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * {@code bpfsim bottleneck}: one flow through a known bottleneck, traced. The options of the transfer are added to the
 * command line in {@link #addTo}, because they are many and all are text until {@link BottleneckOptions} reads them.
 */
@Command(
        name = "bottleneck",
        description = "Run one bulk transfer over the simulated Linux TCP through a bottleneck of known rate, delay and"
                + " queue, and write what sender and bottleneck did as CSV: tcpinfo.csv, packets.csv, summary.txt.",
        mixinStandardHelpOptions = true,
        footer = {"", "Numbers may end in k, M or G. LIST counts data packets in order of arrival: 100,305-307."})
final class BottleneckCommand implements Callable<Integer> {
    /** The tracer of real Linux knows these; nothing of the kind exists in simulated time. */
    private static final List<String> REAL_MACHINE_ONLY = List.of("cpu-fwd", "cpu-app", "spin-us");

    private static final int CHART_POINTS = 250;

    private static final Map<String, String[]> OPTIONS = options();

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the files; made if missing.")
    private Path out;

    @Option(
            names = "--compare",
            paramLabel = "DIR",
            description =
                    "Instead: run every trace of a real Linux that the folder holds, and print how far the two lie"
                            + " apart. Status 1 if it is further than docs/fidelity.md allows. With --out, ours are written there, with a chart of both windows.")
    private Path references;

    @Option(
            names = "--bpf",
            paramLabel = "OBJ",
            description =
                    "Registers the congestion controls of this object (struct_ops). Without --cc, the first is used.")
    private Path object;

    @Option(names = "--no-pktlog", description = "Write no packets.csv.")
    private boolean noPacketLog;

    @Option(names = "--gso", hidden = true)
    private boolean gso;

    @Option(names = "--no-rt", hidden = true)
    private boolean noRealTime;

    @Spec
    private CommandSpec spec;

    private static Map<String, String[]> options() {
        Map<String, String[]> o = new LinkedHashMap<>();
        o.put("rate", words("BPS", "Bottleneck rate, sender to receiver (default: 100M)."));
        o.put("rev-rate", words("BPS", "Rate of the way back; 0 is infinite (default: as --rate)."));
        o.put("delay", words("US", "One-way propagation delay in microseconds (default: 10000)."));
        o.put("rev-delay", words("US", "Delay of the way back (default: as --delay)."));
        o.put("queue", words("N", "Packets that may wait, beside the one in service (default: 100)."));
        o.put("rev-queue", words("N", "The same on the way back (default: 1000)."));
        o.put("ecn-k", words("K", "Mark ECN-capable packets that find K or more waiting (default: never)."));
        o.put("drop", words("LIST", "Lose these data packets on purpose, before the queue."));
        o.put("ce", words("LIST", "Mark these data packets, if they are ECN-capable."));
        o.put("overhead", words("BYTES", "Added to each packet's transmission time; 38 is Ethernet (default: 0)."));
        o.put("mtu", words("BYTES", "Largest IP packet (default: 1500)."));
        o.put("bytes", words("N", "Size of the transfer (default: 20000000)."));
        o.put("cc", words("NAME", "The sender's congestion control (default: cubic)."));
        o.put("cc-rx", words("NAME", "The receiver's (default: as --cc)."));
        o.put("sndbuf", words("BYTES", "SO_SNDBUF (default: autotuned)."));
        o.put("rcvbuf", words("BYTES", "SO_RCVBUF (default: autotuned)."));
        o.put("write-size", words("BYTES", "Bytes per write() (default: 65536)."));
        o.put("sysctl", words("NAME=VALUE", "A sysctl of both hosts, such as net.ipv4.tcp_ecn=1. May be repeated."));
        o.put("sysctl-a", words("NAME=VALUE", "A sysctl of the sender."));
        o.put("sysctl-b", words("NAME=VALUE", "A sysctl of the receiver."));
        o.put(
                "poll-us",
                words("US", "How often TCP_INFO is looked at for a change; 0: only every sample (default: 50)."));
        o.put("sample-us", words("US", "Time between regular samples (default: 1000)."));
        o.put("timeout", words("S", "Simulated seconds after which to give up (default: 120)."));
        o.put("hz", words("N", "Ticks per second of the hosts, CONFIG_HZ: 100, 250, 300, 1000 (default: 250)."));
        o.put(
                "max-tcp-header",
                words("BYTES", "MAX_TCP_HEADER of the hosts: 256, or 320 as distributions build it (default: 256)."));
        o.put("seed", words("N", "Seed of the hosts' random numbers (default: 1)."));
        return o;
    }

    private static String[] words(String label, String description) {
        return new String[] {label, description};
    }

    /** Adds the options of the transfer to the command. */
    static void addTo(CommandSpec command) {
        OPTIONS.forEach((name, words) -> {
            OptionSpec.Builder option = OptionSpec.builder("--" + name)
                    .paramLabel(words[0])
                    .description(words[1])
                    .arity("1");
            command.addOption((isRepeatable(name)
                            ? option.type(List.class).auxiliaryTypes(String.class)
                            : option.type(String.class))
                    .build());
        });
        for (String name : REAL_MACHINE_ONLY) {
            command.addOption(OptionSpec.builder("--" + name)
                    .type(String.class)
                    .arity("1")
                    .hidden(true)
                    .build());
        }
    }

    private static boolean isRepeatable(String name) {
        return name.startsWith("sysctl");
    }

    @Override
    public Integer call() throws IOException {
        if (references != null) {
            return compare();
        }
        if (out == null) {
            throw new ParameterException(spec.commandLine(), "--out DIR is missing: where should the files go?");
        }
        PrintWriter err = spec.commandLine().getErr();
        ParseResult parsed = spec.commandLine().getParseResult();
        if (gso) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--gso: large packets that are split before the bottleneck are not modelled here.");
        }
        for (String name : REAL_MACHINE_ONLY) {
            if (parsed.hasMatchedOption("--" + name)) {
                err.println("bpfsim: --" + name + " concerns a real machine; it changes nothing here.");
            }
        }
        if (noRealTime) {
            err.println("bpfsim: --no-rt concerns a real machine; it changes nothing here.");
        }
        BottleneckTrace trace;
        try {
            trace = run(parsed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (BpfFault e) {
            throw CommandException.failed(e.getMessage());
        }
        if (!trace.isComplete()) {
            err.println("bpfsim: the transfer did not end in time; --timeout S gives it longer.");
        }
        trace.write(out);
        spec.commandLine().getOut().print(trace.summary());
        spec.commandLine().getOut().flush();
        return trace.isComplete() ? ExitStatus.OK : ExitStatus.FAILED;
    }

    private int compare() throws IOException {
        ReferenceComparison comparison;
        try {
            comparison = ReferenceComparison.of(references);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--compare: " + e.getMessage());
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw CommandException.usage("--compare: " + FileTrouble.describe(e, references));
        }
        if (out != null) {
            for (ReferenceComparison.Row row : comparison.rows()) {
                String name = row.reference().name();
                row.ours().write(out.resolve(name));
                Map<String, List<CwndChart.Point>> traces = new LinkedHashMap<>();
                traces.put("Linux", points(row.reference().cwnd()));
                traces.put("bpfsim", points(row.ours().cwnd()));
                Files.writeString(out.resolve(name).resolve("cwnd.svg"), SvgImage.file(CwndChart.of(name, traces)));
            }
        }
        spec.commandLine().getOut().print(comparison.table());
        spec.commandLine().getOut().flush();
        return comparison.isWithin() ? ExitStatus.OK : ExitStatus.FAILED;
    }

    /** Few enough points for a small chart: in each of equal spans the last. */
    private static List<CwndChart.Point> points(Curve curve) {
        List<CwndChart.Point> points = new ArrayList<>();
        double span = curve.timeUs(curve.size() - 1) / CHART_POINTS;
        for (int i = 0; i < curve.size(); i++) {
            boolean last =
                    i + 1 == curve.size() || (long) (curve.timeUs(i + 1) / span) > (long) (curve.timeUs(i) / span);
            if (last) {
                points.add(new CwndChart.Point(curve.timeUs(i) / 1000, curve.value(i)));
            }
        }
        return points;
    }

    private BottleneckTrace run(ParseResult parsed) {
        BottleneckOptions options = new BottleneckOptions();
        for (String name : OPTIONS.keySet()) {
            if (isRepeatable(name)) {
                List<String> values = parsed.matchedOptionValue("--" + name, List.of());
                values.forEach(value -> options.set(name, value));
            } else if (parsed.hasMatchedOption("--" + name)) {
                options.set(name, parsed.matchedOptionValue("--" + name, ""));
            }
        }
        Bottleneck bottleneck = new Bottleneck(options, !noPacketLog);
        if (object != null) {
            List<String> names = bottleneck.register(load(options));
            if (!parsed.hasMatchedOption("--cc")) {
                options.set("cc", names.get(0));
            }
        }
        return bottleneck.run();
    }

    private LoadedObject load(BottleneckOptions options) {
        try {
            byte[] bytes = Files.readAllBytes(object);
            return Loader.load(
                    BpfObject.open(ElfObject.parse(bytes, object.toString())), TcpBpf.environment(options.hz()));
        } catch (IOException e) {
            throw CommandException.usage("--bpf " + FileTrouble.describe(e, object));
        } catch (BpfLoadException e) {
            throw CommandException.usage("--bpf " + e.getMessage());
        }
    }
}
