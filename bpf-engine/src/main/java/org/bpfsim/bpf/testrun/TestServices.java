package org.bpfsim.bpf.testrun;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.bpfsim.bpf.helper.RuntimeServices;

/** A machine for test runs, the same each time: its clock moves on by a microsecond whenever it is read. */
public final class TestServices implements RuntimeServices {
    private static final long STEP_NS = 1000;
    private static final long JIFFY_NS = 4_000_000;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Consumer<String> traceSink;
    private long nowNs;

    /** @param traceSink takes the lines of {@code bpf_trace_printk} */
    public TestServices(Consumer<String> traceSink) {
        this.traceSink = traceSink;
    }

    /** One whose trace nobody reads. */
    public static TestServices silent() {
        return new TestServices(line -> {});
    }

    @Override
    public long ktimeNs() {
        nowNs += STEP_NS;
        return nowNs;
    }

    @Override
    public long jiffies64() {
        return nowNs / JIFFY_NS;
    }

    @Override
    public int prandomU32() {
        return random.nextInt();
    }

    @Override
    public int cpu() {
        return 0;
    }

    @Override
    public void trace(String line) {
        traceSink.accept(line);
    }
}
