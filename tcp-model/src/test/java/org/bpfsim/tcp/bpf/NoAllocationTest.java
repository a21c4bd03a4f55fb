package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.CongestionControl;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.Test;

class NoAllocationTest {
    static final int ACKS = 100_000;

    private final TestKernel host = TestKernel.create();
    private final TcpSock sk = host.socket();

    @Test
    void bpfCongestionControlAllocatesNothingPerAck() throws Exception {
        HostPrograms programs = new HostPrograms(host.kernel(), line -> {});
        programs.register(programs.load(Objects.load(Objects.SCENARIO_PROGRAMS, "dctcp.bpf.o")));
        CongestionControl.set(sk, "bpf_dctcp_dc");
        assertThat(allocatedBy(this::ack)).isLessThan(ACKS);
    }

    @Test
    void sockOpsCallAllocatesNothing() throws Exception {
        HostPrograms programs = new HostPrograms(host.kernel(), line -> {});
        BpfCgroup cgroup = BpfCgroup.root().make("test");
        programs.attach(programs.load(Objects.load(Objects.TEST_PROGRAMS, "fields.bpf.o")), cgroup, 0);
        sk.cgroup = cgroup;
        assertThat(allocatedBy(() -> sk.callBpf(SockOps.BPF_SOCK_OPS_RTT_CB, 1, 2, 0)))
                .isLessThan(ACKS);
    }

    private void ack() {
        CongestionOps cc = sk.icsk_ca_ops;
        sk.snd_una++;
        sk.snd_nxt = sk.snd_una + sk.snd_cwnd;
        sk.is_cwnd_limited = true;
        sk.delivered++;
        cc.in_ack_event(sk, 0);
        cc.cong_avoid(sk, sk.snd_una, 1);
        cc.cwnd_event(sk, sk.snd_una % 16 == 0 ? CaEvent.ECN_IS_CE : CaEvent.ECN_NO_CE);
        if (sk.snd_cwnd > 100) {
            sk.snd_ssthresh = cc.ssthresh(sk);
            sk.snd_cwnd = sk.snd_ssthresh;
        }
    }

    /** Bytes that {@link #ACKS} calls allocate, once everything is warm; the JVM itself may take a kilobyte meanwhile. */
    static long allocatedBy(Runnable call) {
        for (int i = 0; i < ACKS / 4; i++) {
            call.run();
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        for (int i = 0; i < ACKS; i++) {
            call.run();
        }
        return threads.getThreadAllocatedBytes(id) - before;
    }
}
