package org.bpfsim.bpf.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.bpfsim.bpf.helper.HelperNames;
import org.bpfsim.bpf.isa.Opcode;
import org.bpfsim.bpf.verifier.Verifier;
import org.bpfsim.bpf.verifier.VerifierRefusal;

/**
 * Verdicts of a kernel that runs elsewhere, such as user mode Linux: what its peer reads and writes goes through files. Left out
 * are programs that call kernel functions, which a kernel without types does not have, and those that ask for the CPU's number,
 * of which an emulated machine knows more than ours.
 */
final class OtherKernel {
    private static final int CPU = HelperNames.idOf("bpf_get_smp_processor_id");

    private OtherKernel() {}

    private static List<Long> seeds(long seed, int count) {
        return LongStream.range(seed, seed + count)
                .filter(s -> ProgramFuzz.program(s).code().stream()
                        .noneMatch(i -> i.opcode() == Opcode.CALL
                                && (i.src() == Opcode.PSEUDO_KFUNC_CALL
                                        || i.src() == Opcode.HELPER_CALL && i.immediate() == CPU)))
                .boxed()
                .toList();
    }

    /** Writes what the peer is to read. */
    static void requests(Path file, long seed, int count) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                KernelPeer peer = new KernelPeer(InputStream.nullInputStream(), out)) {
            for (long s : seeds(seed, count)) {
                peer.ask(ProgramFuzz.program(s), Trial.Input.random(new SplittableRandom(s)), 1);
            }
            peer.flush();
        }
    }

    /** Reads what the peer wrote, and prints where our verdict is another. */
    static void answers(Path file, long seed, int count) throws IOException {
        int accepted = 0;
        int refused = 0;
        int differ = 0;
        try (KernelPeer peer =
                new KernelPeer(new ByteArrayInputStream(Files.readAllBytes(file)), OutputStream.nullOutputStream())) {
            for (long s : seeds(seed, count)) {
                KernelPeer.Answer theirs = peer.answer(true);
                String ours = "";
                try {
                    Verifier.verify(ProgramFuzz.program(s).input(), 0);
                } catch (VerifierRefusal refusal) {
                    ours = refusal.getMessage().replace("\n", "; ");
                }
                if (ours.isEmpty() == (theirs.error() == 0)) {
                    accepted += ours.isEmpty() ? 1 : 0;
                    refused += ours.isEmpty() ? 0 : 1;
                } else {
                    differ++;
                    List<String> log = theirs.log().lines().toList();
                    Fuzz.print(s + " we: " + (ours.isEmpty() ? "accepted" : ours) + "; the kernel: " + theirs.error()
                            + " " + String.join("; ", log.subList(Math.max(0, log.size() - 3), log.size())));
                }
            }
        }
        Fuzz.print("both accept " + accepted + ", both refuse " + refused + ", verdicts differ " + differ);
    }
}
