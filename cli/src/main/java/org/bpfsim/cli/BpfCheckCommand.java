package org.bpfsim.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.bpf.verifier.VerifiedProgram;
import org.bpfsim.bpf.verifier.Verifier;
import org.bpfsim.bpf.verifier.VerifierInputs;
import org.bpfsim.bpf.verifier.VerifierKernel;
import org.bpfsim.bpf.verifier.VerifierRefusal;
import org.bpfsim.tcp.bpf.TcpBpf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bpfsim bpf check}: would Linux's verifier accept these programs? */
@Command(
        name = "check",
        description = "Verify each program as Linux 6.12 would: a verdict per program, with the verifier's reason.",
        mixinStandardHelpOptions = true,
        footer = {"", "Exit status: 0 if every program is accepted, 1 if one is refused, 2 if an object cannot be read."
        })
final class BpfCheckCommand implements Callable<Integer> {
    private static final int HZ = 250;

    @Parameters(paramLabel = "OBJ", arity = "1..*", description = "ELF objects as clang makes them (-target bpf).")
    private List<Path> objects;

    @Option(
            names = "--log",
            paramLabel = "LEVEL",
            defaultValue = "0",
            description = "Print the verifier's log: 1 the path that failed, 2 every path with its states"
                    + " (default: ${DEFAULT-VALUE}, only the reason).")
    private int level;

    @Option(
            names = "--btf",
            paramLabel = "FILE",
            description =
                    "Types of a real kernel, such as /sys/kernel/btf/vmlinux, in place of those of the simulated one:"
                            + " then programs that simulated hosts cannot run are judged, too.")
    private Path kernelTypes;

    @Option(names = "--json", description = "One line of JSON per program.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (level < 0 || level > 2) {
            throw CommandException.usage("--log " + level + ": levels are 0, 1 and 2.");
        }
        BpfEnvironment environment = TcpBpf.environment(HZ);
        VerifierKernel kernel = environment.verifierKernel();
        if (kernelTypes != null) {
            kernel = real(kernel, readTypes());
        }
        int status = ExitStatus.OK;
        for (Path path : objects) {
            try {
                BpfObject object = BpfObject.open(Files.readAllBytes(path), path.toString());
                VerifierInputs inputs = new VerifierInputs(object, kernel);
                status = Math.max(status, check(path, object, inputs));
            } catch (BpfLoadException e) {
                spec.commandLine().getErr().println("bpfsim: " + e.getMessage());
                status = ExitStatus.USAGE;
            } catch (IOException e) {
                spec.commandLine().getErr().println("bpfsim: " + FileTrouble.describe(e));
                status = ExitStatus.USAGE;
            }
        }
        return status;
    }

    /** A real kernel has functions of its own, and all of each struct. */
    private static VerifierKernel real(VerifierKernel simulated, Btf types) {
        Map<String, VerifierKernel.Family> families = new LinkedHashMap<>();
        simulated
                .families()
                .forEach((name, family) -> families.put(
                        name, new VerifierKernel.Family(Set.of(), family.writable(), VerifierKernel.Limits.NONE)));
        return new VerifierKernel(types, simulated.kconfig(), families);
    }

    private Btf readTypes() throws IOException {
        try {
            return Btf.parse(Files.readAllBytes(kernelTypes), kernelTypes.toString());
        } catch (BpfLoadException e) {
            throw CommandException.usage(e.getMessage());
        }
    }

    private int check(Path path, BpfObject object, VerifierInputs inputs) throws BpfLoadException {
        List<String> missing = inputs.missingKfuncs();
        if (!missing.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("bpfsim: " + path + ": kernel functions that this kernel lacks: "
                            + String.join(", ", missing) + ". Linux refuses the object for them.");
            return ExitStatus.FAILED;
        }
        int status = ExitStatus.OK;
        for (BpfFunction program : object.programs()) {
            try {
                VerifiedProgram verified = Verifier.verify(inputs.program(program, Set.of()), level);
                print(path, program, 0, Optional.of(verified), "", verified.log());
            } catch (VerifierRefusal refusal) {
                print(path, program, refusal.errno(), Optional.empty(), refusal.getMessage(), refusal.log());
                status = ExitStatus.FAILED;
            }
        }
        return status;
    }

    private void print(
            Path path, BpfFunction program, int errno, Optional<VerifiedProgram> verified, String message, String log) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode line = new ObjectMapper().createObjectNode();
            line.put("object", path.toString())
                    .put("program", program.name())
                    .put("section", program.section())
                    .put("verdict", errno == 0 ? "accept" : "reject")
                    .put("errno", -errno);
            verified.ifPresent(v -> line.put("processed_insns", v.statistics().processedInsns()));
            line.put("message", message);
            if (level > 0) {
                line.put("log", log);
            }
            out.println(line);
            return;
        }
        String name = path + ": " + program.section() + " " + program.name() + ": ";
        if (level > 0) {
            out.print(log);
        }
        out.println(name
                + verified.map(v -> "accepted, " + v.statistics().processedInsns() + " insns processed")
                        .orElse("refused (errno " + errno + "): " + message));
    }
}
