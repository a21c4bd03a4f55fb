package org.bpfsim.tcp.bpf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.bpf.program.Loader;
import org.junit.jupiter.api.Assumptions;

/**
 * The kernel's own samples and selftests, compiled unmodified by {@code src/test/bpf/kernel-objects.sh}. Tests that ask
 * for one are skipped, and say why, where compiler or kernel sources are not installed.
 */
final class KernelObjects {
    private static final Path SCRIPT = Path.of("src/test/bpf/kernel-objects.sh");
    private static final Path OUT = Path.of("target/kernel-objects");
    private static final int NOT_INSTALLED = 3;

    private static String problem;
    private static boolean built;

    private KernelObjects() {}

    /** One of them, by the name of its source without {@code .c}. */
    static LoadedObject load(String name) throws BpfLoadException {
        requireBuilt(name);
        return Objects.load(OUT, name + ".o");
    }

    /** Some of its programs, as user space does that turns off loading of the others. */
    static LoadedObject load(String name, Set<String> programs) throws BpfLoadException {
        requireBuilt(name);
        return Objects.load(OUT, name + ".o", programs);
    }

    /** One of them, changed before it is loaded. */
    static LoadedObject load(String name, UnaryOperator<BpfObject> change) throws BpfLoadException {
        requireBuilt(name);
        return Loader.load(change.apply(Objects.open(OUT, name + ".o")), TcpBpf.environment(Objects.HZ));
    }

    private static void requireBuilt(String name) {
        build();
        Assumptions.assumeTrue(problem == null, () -> "SKIPPED, kernel's own BPF objects: " + problem);
        Assumptions.assumeTrue(
                Files.exists(OUT.resolve(name + ".o")),
                () -> "SKIPPED, " + name + ".c was not built: the running kernel does not show its types"
                        + " (/sys/kernel/btf/vmlinux), or clang-19 is not installed");
    }

    private static synchronized void build() {
        if (built) {
            return;
        }
        built = true;
        try {
            Process process = new ProcessBuilder("sh", SCRIPT.toString(), OUT.toString())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroy();
                throw new IllegalStateException(SCRIPT + " takes longer than five minutes");
            }
            if (process.exitValue() == NOT_INSTALLED) {
                problem = output.trim();
            } else if (process.exitValue() != 0) {
                throw new IllegalStateException(SCRIPT + " failed:\n" + output);
            }
        } catch (IOException e) {
            problem = "no shell to run " + SCRIPT + " with (" + e.getMessage() + ")";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
    }
}
