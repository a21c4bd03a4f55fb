package org.bpfsim.tcp.cong;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.bpfsim.tcp.sock.CaEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoAllocationTest {
    private static final int ACKS = 1_000_000;

    @ParameterizedTest
    @ValueSource(strings = {"reno", "cubic", "dctcp"})
    void steadyStateAllocatesNothingPerAck(String name) {
        Bench b = new Bench(name, true);
        b.sk.snd_ssthresh = 50;
        run(b, 20_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        run(b, ACKS);
        // What the measurement itself allocates is below one byte in a thousand ACKs.
        assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(ACKS / 1000);
    }

    private static void run(Bench b, int acks) {
        for (int i = 0; i < acks; i++) {
            b.sk.tcp_mstamp += 10;
            b.sk.snd_nxt = b.sk.snd_una + b.sk.snd_cwnd;
            b.cc().in_ack_event(b.sk, 0);
            b.ack(100);
            if (i % 16 == 0) {
                b.cc().cwnd_event(b.sk, CaEvent.ECN_IS_CE);
                b.cc().cwnd_event(b.sk, CaEvent.ECN_NO_CE);
            }
            if (b.sk.snd_cwnd > 100) {
                b.sk.snd_ssthresh = b.cc().ssthresh(b.sk);
                b.sk.snd_cwnd = b.sk.snd_ssthresh;
            }
        }
    }
}
