package org.bpfsim.bench.bpf;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.program.Execution;
import org.bpfsim.bpf.testrun.BareProgram;
import org.bpfsim.bpf.testrun.TestServices;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time per call of the programs that other runtimes can run, too. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 7, time = 1)
public class PlainProgramBenchmark {
    /** Which program. */
    @Param({"arithmetic", "stack", "filter"})
    public String program;

    /** How it is run. */
    @Param({"COMPILER", "INTERPRETER"})
    public Execution execution;

    private BareProgram prepared;
    private byte[][] memories;
    private int calls;

    /** Compiles it. */
    @Setup
    public void prepare() throws BpfLoadException {
        byte[] code = switch (program) {
            case "arithmetic" -> PlainPrograms.arithmetic();
            case "stack" -> PlainPrograms.stack();
            default -> PlainPrograms.filter();
        };
        memories = new byte[PlainPrograms.FRAMES][0];
        if (program.equals("filter")) {
            PlainPrograms.frames().toArray(memories);
        }
        prepared = BareProgram.of(code, Map.of(), TestServices.silent(), execution);
    }

    /** One call. */
    @Benchmark
    public long call() {
        return prepared.run(memories[calls++ & PlainPrograms.FRAMES - 1]);
    }
}
