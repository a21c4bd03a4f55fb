package org.bpfsim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.inspect.Inspection;
import org.bpfsim.bpf.inspect.ReportText;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.tcp.bpf.TcpBpf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bpfsim bpf}: what can be said of BPF objects without a simulation. */
@Command(
        name = "bpf",
        description = "Look at BPF objects, run their programs.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BpfCommand.InspectCommand.class,
            BpfCheckCommand.class,
            BpfRunCommand.class,
            BpfConformanceCommand.class
        })
final class BpfCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** {@code bpfsim bpf inspect}. */
    @Command(
            name = "inspect",
            description = "List programs, maps, helpers, kfuncs and the kernel fields that an object uses.",
            mixinStandardHelpOptions = true)
    static final class InspectCommand implements Callable<Integer> {
        /** Of no account: the layout of contexts is the same at every tick. */
        private static final int HZ = 250;

        @Parameters(paramLabel = "OBJ", arity = "1..*", description = "ELF objects as clang makes them (-target bpf).")
        private List<Path> objects;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            int status = ExitStatus.OK;
            for (Path object : objects) {
                try {
                    out.println(inspect(object));
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

        private static String inspect(Path object) throws IOException, BpfLoadException {
            Map<String, StructType<?>> contexts = new TreeMap<>();
            for (ProgramFamily family : TcpBpf.environment(HZ).families()) {
                family.context().ifPresent(context -> contexts.put(family.name(), context));
            }
            BpfObject opened = BpfObject.open(Files.readAllBytes(object), object.toString());
            return ReportText.of(Inspection.of(opened, contexts));
        }
    }
}
