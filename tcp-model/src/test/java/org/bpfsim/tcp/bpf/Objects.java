package org.bpfsim.tcp.bpf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.elf.ElfObject;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.bpf.program.Loader;

/** Loads objects for tests. */
final class Objects {
    static final Path TEST_PROGRAMS = Path.of("src/test/bpf");
    static final Path SCENARIO_PROGRAMS = Path.of("../scenarios/programs");
    /** CONFIG_HZ of the tests' hosts: the samples' timeouts are in ticks and meant as milliseconds. */
    static final int HZ = 1000;

    private Objects() {}

    static LoadedObject load(Path folder, String name) throws BpfLoadException {
        return Loader.load(open(folder, name), TcpBpf.environment(HZ));
    }

    static LoadedObject load(Path folder, String name, Set<String> programs) throws BpfLoadException {
        return Loader.load(open(folder, name), TcpBpf.environment(HZ), programs);
    }

    static BpfObject open(Path folder, String name) throws BpfLoadException {
        try {
            return BpfObject.open(ElfObject.parse(Files.readAllBytes(folder.resolve(name)), name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
