package org.bpfsim.bpf.verifier;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.elf.ElfObject;
import org.bpfsim.bpf.link.Linker;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;

/**
 * Compares our verdicts with those recorded of a kernel.
 *
 * <pre>
 * VerdictComparison VERDICTS.tsv VMLINUX_BTF CORPUS_DIR [-v] [object[/program]]
 * </pre>
 *
 * The table has the columns set, object, program, section, type, load_errno, verified_insns, flags; the objects are
 * in {@code CORPUS_DIR/<set>/}. Rows with EPERM have no verdict and are left out.
 */
public final class VerdictComparison {
    private static final int EPERM = -1;

    private int agree;
    private int accepted;
    private int refused;
    private int crashed;
    private int sameCount;
    private int countable;
    private int void_;

    private VerdictComparison() {}

    private record Row(
            String set,
            String object,
            String program,
            String section,
            String type,
            int errno,
            int insns,
            String annotations) {}

    public static void main(String[] args) throws IOException {
        boolean verbose = List.of(args).contains("-v");
        List<String> plain = new ArrayList<>(List.of(args));
        plain.remove("-v");
        new VerdictComparison().run(plain, verbose);
    }

    private void run(List<String> args, boolean verbose) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(args.get(0)), StandardCharsets.UTF_8)) {
            String[] c = line.split("\t", -1);
            if (!c[0].equals("set") && c.length >= 8) {
                rows.add(new Row(c[0], c[1], c[2], c[3], c[4], Integer.parseInt(c[5]), Integer.parseInt(c[6]), c[7]));
            }
        }
        Btf kernel;
        try {
            kernel = Btf.parse(Files.readAllBytes(Path.of(args.get(1))), "vmlinux");
        } catch (BpfLoadException e) {
            throw new IOException(e);
        }
        Optional<String> only = args.size() > 3 ? Optional.of(args.get(3)) : Optional.empty();
        Map<String, List<Row>> byObject = new LinkedHashMap<>();
        for (Row r : rows) {
            byObject.computeIfAbsent(r.set + "/" + r.object, k -> new ArrayList<>())
                    .add(r);
        }
        Map<String, int[]> byType = new TreeMap<>();
        for (Map.Entry<String, List<Row>> e : byObject.entrySet()) {
            if (only.isPresent() && !(e.getKey() + "/").contains(only.get().split("/", -1)[0])) {
                continue;
            }
            Path path = Path.of(args.get(2)).resolve(e.getKey());
            if (!Files.exists(path)) {
                path = Path.of(args.get(2)).resolve(e.getKey().replace("tcp/", "samples/"));
            }
            object(path, e.getValue(), kernel, only, verbose, byType);
        }
        byType.forEach((type, n) -> print(String.format("%-28s %d of %d", type, n[0], n[1])));
        print(String.format(
                "agree %d, wrongly accepted %d, wrongly refused %d, not judged %d, without verdict %d: %.1f%%; same processed"
                        + " insns %d of %d",
                agree,
                accepted,
                refused,
                crashed,
                void_,
                100.0 * agree / Math.max(1, agree + accepted + refused + crashed),
                sameCount,
                countable));
    }

    private void object(
            Path path, List<Row> rows, Btf kernel, Optional<String> only, boolean verbose, Map<String, int[]> byType)
            throws IOException {
        if (!Files.exists(path)) {
            print(path + ": missing");
            crashed += rows.size();
            return;
        }
        BpfObject object;
        try {
            object = BpfObject.open(
                    ElfObject.parse(Files.readAllBytes(path), path.getFileName().toString()));
        } catch (BpfLoadException e) {
            print(path.getFileName() + ": cannot be opened: " + e.getMessage());
            crashed += rows.size();
            return;
        }
        long start = System.nanoTime();
        int before = agree;
        int all = 0;
        VerifierInputs inputs = new VerifierInputs(
                object,
                new VerifierKernel(kernel, Map.of("CONFIG_HZ", 250L, "LINUX_KERNEL_VERSION", 0x61200L), Map.of()));
        StringBuilder wrong = new StringBuilder();
        boolean missing = !inputs.missingKfuncs().isEmpty();
        for (Row row : rows) {
            if (only.isPresent()
                    && only.get().contains("/")
                    && !row.program.equals(only.get().split("/", -1)[1])) {
                continue;
            }
            if (row.errno == EPERM || row.errno == -14 && row.object.contains("arena")) {
                void_++;
                continue;
            }
            all++;
            int[] counts = byType.computeIfAbsent(row.set + " " + row.type, t -> new int[2]);
            counts[1]++;
            String outcome = missing && row.errno != 0 ? "" : program(inputs, object, row, verbose);
            if (outcome.isEmpty()) {
                agree++;
                counts[0]++;
            } else {
                wrong.append("    ")
                        .append(row.program)
                        .append(" (")
                        .append(row.type)
                        .append("): ")
                        .append(outcome)
                        .append('\n');
            }
        }
        if (all > 0) {
            print(String.format(
                    "%-44s %3d of %3d  %.1fs",
                    path.getFileName(), agree - before, all, (System.nanoTime() - start) / 1e9));
            if (wrong.length() > 0) {
                print(wrong.toString().stripTrailing());
            }
        }
    }

    private String program(VerifierInputs inputs, BpfObject object, Row row, boolean verbose) {
        boolean accept = row.errno == 0;
        Optional<BpfFunction> function = object.program(row.program);
        if (function.isEmpty()) {
            crashed++;
            return "is not in the object";
        }
        try {
            SectionName section = SectionName.of(row.section);
            String attach = row.type.equals("struct_ops") ? inputs.structOpsMember(row.program) : section.attach();
            VerifierInput input = inputs.program(
                    Linker.link(object, function.get()), row.type, attach, flags(row), section.sleepable());
            VerifiedProgram verified = Verifier.verify(input, verbose ? 2 : 0);
            if (verbose) {
                print(verified.log());
            }
            if (!accept) {
                accepted++;
                return "ACCEPTED, kernel " + row.errno + " " + row.annotations;
            }
            countable++;
            int ours = verified.statistics().processedInsns();
            if (ours == row.insns) {
                sameCount++;
            }
            return "";
        } catch (BpfLoadException e) {
            crashed++;
            return e.getMessage();
        } catch (VerifierRefusal e) {
            if (verbose) {
                print(e.log());
            }
            if (accept) {
                refused++;
                return "refused at " + e.slot() + ": " + e.getMessage();
            }
            return "";
        } catch (RuntimeException | StackOverflowError e) {
            crashed++;
            StackTraceElement at = e.getStackTrace().length > 0 ? e.getStackTrace()[0] : null;
            if (verbose) {
                StringBuilder trace = new StringBuilder();
                for (StackTraceElement s : e.getStackTrace()) {
                    trace.append("\n      ").append(s);
                }
                print(e + trace.toString());
            }
            return "crash: " + e + " at " + at;
        }
    }

    private static Set<VerifierInput.Flag> flags(Row row) {
        Set<VerifierInput.Flag> flags = new LinkedHashSet<>();
        for (String a : row.annotations.split(",", -1)) {
            if (a.startsWith("prog_flags=")) {
                for (VerifierInput.Flag f : VerifierInput.Flag.values()) {
                    if (a.equals("prog_flags=BPF_F_" + f)) {
                        flags.add(f);
                    }
                }
            }
        }
        return flags;
    }

    @SuppressWarnings("SystemOut")
    private static void print(String text) {
        System.out.println(text);
    }
}
