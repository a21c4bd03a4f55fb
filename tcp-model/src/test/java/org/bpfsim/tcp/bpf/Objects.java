package org.bpfsim.tcp.bpf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        try {
            byte[] bytes = Files.readAllBytes(folder.resolve(name));
            return Loader.load(BpfObject.open(ElfObject.parse(bytes, name)), TcpBpf.environment(HZ));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
