package org.bpfsim.bpf.fuzz;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.isa.Code;

/** The running kernel, through {@code src/test/fuzz/kernel-peer.c}. */
final class KernelPeer implements AutoCloseable {
    private static final int HEAD = 12;

    /** Null if it runs elsewhere. */
    private final Process process;

    private final OutputStream to;
    private final DataInputStream from;

    /** @param retval what of R0 a test run shows */
    record Answer(
            int error,
            String log,
            int runError,
            int retval,
            byte[] packet,
            byte[] array,
            byte[] one,
            String hash,
            String queue) {}

    /** A peer that runs elsewhere. */
    KernelPeer(InputStream answers, OutputStream requests) {
        process = null;
        to = new BufferedOutputStream(requests, 1 << 16);
        from = new DataInputStream(answers);
    }

    KernelPeer(String command) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        to = new BufferedOutputStream(process.getOutputStream(), 1 << 16);
        from = new DataInputStream(new java.io.BufferedInputStream(process.getInputStream(), 1 << 16));
    }

    private static int type(String family) {
        return switch (family) {
            case "socket_filter" -> 1;
            case "sched_cls" -> 3;
            case "xdp" -> 6;
            default -> throw new IllegalArgumentException(family);
        };
    }

    /** @param logLevel 0 to run it, 1 or 2 for the verifier's log instead */
    void ask(FuzzProgram program, Trial.Input input, int logLevel) throws IOException {
        List<Integer> starts = program.functionStarts();
        byte[] code = Code.encode(program.code());
        byte[] head = new byte[HEAD + 4 * starts.size()];
        head[0] = (byte) type(program.family());
        head[1] = (byte) logLevel;
        LittleEndian.put(head, 2, 2, starts.size());
        LittleEndian.put(head, 4, 4, code.length / 8);
        LittleEndian.put(head, 8, 2, input.packet().length);
        head[10] = (byte) (input.hash().length / 24);
        for (int i = 0; i < starts.size(); i++) {
            LittleEndian.put(head, HEAD + 4 * i, 4, starts.get(i));
        }
        to.write(head);
        to.write(code);
        to.write(input.packet());
        to.write(input.array());
        to.write(input.one());
        to.write(input.hash());
    }

    void flush() throws IOException {
        to.flush();
    }

    private int number() throws IOException {
        return Integer.reverseBytes(from.readInt());
    }

    private byte[] bytes(int n) throws IOException {
        byte[] bytes = new byte[n];
        from.readFully(bytes);
        return bytes;
    }

    Answer answer(boolean logged) throws IOException {
        int error = number();
        String log = new String(bytes(number()), StandardCharsets.UTF_8);
        if (error != 0 || logged) {
            return new Answer(error, log, 0, 0, new byte[0], new byte[0], new byte[0], "", "");
        }
        int runError = number();
        int retval = number();
        byte[] packet = bytes(number());
        byte[] array = bytes(4 * 48);
        byte[] one = bytes(64);
        HexFormat hex = HexFormat.of();
        StringBuilder hash = new StringBuilder();
        for (int i = number(); i > 0; i--) {
            hash.append(' ')
                    .append(hex.formatHex(bytes(8)))
                    .append('=')
                    .append(hex.formatHex(bytes(16)))
                    .append('/');
        }
        StringBuilder queue = new StringBuilder();
        for (int i = number(); i > 0; i--) {
            queue.append(' ').append(hex.formatHex(bytes(8)));
        }
        return new Answer(error, log, runError, retval, packet, array, one, "hash" + hash, "queue" + queue);
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroy();
        }
    }
}
