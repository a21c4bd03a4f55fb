package org.bpfsim.bpf.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * Long runs of the fuzzers.
 *
 * <pre>
 * Fuzz KIND[,KIND…] SEED MINUTES   programs, ranges, real, objects, types: seeds from SEED on, for so long, a thread for each kind
 * Fuzz KIND SEED                   one seed, with all that can be said of it
 * Fuzz kernel SEED COUNT           verdicts and results beside the running kernel's (Linux, root; -Dbpfsim.fuzz.kernel=PEER)
 * Fuzz requests FILE SEED COUNT    programs for a kernel that runs elsewhere: PEER &lt; FILE &gt; ANSWERS
 * Fuzz answers FILE SEED COUNT     its verdicts beside ours
 * </pre>
 *
 * {@code PEER} is built from {@code src/test/fuzz/kernel-peer.c}. {@code -Dbpfsim.fuzz.corpus=DIR} adds the objects of a folder
 * to those of the repository. Every finding is printed with its seed and, for programs, the smallest program that shows it.
 */
public final class Fuzz {
    private static final int MAX_FINDINGS = 20;

    private final String name;
    private final LongFunction<Verdict> kind;
    private final boolean programs;
    private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
    private final Set<String> shapes = new HashSet<>();
    private int findings;

    private Fuzz(String name) {
        this.name = name;
        programs = name.equals("programs") || name.equals("ranges");
        kind = switch (name) {
            case "programs" -> ProgramFuzz::tryOut;
            case "ranges" -> RangeFuzz::tryOut;
            case "real" -> new RealProgramFuzz()::tryOut;
            case "objects" -> new ObjectFuzz()::tryOut;
            case "types" -> new TypeFuzz()::tryOut;
            default ->
                throw new IllegalArgumentException(name + ": kinds are programs, ranges, real, objects, types, kernel");
        };
    }

    /** @param args as above */
    public static void main(String[] args) throws IOException {
        if (args[0].equals("kernel")) {
            KernelComparison.main(args);
            return;
        } else if (args[0].equals("requests")) {
            OtherKernel.requests(Path.of(args[1]), Long.parseLong(args[2]), Integer.parseInt(args[3]));
            return;
        } else if (args[0].equals("answers")) {
            OtherKernel.answers(Path.of(args[1]), Long.parseLong(args[2]), Integer.parseInt(args[3]));
            return;
        }
        long seed = Long.parseLong(args[1]);
        if (args.length == 2) {
            Fuzz fuzz = new Fuzz(args[0]);
            print((fuzz.programs ? ProgramFuzz.program(seed).text() : "") + fuzz.one(seed));
            return;
        }
        long forNs = (long) (Double.parseDouble(args[2]) * 60e9);
        for (String name : args[0].split(",")) {
            Fuzz fuzz = new Fuzz(name);
            new Thread(() -> fuzz.run(seed, forNs), name).start();
        }
    }

    private void run(long seed, long forNs) {
        long start = System.nanoTime();
        long next = seed;
        long said = start;
        while (System.nanoTime() - start < forNs && findings < MAX_FINDINGS) {
            long begin = System.nanoTime();
            one(next);
            long took = System.nanoTime() - begin;
            if (took > 20e9) {
                print(String.format("%s seed %d took %.1f s", name, next, took / 1e9));
            }
            next++;
            if (System.nanoTime() - said > 60e9) {
                said = System.nanoTime();
                print(summary(seed, next, start));
            }
        }
        print(summary(seed, next, start));
    }

    private String summary(long seed, long next, long start) {
        double seconds = (System.nanoTime() - start) / 1e9;
        return String.format(
                "%s seeds %d to %d: %d in %.0f s (%.0f/s), %s, findings %d",
                name, seed, next - 1, next - seed, seconds, (next - seed) / seconds, verdicts, findings);
    }

    private String one(long seed) {
        try {
            Verdict verdict = kind.apply(seed);
            verdicts.merge(verdict, 1L, Long::sum);
            return verdict.toString();
        } catch (Finding finding) {
            findings++;
            if (shapes.add(finding.shape())) {
                print("FINDING " + name + " seed " + seed + ": " + finding.getMessage());
                if (finding.getCause() != null) {
                    StackTraceElement[] trace = finding.getCause().getStackTrace();
                    for (int i = 0; i < Math.min(12, trace.length); i++) {
                        print("    at " + trace[i]);
                    }
                }
                if (programs) {
                    print(smallest(seed, finding).text());
                }
            } else {
                print("FINDING " + name + " seed " + seed + ": again " + finding.shape());
            }
            return "FINDING";
        }
    }

    private FuzzProgram smallest(long seed, Finding finding) {
        return Shrinker.shrink(ProgramFuzz.program(seed), smaller -> {
            try {
                if (name.equals("ranges")) {
                    RangeFuzz.tryOut(smaller, seed);
                } else {
                    ProgramFuzz.tryOut(smaller, seed);
                }
                return false;
            } catch (Finding same) {
                return same.shape().equals(finding.shape());
            }
        });
    }

    @SuppressWarnings("SystemOut")
    static void print(String text) {
        System.out.println(text);
    }
}
