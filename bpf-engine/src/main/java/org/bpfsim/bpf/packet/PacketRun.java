package org.bpfsim.bpf.packet;

import java.util.Optional;
import org.bpfsim.bpf.program.BpfProgram;

/**
 * Runs a program on a packet as {@code BPF_PROG_TEST_RUN} does (docs.kernel.org/bpf/bpf_prog_run.html; Linux 6.12:
 * net/bpf/test_run.c). A socket filter sees the packet from behind its Ethernet header.
 */
public final class PacketRun {
    /** Linux refuses shorter packets with EINVAL. */
    public static final int MIN_BYTES = 14;

    /** Linux's test run takes a page less headroom and trailer. */
    public static final int MAX_BYTES = 4096 - 320 - PacketBuffer.HEADROOM;

    private final BpfProgram program;
    private final PacketBuffer buffer = new PacketBuffer();
    private final int dataFrom;

    /**
     * What came of a run.
     *
     * @param verdict R0's low 32 bits
     * @param data the packet as the program left it, from where it saw it
     */
    public record Result(int verdict, byte[] data) {}

    /** @throws IllegalArgumentException if the program's context is not a packet */
    public PacketRun(BpfProgram program) {
        if (!program.family()
                .context()
                .map(c -> c.javaClass() == PacketBuffer.class)
                .orElse(false)) {
            throw new IllegalArgumentException(
                    program.name() + " is a program of type " + program.family().name() + ": it takes no packet");
        }
        this.program = program;
        this.dataFrom = program.family().name().equals("socket_filter") ? MIN_BYTES : 0;
    }

    /** What is wrong with a packet, or empty. */
    public static Optional<String> problem(byte[] frame) {
        return frame.length < MIN_BYTES || frame.length > MAX_BYTES
                ? Optional.of("a packet has " + MIN_BYTES + " to " + MAX_BYTES + " bytes, not " + frame.length)
                : Optional.empty();
    }

    /**
     * Runs once.
     *
     * @param frame from the Ethernet header on
     * @throws org.bpfsim.bpf.BpfFault if the program does what it must not
     */
    public Result run(byte[] frame) {
        int verdict = verdict(frame);
        return new Result(verdict, buffer.data());
    }

    /** Runs once and answers the verdict alone. */
    public int verdict(byte[] frame) {
        buffer.set(frame, dataFrom);
        return (int) program.run(buffer);
    }

    /** The packet as the last run left it, from where the program saw it. */
    public byte[] data() {
        return buffer.data();
    }
}
