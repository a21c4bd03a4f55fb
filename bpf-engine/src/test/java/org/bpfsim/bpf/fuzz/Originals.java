package org.bpfsim.bpf.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Objects that compilers made: those of the repository and, with {@code -Dbpfsim.fuzz.corpus=DIR}, those of a folder. */
final class Originals {
    private static final int MAX_BYTES = 1 << 19;

    private Originals() {}

    /** By path. */
    static List<byte[]> all() {
        List<byte[]> all = new ArrayList<>();
        List<Path> folders = new ArrayList<>(List.of(
                Path.of("src/test/bpf"), Path.of("../tcp-model/src/test/bpf"), Path.of("../scenarios/programs")));
        String corpus = System.getProperty("bpfsim.fuzz.corpus");
        if (corpus != null) {
            folders.add(Path.of(corpus));
        }
        for (Path folder : folders) {
            Path here =
                    Files.isDirectory(folder) ? folder : Path.of("bpf-engine").resolve(folder);
            if (!Files.isDirectory(here)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(here)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".o")).sorted().toList()) {
                    if (Files.size(file) <= MAX_BYTES) {
                        all.add(Files.readAllBytes(file));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (all.isEmpty()) {
            throw new AssertionError("no objects to begin with; run in the module's folder");
        }
        return all;
    }
}
