package org.bpfsim.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.btf.Btf;
import org.bpfsim.bpf.link.Linker;
import org.bpfsim.bpf.object.BpfFunction;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.bpf.verifier.SectionName;
import org.bpfsim.bpf.verifier.VerifiedProgram;
import org.bpfsim.bpf.verifier.Verifier;
import org.bpfsim.bpf.verifier.VerifierInput;
import org.bpfsim.bpf.verifier.VerifierInputs;
import org.bpfsim.bpf.verifier.VerifierKernel;
import org.bpfsim.bpf.verifier.VerifierRefusal;
import org.bpfsim.tcp.bpf.ObjectCheck;
import org.bpfsim.tcp.bpf.TcpBpf;

/**
 * Compares our verdicts with those that a kernel gave on the same objects.
 *
 * <pre>
 * KernelVerdicts FOLDER TABLE VMLINUX_BTF CORPUS [-v] [--other-kernel] [object[/program]]
 * </pre>
 *
 * {@code FOLDER/TABLE.tsv} has what the kernel said of each program (set, object, program, section, type, load_errno,
 * verified_insns, flags): these are judged with the types of the kernel that is given. {@code FOLDER/TABLE.objects.tsv}, where
 * there is one, has what it said of whole objects of our families and their struct_ops maps: these are judged as {@code bpfsim bpf
 * check --register} does, with the types of simulated hosts. {@code FOLDER/disagreements.tsv} lists where we disagree, and why: whatever else disagrees is a
 * failure, and so is a line there that is no longer true. Rows with EPERM have no verdict and are left out.
 *
 * <p>{@code --other-kernel}: the types are not of the kernel that gave the verdicts, so that a few programs may differ.
 */
public final class KernelVerdicts {
    private static final int EPERM = -1;
    private static final int HZ = 250;
    /** Of programs, when types and verdicts come from different kernels. */
    private static final double LEAST_SHARE = 0.98;

    private final BpfEnvironment hosts = TcpBpf.environment(HZ);
    private final boolean verbose;
    private final Optional<String> only;
    private final Set<String> disagreements = new TreeSet<>();
    private final Set<String> withoutVerdict = new LinkedHashSet<>();

    private int judged;
    private int wronglyAccepted;
    private int sameCount;
    private int countable;
    private int objects;
    private int objectsAgree;
    private int registrations;
    private int registrationsAgree;

    private record Row(
            String set,
            String object,
            String program,
            String section,
            String type,
            int errno,
            int insns,
            String flags) {}

    private KernelVerdicts(boolean verbose, Optional<String> only) {
        this.verbose = verbose;
        this.only = only;
    }

    public static void main(String[] args) throws IOException, BpfLoadException {
        List<String> plain = new ArrayList<>(List.of(args));
        boolean verbose = plain.remove("-v");
        boolean otherKernel = plain.remove("--other-kernel");
        Path folder = Path.of(plain.get(0));
        Path corpus = Path.of(plain.get(3));
        KernelVerdicts verdicts =
                new KernelVerdicts(verbose, plain.size() > 4 ? Optional.of(plain.get(4)) : Optional.empty());
        verdicts.programs(folder.resolve(plain.get(1) + ".tsv"), Path.of(plain.get(2)), corpus);
        Path objects = folder.resolve(plain.get(1) + ".objects.tsv");
        if (Files.exists(objects)) {
            verdicts.objects(objects, corpus);
        }
        System.exit(verdicts.summary(folder.resolve("disagreements.tsv"), plain.get(1), otherKernel) ? 0 : 1);
    }

    private void programs(Path table, Path vmlinux, Path corpus) throws IOException, BpfLoadException {
        VerifierKernel kernel = real(Btf.parse(Files.readAllBytes(vmlinux), "vmlinux"));
        Map<String, List<Row>> byObject = new LinkedHashMap<>();
        for (List<String> c : rows(table)) {
            Row row = new Row(
                    c.get(0),
                    c.get(1),
                    c.get(2),
                    c.get(3),
                    c.get(4),
                    Integer.parseInt(c.get(5)),
                    Integer.parseInt(c.get(6)),
                    c.get(7));
            byObject.computeIfAbsent(row.object, k -> new ArrayList<>()).add(row);
        }
        Map<String, int[]> byType = new TreeMap<>();
        for (Map.Entry<String, List<Row>> e : byObject.entrySet()) {
            if (only.isEmpty() || e.getKey().equals(only.get().split("/", -1)[0])) {
                object(find(corpus, e.getKey()), e.getValue(), kernel, byType);
            }
        }
        byType.forEach((type, n) -> print(String.format(Locale.ROOT, "%-28s %d of %d", type, n[0], n[1])));
    }

    /** A real kernel has functions of its own, and all of each struct. */
    private VerifierKernel real(Btf types) {
        Map<String, VerifierKernel.Family> families = new LinkedHashMap<>();
        VerifierKernel simulated = hosts.verifierKernel();
        simulated
                .families()
                .forEach((name, f) -> families.put(
                        name, new VerifierKernel.Family(Set.of(), f.writable(), VerifierKernel.Limits.NONE)));
        return new VerifierKernel(types, simulated.kconfig(), families);
    }

    private void object(Path path, List<Row> rows, VerifierKernel kernel, Map<String, int[]> byType)
            throws IOException {
        Optional<BpfObject> object = Optional.empty();
        Optional<VerifierInputs> inputs = Optional.empty();
        String trouble = "";
        try {
            object = Optional.of(BpfObject.open(Files.readAllBytes(path), path.toString()));
            inputs = object.map(o -> new VerifierInputs(o, kernel));
        } catch (BpfLoadException e) {
            trouble = e.getMessage();
        }
        for (Row row : rows) {
            if (only.isPresent() && only.get().contains("/") && !only.get().endsWith("/" + row.program)) {
                continue;
            }
            // libbpf could not make the map that arenas need on the recording machine.
            if (row.errno == EPERM || row.errno == -14 && row.object.contains("arena")) {
                withoutVerdict.add(row.object + "/" + row.program);
                continue;
            }
            judged++;
            int[] counts = byType.computeIfAbsent(row.set + " " + row.type, t -> new int[2]);
            counts[1]++;
            String outcome;
            if (inputs.isEmpty()) {
                outcome = row.errno == 0 ? "cannot be opened: " + trouble : "";
            } else {
                outcome = row.errno != 0 && inputs.get().missing().isPresent()
                        ? ""
                        : program(inputs.get(), object.get(), row);
            }
            if (outcome.isEmpty()) {
                counts[0]++;
            } else {
                disagreements.add(row.object + "\t" + row.program);
                print(row.object + " " + row.program + " (" + row.type + "): " + outcome);
            }
        }
    }

    /** Empty if we agree. */
    private String program(VerifierInputs inputs, BpfObject object, Row row) {
        Optional<BpfFunction> function = object.program(row.program);
        if (function.isEmpty()) {
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
            if (row.errno != 0) {
                wronglyAccepted++;
                return "ACCEPTED, but Linux refuses it: " + row.errno + " " + row.flags;
            }
            countable++;
            if (verified.statistics().processedInsns() == row.insns) {
                sameCount++;
            }
            return "";
        } catch (BpfLoadException e) {
            return row.errno == 0 ? e.getMessage() : "";
        } catch (VerifierRefusal e) {
            if (verbose) {
                print(e.log());
            }
            return row.errno == 0 ? "refused at " + e.slot() + ": " + e.getMessage() : "";
        }
    }

    private static Set<VerifierInput.Flag> flags(Row row) {
        Set<VerifierInput.Flag> flags = new LinkedHashSet<>();
        for (String a : row.flags.split(",", -1)) {
            for (VerifierInput.Flag f : VerifierInput.Flag.values()) {
                if (a.equals("prog_flags=BPF_F_" + f)) {
                    flags.add(f);
                }
            }
        }
        return flags;
    }

    /** Whole objects, as a user would check them. */
    private void objects(Path table, Path corpus) throws IOException {
        for (List<String> row : rows(table)) {
            if (only.isPresent() && !row.get(0).equals(only.get().split("/", -1)[0])) {
                continue;
            }
            objects++;
            String outcome = wholeObject(row, find(corpus, row.get(0)));
            if (outcome.isEmpty()) {
                objectsAgree++;
            } else {
                disagreements.add(row.get(0) + "\t");
                print(row.get(0) + " as a whole: " + outcome);
            }
        }
    }

    private String wholeObject(List<String> row, Path path) throws IOException {
        int expected = Integer.parseInt(row.get(1));
        String lacking = row.get(3);
        ObjectCheck check;
        try {
            byte[] elf = Files.readAllBytes(path);
            if (!lacking.isEmpty()) {
                return lacks(elf, path, lacking, expected);
            }
            check = ObjectCheck.onHosts(elf, path.getFileName().toString(), hosts, 0);
        } catch (BpfLoadException e) {
            return expected != 0 ? "" : "cannot be opened: " + e.getMessage();
        }
        int errno = 0;
        for (ObjectCheck.Program p : check.programs()) {
            boolean counts = !p.optional() && !withoutVerdict.contains(row.get(0) + "/" + p.name());
            if (counts && p.verdict() == ObjectCheck.Verdict.UNKNOWN) {
                return p.name() + " cannot be judged: " + p.message();
            }
            if (counts && errno == 0) {
                errno = -p.errno();
            }
        }
        if (errno != (expected == EPERM ? 0 : expected)) {
            return "errno " + errno + ", of Linux " + expected;
        }
        return errno == 0 && !row.get(2).isEmpty() ? register(check, row.get(2)) : "";
    }

    /** The kernel that gave the verdict was built without some functions. */
    private String lacks(byte[] elf, Path path, String prefix, int expected) throws BpfLoadException {
        Map<String, VerifierKernel.Family> families = new LinkedHashMap<>();
        VerifierKernel all = hosts.verifierKernel();
        all.families().forEach((name, f) -> {
            Set<String> kfuncs = new LinkedHashSet<>(f.kfuncs());
            kfuncs.removeIf(k -> k.startsWith(prefix));
            families.put(name, new VerifierKernel.Family(kfuncs, f.writable(), f.limits()));
        });
        BpfObject object = BpfObject.open(elf, path.getFileName().toString());
        int errno = new VerifierInputs(object, new VerifierKernel(all.types(), all.kconfig(), families))
                .missing()
                .map(e -> -e.errno())
                .orElse(0);
        return errno == expected ? "" : "errno " + errno + " without " + prefix + "*(), of Linux " + expected;
    }

    private String register(ObjectCheck check, String expected) {
        Map<String, Integer> ours = new TreeMap<>();
        try {
            check.register().forEach(r -> ours.put(r.map(), -r.errno()));
        } catch (BpfLoadException e) {
            print(e.getMessage());
        }
        StringBuilder wrong = new StringBuilder();
        for (String pair : expected.split(" ", -1)) {
            String map = pair.substring(0, pair.indexOf('='));
            int errno = Integer.parseInt(pair.substring(pair.indexOf('=') + 1));
            registrations++;
            if (Integer.valueOf(errno).equals(ours.get(map))) {
                registrationsAgree++;
            } else {
                wrong.append(" map ").append(map).append(" registers with ").append(ours.get(map));
                wrong.append(", on Linux with ").append(errno);
            }
        }
        return wrong.toString();
    }

    /** Answers whether all is as it should be. */
    private boolean summary(Path reasons, String table, boolean otherKernel) throws IOException {
        Set<String> listed = new TreeSet<>();
        for (List<String> row : rows(reasons)) {
            if (row.get(0).equals(table)) {
                listed.add(row.get(1) + "\t" + row.get(2));
            }
        }
        Set<String> unlisted = new TreeSet<>(disagreements);
        unlisted.removeAll(listed);
        Set<String> gone = new TreeSet<>(listed);
        gone.removeAll(disagreements);
        int programsWrong =
                (int) disagreements.stream().filter(d -> !d.endsWith("\t")).count();
        int agree = judged - programsWrong;
        print("same processed insns as Linux: " + sameCount + " of " + countable
                + " accepted programs; without verdict: " + withoutVerdict.size());
        if (!otherKernel && only.isEmpty()) {
            unlisted.forEach(d -> print("not listed in " + reasons.getFileName() + ": " + d.replace('\t', ' ')));
            gone.forEach(d -> print("listed in " + reasons.getFileName() + ", but we agree: " + d.replace('\t', ' ')));
        }
        String summary = String.format(
                Locale.ROOT,
                "verifier (%s): %d/%d programs agree (%.1f%%), %d wrongly accepted",
                table,
                agree,
                judged,
                100.0 * agree / Math.max(1, judged),
                wronglyAccepted);
        if (objects > 0) {
            summary += "; objects " + objectsAgree + "/" + objects + "; registration " + registrationsAgree + "/"
                    + registrations;
        }
        print(summary);
        boolean asListed = otherKernel ? agree >= LEAST_SHARE * judged : unlisted.isEmpty() && gone.isEmpty();
        return wronglyAccepted == 0 && (asListed || only.isPresent());
    }

    /** Lines of a table by columns, without comments and the head. */
    static List<List<String>> rows(Path table) throws IOException {
        return Files.readAllLines(table, StandardCharsets.UTF_8).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .skip(1)
                .map(line -> List.of(line.split("\t", -1)))
                .toList();
    }

    private static Path find(Path corpus, String object) throws IOException {
        for (String set : new String[] {"tcp", "samples", "verifier", "other"}) {
            Path path = corpus.resolve(set).resolve(object);
            if (Files.exists(path)) {
                return path;
            }
        }
        throw new IOException(corpus + " has no " + object);
    }

    private static void print(String text) {
        System.out.println(text);
    }
}
