package org.bpfsim.bpf.verifier;

import java.util.stream.IntStream;
import org.bpfsim.bpf.Errno;

/** Stack of all frames together: at most 512 bytes (Linux 6.12: {@code check_max_stack_depth()}). */
final class StackDepth {
    private final Verification v;
    /** By function. */
    private final int[] bytes;

    StackDepth(Verification v) {
        this.v = v;
        this.bytes = IntStream.range(0, v.subprograms.count())
                .map(i -> v.fastcalls.stackBytes(i, v.exploration.stackBytes[i]))
                .toArray();
    }

    /** Answers the depths as the log writes them. */
    String check() {
        for (int i = 0; i < v.subprograms.count(); i++) {
            if (i == 0 || v.subprograms.isCallback(i)) {
                walk(i, 0, 1, false);
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < v.subprograms.count(); i++) {
            text.append(i == 0 ? "" : "+").append(bytes[i]);
        }
        return text.toString();
    }

    private void walk(int subprogram, int above, int frames, boolean tailCallReachable) {
        // With a JIT, stacks are rounded up to 16 bytes.
        int depth = above + (bytes[subprogram] + 15) / 16 * 16;
        if (tailCallReachable && above >= 256) {
            throw new Refused(
                    Errno.EACCES,
                    -1,
                    "tail_calls are not allowed when call stack of previous frames is " + above + " bytes. Too large");
        }
        if (depth > Verification.MAX_STACK) {
            throw new Refused(
                    Errno.EACCES, -1, "combined stack size of " + frames + " calls is " + depth + ". Too large");
        }
        for (int i = v.subprograms.start(subprogram); i < v.subprograms.end(subprogram); i++) {
            if (v.code[i] == null || !v.code[i].isLocalCall() && !v.code[i].isFunctionAddress()) {
                continue;
            }
            int callee = v.subprograms.at(v.subprograms.target(i));
            if (v.code[i].isFunctionAddress() && v.exploration.asynchronous.get(callee)) {
                continue;
            }
            if (frames >= Verification.MAX_FRAMES) {
                throw new Refused(Errno.E2BIG, i, "the call stack of " + (frames + 1) + " frames is too deep !");
            }
            walk(callee, depth, frames + 1, v.subprograms.hasTailCall(callee));
        }
    }
}
