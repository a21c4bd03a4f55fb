package org.bpfsim.bpf.testrun;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.bpfsim.bpf.helper.RuntimeServices;
import org.bpfsim.bpf.map.Alarm;

/**
 * A machine for test runs, the same each time: its clock moves on by a microsecond whenever it is read, and while it {@link
 * #passTime waits}. Alarms go off then alone.
 */
public final class TestServices implements RuntimeServices {
    private static final long STEP_NS = 1000;
    private static final long JIFFY_NS = 4_000_000;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Consumer<String> traceSink;
    private final PriorityQueue<TestAlarm> alarms = new PriorityQueue<>(
            Comparator.comparingLong((TestAlarm a) -> a.atNs).thenComparingLong(a -> a.number));
    private long nowNs;
    private long lastNumber;

    private final class TestAlarm implements Alarm {
        private final Runnable action;
        private long atNs;
        private long number;

        TestAlarm(Runnable action) {
            this.action = action;
        }

        @Override
        public void start(long ns) {
            stop();
            atNs = ns;
            number = ++lastNumber;
            alarms.add(this);
        }

        @Override
        public void stop() {
            alarms.remove(this);
        }
    }

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
    public long clockNs() {
        return nowNs;
    }

    @Override
    public Alarm alarm(Runnable action) {
        return new TestAlarm(action);
    }

    /** Lets time pass while no program runs: alarms go off in the order of their times. @param ns how long; 0 for those that are due */
    public void passTime(long ns) {
        long untilNs = nowNs + ns;
        while (!alarms.isEmpty() && alarms.peek().atNs <= Math.max(nowNs, untilNs)) {
            TestAlarm alarm = alarms.poll();
            nowNs = Math.max(nowNs, alarm.atNs);
            alarm.action.run();
        }
        nowNs = Math.max(nowNs, untilNs);
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
