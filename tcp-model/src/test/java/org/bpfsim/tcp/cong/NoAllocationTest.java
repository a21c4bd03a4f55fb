package org.bpfsim.tcp.cong;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.RateSample;
import org.junit.jupiter.api.Test;
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

    @Test
    void steadyStateOfBbrAllocatesNothingPerAck() {
        Bench b = new Bench("bbr", false);
        b.sk.mss_cache = 1448;
        RateSample rs = new RateSample();
        model(b, rs, 20_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        model(b, rs, ACKS);
        assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(ACKS / 1000);
    }

    /** ACKs of two segments, 10 us apart, with a loss now and then. */
    private static void model(Bench b, RateSample rs, int acks) {
        for (int i = 0; i < acks; i++) {
            b.sk.tcp_mstamp += 10;
            b.sk.delivered_mstamp = b.sk.tcp_mstamp;
            rs.prior_delivered = b.sk.delivered - 20;
            b.sk.delivered += 2;
            rs.delivered = 20;
            rs.interval_us = 100;
            rs.rtt_us = 100;
            rs.acked_sacked = 2;
            rs.losses = i % 100 == 0 ? 1 : 0;
            b.sk.lost += rs.losses;
            b.cc().cong_control(b.sk, b.sk.snd_una, 0, rs);
        }
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
