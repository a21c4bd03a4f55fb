package org.bpfsim.bench.bpf;

import java.util.Locale;
import java.util.Map;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.testrun.BareProgram;

/**
 * The best of many rounds of each plain program: what can be compared with another runtime on a machine that does other things as
 * well, where averages tell more of the others.
 */
public final class BestOfRounds {
    private static final int ROUNDS = 45;
    private static final int LOOP_CALLS = 200;
    private static final int FILTER_CALLS = 2_000_000;

    private BestOfRounds() {}

    /** Prints ns per instruction of the loops, ns per call of the filter; the arguments say which and in what order. */
    public static void main(String[] args) throws BpfLoadException {
        byte[] none = new byte[0];
        for (String name : args.length > 0 ? args : new String[] {"arithmetic", "stack", "filter"}) {
            if (name.equals("filter")) {
                print(name, best(PlainPrograms.filter(), PlainPrograms.frame(), FILTER_CALLS), "ns per call");
            } else {
                boolean stack = name.equals("stack");
                int turn = stack ? PlainPrograms.STACK_TURN : PlainPrograms.ALU_TURN;
                double ns = best(stack ? PlainPrograms.stack() : PlainPrograms.arithmetic(), none, LOOP_CALLS);
                print(name, ns / ((double) turn * PlainPrograms.TURNS), "ns per instruction");
            }
        }
    }

    private static void print(String name, double ns, String unit) {
        System.out.printf(Locale.ROOT, "%-11s %.3f %s%n", name, ns, unit);
    }

    private static double best(byte[] code, byte[] memory, int calls) throws BpfLoadException {
        BareProgram program = BareProgram.of(code, Map.of(), PlainProgramBenchmark.NO_SERVICES, Execution.COMPILER);
        double best = Double.MAX_VALUE;
        long sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long begin = System.nanoTime();
            for (int i = 0; i < calls; i++) {
                sum += program.run(memory);
            }
            best = Math.min(best, (System.nanoTime() - begin) / (double) calls);
        }
        if (sum == 0) {
            throw new IllegalStateException("the program answered nothing");
        }
        return best;
    }
}
