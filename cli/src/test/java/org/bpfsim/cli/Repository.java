package org.bpfsim.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the checkout that the tests use. */
final class Repository {
    static final Path ROOT = root();

    private Repository() {}

    static Path library(String name) {
        return ROOT.resolve("scenarios/library").resolve(name);
    }

    static Path testObject(String name) {
        return ROOT.resolve("bpf-engine/src/test/bpf").resolve(name);
    }

    static Path program(String name) {
        return ROOT.resolve("scenarios/programs").resolve(name);
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("scenarios/library"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
