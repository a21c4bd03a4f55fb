package org.bpfsim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.SourceLocation;
import org.bpfsim.bpf.inspect.BtfDump;
import org.bpfsim.bpf.inspect.CTypes;
import org.bpfsim.bpf.inspect.Inspection;
import org.bpfsim.bpf.inspect.ReportText;
import org.bpfsim.bpf.inspect.Xlated;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.bpf.verifier.VerifierInput;
import org.bpfsim.bpf.verifier.VerifierInputs;
import org.bpfsim.tcp.bpf.TcpBpf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bpfsim bpf inspect}: what an object asks for, its instructions, its types. */
@Command(
        name = "inspect",
        description =
                "List programs, maps, helpers, kfuncs and the kernel fields that an object uses; or its instructions"
                        + " and types, in the words of bpftool.",
        mixinStandardHelpOptions = true)
final class BpfInspectCommand implements Callable<Integer> {
    private static final int HZ = 250;

    /** Forms of types. */
    enum BtfFormat {
        raw,
        c
    }

    @Parameters(paramLabel = "OBJ", arity = "1..*", description = "ELF objects as clang makes them (-target bpf).")
    private List<Path> objects;

    @Option(
            names = "--xlated",
            description =
                    "Instructions with maps, helpers and C lines, relocated for simulated hosts (bpftool prog dump"
                            + " xlated). What Linux rewrites while it loads is shown as the program has it.")
    private boolean xlated;

    @Option(names = "--program", paramLabel = "NAME", description = "With --xlated: this program alone.")
    private String program;

    @Option(names = "--linum", description = "With --xlated: file, line and column of C lines.")
    private boolean linum;

    @Option(names = "--opcodes", description = "With --xlated: the bytes of each instruction.")
    private boolean opcodes;

    @Option(names = "--btf", paramLabel = "FORMAT", description = "Types: raw, by id, or c, as C (bpftool btf dump).")
    private BtfFormat btf;

    @Option(names = "--json", description = "With --xlated: one line of JSON per program.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!xlated && (program != null || linum || opcodes || json)) {
            throw CommandException.usage("--program, --linum, --opcodes and --json go with --xlated.");
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        int status = ExitStatus.OK;
        for (Path object : objects) {
            try {
                BpfObject opened = BpfObject.open(Files.readAllBytes(object), object.toString());
                if (xlated) {
                    instructions(opened, out);
                }
                if (btf != null) {
                    out.print(btf == BtfFormat.raw ? BtfDump.raw(opened.btf()) : CTypes.header(opened.btf()));
                }
                if (!xlated && btf == null) {
                    out.println(report(opened));
                }
            } catch (BpfLoadException e) {
                err.println("bpfsim: " + e.getMessage());
                status = ExitStatus.USAGE;
            } catch (IOException e) {
                err.println("bpfsim: " + FileTrouble.describe(e, object));
                status = ExitStatus.USAGE;
            }
        }
        return status;
    }

    private static String report(BpfObject object) {
        Map<String, StructType<?>> contexts = new TreeMap<>();
        for (ProgramFamily family : TcpBpf.environment(HZ).families()) {
            family.context().ifPresent(context -> contexts.put(family.name(), context));
        }
        return ReportText.of(Inspection.of(object, contexts));
    }

    private void instructions(BpfObject object, PrintWriter out) throws BpfLoadException {
        if (program != null && object.program(program).isEmpty()) {
            throw new BpfLoadException(
                    SourceLocation.of(object.name()),
                    "it has no program " + program,
                    "There are: "
                            + object.programs().stream().map(BpfFunction::name).collect(Collectors.joining(", "))
                            + ".");
        }
        BpfEnvironment environment = TcpBpf.environment(HZ);
        VerifierInputs inputs = new VerifierInputs(object, environment.verifierKernel());
        for (BpfFunction entry : object.programs()) {
            if (program != null && !entry.name().equals(program)) {
                continue;
            }
            VerifierInput input = inputs.program(entry, Set.of());
            out.print(json ? Xlated.json(input, linum, opcodes) + "\n" : Xlated.text(input, linum, opcodes));
        }
    }
}
