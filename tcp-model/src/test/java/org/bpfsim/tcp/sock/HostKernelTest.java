package org.bpfsim.tcp.sock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.tcp.segment.SegmentPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostKernelTest {
    private static final long SEED = 20261121;

    @ParameterizedTest
    @ValueSource(ints = {100, 250, 300, 1000})
    void jiffiesChangeAtEachTickAndNotBefore(int hz) {
        Scheduler scheduler = new Scheduler();
        HostKernel kernel = new HostKernel(
                "h0", 0, scheduler, new SegmentPool(), () -> 4, hz, 1500, 38, segment -> segment.release());
        SplittableRandom random = new SplittableRandom(SEED);
        long boot = kernel.jiffies64();
        assertThat(kernel.jiffyStartPs(boot)).isZero();
        for (int i = 0; i < 1000; i++) {
            long tick = kernel.jiffies64();
            assertThat(tick).isEqualTo(kernel.jiffiesAt(scheduler.nowPs()));
            long next = tick + 1 + random.nextInt(3);
            scheduler.runUntil(kernel.jiffyStartPs(next) - 1);
            assertThat(kernel.jiffies64()).as("seed %d, step %d", SEED, i).isEqualTo(next - 1);
            scheduler.runUntil(kernel.jiffyStartPs(next));
            assertThat(kernel.jiffies64()).isEqualTo(next);
            assertThat(kernel.jiffies()).isEqualTo((int) next);
            scheduler.runUntil(scheduler.nowPs() + random.nextLong(kernel.jiffyStartPs(boot + 2)));
        }
    }
}
