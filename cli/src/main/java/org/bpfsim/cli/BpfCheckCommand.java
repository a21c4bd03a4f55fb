package org.bpfsim.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.tcp.bpf.ObjectCheck;
import org.bpfsim.tcp.bpf.ObjectCheck.Verdict;
import org.bpfsim.tcp.bpf.TcpBpf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bpfsim bpf check}: would Linux take these programs, and can simulated hosts run them? */
@Command(
        name = "check",
        description = "Verify each program as Linux 6.12 would: a verdict per program, with the verifier's reason.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Optional programs (SEC(\"?...\")) are judged, too, but do not count for the exit status.",
            "",
            "Exit status: 0 if everything is accepted and runs, 1 if not, 2 if an object cannot be opened."
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

    @Option(
            names = "--register",
            description =
                    "Also register each struct_ops map of an object that loads, as bpftool struct_ops register does.")
    private boolean register;

    @Option(names = "--json", description = "One line of JSON per program, and per struct_ops map with --register.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (level < 0 || level > 2) {
            throw CommandException.usage("--log " + level + ": levels are 0, 1 and 2.");
        }
        if (register && kernelTypes != null) {
            throw CommandException.usage("--register: maps are registered on a simulated host. Leave --btf out.");
        }
        BpfEnvironment hosts = TcpBpf.environment(HZ);
        Optional<Btf> real = kernelTypes == null ? Optional.empty() : Optional.of(readTypes());
        int status = ExitStatus.OK;
        for (Path path : objects) {
            try {
                byte[] elf = Files.readAllBytes(path);
                ObjectCheck check = real.isPresent()
                        ? ObjectCheck.onKernel(elf, path.toString(), hosts, real.get(), level)
                        : ObjectCheck.onHosts(elf, path.toString(), hosts, level);
                status = Math.max(status, check(path, check));
            } catch (BpfLoadException e) {
                status = ExitStatus.USAGE;
                notOpened(path, e);
            } catch (IOException e) {
                spec.commandLine().getErr().println("bpfsim: " + FileTrouble.describe(e, path));
                status = ExitStatus.USAGE;
            }
        }
        return status;
    }

    private Btf readTypes() {
        try {
            return Btf.parse(Files.readAllBytes(kernelTypes), kernelTypes.toString());
        } catch (BpfLoadException e) {
            throw CommandException.usage("--btf " + e.location() + ": " + e.reason()
                    + ".\n  Name the raw types of a kernel, as in /sys/kernel/btf/vmlinux.");
        } catch (IOException e) {
            throw CommandException.usage("--btf " + FileTrouble.describe(e, kernelTypes));
        }
    }

    private int check(Path path, ObjectCheck check) throws BpfLoadException {
        boolean loads = true;
        for (ObjectCheck.Program program : check.programs()) {
            print(path, program);
            loads &= program.runs() || program.verdict() == Verdict.UNUSED || program.optional();
        }
        if (!loads) {
            return ExitStatus.FAILED;
        }
        boolean registers = true;
        if (register) {
            for (ObjectCheck.Registration registration : check.register()) {
                print(path, registration);
                registers &= registration.errno() == 0;
            }
        }
        return registers ? ExitStatus.OK : ExitStatus.FAILED;
    }

    private void print(Path path, ObjectCheck.Program program) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode line = line(path)
                    .put("program", program.name())
                    .put("section", program.section())
                    .put("verdict", program.verdict().name().toLowerCase(Locale.ROOT))
                    .put("errno", -program.errno())
                    .put("processed_insns", program.processedInsns())
                    .put("runs", program.runs())
                    .put("message", program.message());
            if (level > 0) {
                line.put("log", program.log());
            }
            out.println(line);
            return;
        }
        if (level > 0) {
            out.print(program.log());
        }
        out.println(path + ": " + program.section() + " " + program.name() + ": "
                + switch (program.verdict()) {
                    case ACCEPT ->
                        "accepted, " + program.processedInsns() + " insns processed"
                                + (program.runs() ? "" : "; simulated hosts cannot run it: " + program.message());
                    case REJECT -> "refused (errno " + program.errno() + "): " + program.message();
                    case UNKNOWN -> "cannot be judged: " + program.message();
                    case UNUSED -> "not loaded: " + program.message();
                });
    }

    private void print(Path path, ObjectCheck.Registration registration) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(line(path)
                    .put("map", registration.map())
                    .put("registers", registration.errno() == 0)
                    .put("errno", -registration.errno())
                    .put("message", registration.message()));
            return;
        }
        out.println(path + ": struct_ops map " + registration.map() + ": "
                + (registration.errno() == 0
                        ? "registers"
                        : "does not register (errno " + registration.errno() + "): " + registration.message()));
    }

    private void notOpened(Path path, BpfLoadException e) {
        if (json) {
            spec.commandLine()
                    .getOut()
                    .println(line(path)
                            .put("verdict", "reject")
                            .put("errno", -Errno.EINVAL)
                            .put("message", e.location() + ": " + e.reason()));
        }
        spec.commandLine().getErr().println("bpfsim: " + e.getMessage());
    }

    private static ObjectNode line(Path path) {
        return new ObjectMapper().createObjectNode().put("object", path.toString());
    }
}
