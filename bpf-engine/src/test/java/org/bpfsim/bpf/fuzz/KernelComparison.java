package org.bpfsim.bpf.fuzz;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.verifier.Verifier;
import org.bpfsim.bpf.verifier.VerifierRefusal;

/** Our verdicts and results beside those of the running kernel: batches of programs, each asked of both. */
final class KernelComparison {
    private static final int BATCH = 48;

    private record Case(long seed, FuzzProgram program, Trial.Input input) {}

    final Map<String, Integer> kinds = new TreeMap<>();
    final List<Long> puzzling = new ArrayList<>();
    long both;
    long kernelBugs;
    long neither;
    long weAccept;
    long theyAccept;
    long compared;
    long differ;
    private final KernelPeer peer;

    KernelComparison(KernelPeer peer) {
        this.peer = peer;
    }

    /** {@code kernel SEED}, {@code kernel why SEED…} or {@code kernel SEED COUNT}. */
    static void main(String[] args) throws IOException {
        try (KernelPeer peer = new KernelPeer(System.getProperty("bpfsim.fuzz.kernel"))) {
            KernelComparison comparison = new KernelComparison(peer);
            if (args[1].equals("why")) {
                for (int i = 2; i < args.length; i++) {
                    Fuzz.print(args[i] + " " + comparison.reason(Long.parseLong(args[i])));
                }
            } else if (args.length == 2) {
                Fuzz.print(comparison.explain(Long.parseLong(args[1])));
            } else {
                comparison.run(Long.parseLong(args[1]), Integer.parseInt(args[2]));
                comparison.report();
            }
        }
    }

    private void report() throws IOException {
        for (long seed : puzzling) {
            Fuzz.print("B " + seed + " " + reason(seed));
        }
        kinds.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .forEach(k -> Fuzz.print(k.getValue() + " " + k.getKey()));
        Fuzz.print("both accept " + both + ", both refuse " + neither + ", we alone accept " + weAccept
                + ", the kernel alone " + theyAccept + "; results compared " + compared + ", differ " + differ
                + "; the kernel has a bug " + kernelBugs);
    }

    private void run(long seed, int count) throws IOException {
        for (long next = seed; next < seed + count; next += BATCH) {
            List<Case> batch = new ArrayList<>();
            for (long s = next; s < Math.min(next + BATCH, seed + count); s++) {
                Case c = new Case(s, ProgramFuzz.program(s), Trial.Input.random(new SplittableRandom(s ^ 77)));
                batch.add(c);
                peer.ask(c.program(), c.input(), 0);
            }
            peer.flush();
            List<Object> ours = new ArrayList<>();
            for (Case c : batch) {
                ours.add(ours(c));
            }
            for (int i = 0; i < batch.size(); i++) {
                compare(batch.get(i), ours.get(i), peer.answer(false));
            }
        }
    }

    /** A VerifierRefusal, a Throwable, an Outcome, or null if it was accepted and not run. */
    private static Object ours(Case c) {
        try {
            Verifier.verify(c.program().input(), 0);
        } catch (VerifierRefusal | RuntimeException | StackOverflowError refusal) {
            return refusal;
        }
        try {
            return new Trial(c.program()).run(c.input(), Execution.COMPILER);
        } catch (BpfLoadException later) {
            return null;
        } catch (RuntimeException fault) {
            return fault;
        }
    }

    private static String shape(String message) {
        return message.replaceAll("0x[0-9a-f]+|[0-9]+", "N").replaceAll("\n.*", "");
    }

    private void compare(Case c, Object ours, KernelPeer.Answer theirs) {
        boolean refused = ours instanceof VerifierRefusal;
        boolean accepted = theirs.error() == 0;
        if (refused && !accepted) {
            neither++;
        } else if (refused) {
            theyAccept++;
            boolean swaps = c.program().code().stream()
                    .anyMatch(i -> i.opcode() == 0xd4 || i.opcode() == 0xdc || i.opcode() == 0xd7);
            String shape = (swaps ? "(byte swaps) " : "") + "kernel accepts, we say: "
                    + shape(((VerifierRefusal) ours).getMessage());
            kinds.merge(shape, 1, Integer::sum);
            Fuzz.print("A " + c.seed() + " " + shape);
        } else if (theirs.error() == -Errno.EFAULT) {
            // Linux 6.18 forgets about callbacks whose address is taken in code that it removes, and says that this is
            // a bug of its own.
            kernelBugs++;
        } else if (!accepted) {
            weAccept++;
            kinds.merge("WE ACCEPT, kernel " + theirs.error(), 1, Integer::sum);
            Fuzz.print("B " + c.seed() + " we accept, kernel " + theirs.error());
            puzzling.add(c.seed());
        } else if (ours instanceof Throwable fault) {
            both++;
            kinds.merge("FAULT " + shape(String.valueOf(fault.getMessage())), 1, Integer::sum);
            Fuzz.print("F " + c.seed() + " " + fault);
        } else {
            both++;
            if (ours != null && c.program().clean()) {
                compared++;
                String difference =
                        difference(c.program().family().equals("socket_filter"), (Trial.Outcome) ours, theirs);
                if (!difference.isEmpty()) {
                    differ++;
                    kinds.merge("RESULT", 1, Integer::sum);
                    Fuzz.print("R " + c.seed() + " " + difference);
                }
            }
        }
    }

    static String difference(boolean socket, Trial.Outcome ours, KernelPeer.Answer theirs) {
        HexFormat hex = HexFormat.of();
        StringBuilder text = new StringBuilder();
        if (theirs.runError() != 0) {
            return "run error " + theirs.runError();
        }
        if ((int) ours.r0() != theirs.retval()) {
            text.append(String.format(" r0 %x, kernel %x", (int) ours.r0(), theirs.retval()));
        }
        // A socket filter's packet comes back with room for the Ethernet header before it.
        int before = socket ? 14 : 0;
        byte[] packet =
                Arrays.copyOfRange(theirs.packet(), Math.min(before, theirs.packet().length), theirs.packet().length);
        if (!Arrays.equals(ours.packet(), packet)) {
            text.append(" packet " + hex.formatHex(ours.packet()) + ", kernel " + hex.formatHex(packet));
        }
        if (!Arrays.equals(ours.array(), theirs.array())) {
            text.append(" array " + hex.formatHex(ours.array()) + ", kernel " + hex.formatHex(theirs.array()));
        }
        if (!Arrays.equals(ours.one(), theirs.one())) {
            text.append(" one " + hex.formatHex(ours.one()) + ", kernel " + hex.formatHex(theirs.one()));
        }
        for (String map : List.of(theirs.hash(), theirs.queue())) {
            String name = map.split(" ", 2)[0];
            String own = ours.maps().stream()
                    .filter(m -> m.startsWith(name + " "))
                    .findFirst()
                    .orElse("");
            if (!own.strip().equals(map.strip())) {
                text.append(" " + own + ", kernel " + map);
            }
        }
        return text.toString();
    }

    /** The kernel's last words on a seed. */
    String reason(long seed) throws IOException {
        FuzzProgram program = ProgramFuzz.program(seed);
        peer.ask(program, Trial.Input.random(new SplittableRandom(seed ^ 77)), 1);
        peer.flush();
        KernelPeer.Answer theirs = peer.answer(true);
        List<String> lines = new ArrayList<>(theirs.log()
                .lines()
                .filter(l -> !l.startsWith("mark_precise")
                        && !l.startsWith("processed")
                        && !l.contains("live stack")
                        && !l.startsWith("(")
                        && !l.isBlank())
                .toList());
        return theirs.error() + " " + String.join(" | ", lines.subList(Math.max(0, lines.size() - 2), lines.size()));
    }

    /** All there is to know of one seed. */
    String explain(long seed) throws IOException {
        FuzzProgram program = ProgramFuzz.program(seed);
        Case c = new Case(seed, program, Trial.Input.random(new SplittableRandom(seed ^ 77)));
        StringBuilder text = new StringBuilder(program.text());
        peer.ask(program, c.input(), 2);
        peer.flush();
        KernelPeer.Answer theirs = peer.answer(true);
        text.append("\n=== kernel ").append(theirs.error()).append('\n').append(theirs.log());
        try {
            text.append("\n=== ours: accepted\n")
                    .append(Verifier.verify(program.input(), 2).log());
        } catch (VerifierRefusal refusal) {
            text.append("\n=== ours: ").append(refusal.errno()).append('\n').append(refusal.log());
        }
        return text.toString();
    }
}
