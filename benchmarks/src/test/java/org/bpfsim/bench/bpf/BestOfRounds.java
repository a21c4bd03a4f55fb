package org.bpfsim.bench.bpf;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.testrun.BareProgram;
import org.bpfsim.bpf.testrun.TestServices;

/**
 * The best and the middle of many rounds: what can be compared with another runtime on a machine that does other things as well,
 * where averages tell more of the others.
 */
public final class BestOfRounds {
    /** Short rounds: some of them nobody interrupts. */
    private static final int ROUNDS = 2000;

    private static final int LOOP_CALLS = 10;
    private static final int FILTER_CALLS = 160_000;
    private static final int ACK_ROUNDS = 40_000;
    private static final int ACKS = 1000;
    private static final int MS_IN_US = 1000;

    private BestOfRounds() {}

    /**
     * Prints ns per instruction of the loops, per call of the filter, per ACK of both cubics; the arguments say which and in what
     * order.
     */
    public static void main(String[] args) throws Exception {
        for (String name : args.length > 0 ? args : new String[] {"arithmetic", "stack", "filter", "cubic"}) {
            switch (name) {
                case "arithmetic" -> loop(name, PlainPrograms.arithmetic(), PlainPrograms.ALU_TURN);
                case "stack" -> loop(name, PlainPrograms.stack(), PlainPrograms.STACK_TURN);
                case "filter" -> filter();
                case "cubic" -> cubic();
                default -> throw new IllegalArgumentException("no such measurement: " + name);
            }
        }
    }

    private static void print(String name, double[] ns, String unit) {
        // The first rounds are those in which HotSpot compiles.
        double[] sorted = Arrays.copyOfRange(ns, ns.length / 2, ns.length);
        Arrays.sort(sorted);
        System.out.printf(
                Locale.ROOT, "%-11s best %.3f median %.3f %s%n", name, sorted[0], sorted[sorted.length / 2], unit);
    }

    private static BareProgram program(byte[] code) throws BpfLoadException {
        return BareProgram.of(code, Map.of(), TestServices.silent(), Execution.COMPILER);
    }

    private static void loop(String name, byte[] code, int turn) throws BpfLoadException {
        BareProgram program = program(code);
        byte[] none = new byte[0];
        double[] ns = new double[ROUNDS];
        long sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < LOOP_CALLS; i++) {
                sum += program.run(none);
            }
            ns[round] = (System.nanoTime() - begin) / ((double) LOOP_CALLS * turn * PlainPrograms.TURNS);
        }
        use(sum);
        print(name, ns, "ns per instruction");
    }

    private static void filter() throws BpfLoadException {
        BareProgram program = program(PlainPrograms.filter());
        byte[][] frames = PlainPrograms.frames().toArray(new byte[0][]);
        double[] ns = new double[ROUNDS];
        long sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < FILTER_CALLS; i++) {
                // Another frame each time: of one and the same, HotSpot sees that the answer does not change.
                sum += program.run(frames[i & PlainPrograms.FRAMES - 1]);
            }
            ns[round] = (System.nanoTime() - begin) / (double) FILTER_CALLS;
        }
        use(sum);
        print("filter", ns, "ns per call");
    }

    /** Both in turn, so that they meet the same machine. */
    private static void cubic() throws Exception {
        List<LiveSocket> sockets = List.of(new LiveSocket("cubic"), new LiveSocket("bpf_cubic"));
        double[][] ns = new double[sockets.size()][ACK_ROUNDS];
        for (int round = 0; round < ACK_ROUNDS; round++) {
            for (int i = 0; i < sockets.size(); i++) {
                sockets.get(i).pass(MS_IN_US);
                ns[i][round] = acks(sockets.get(i));
            }
        }
        for (int i = 0; i < sockets.size(); i++) {
            print(sockets.get(i).sk.icsk_ca_ops.name(), ns[i], "ns per ACK");
        }
    }

    private static double acks(LiveSocket socket) {
        long begin = System.nanoTime();
        for (int i = 0; i < ACKS; i++) {
            socket.ack();
        }
        return (System.nanoTime() - begin) / (double) ACKS;
    }

    private static void use(long sum) {
        if (sum == 0) {
            throw new IllegalStateException("the program answered nothing");
        }
    }
}
