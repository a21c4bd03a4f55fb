package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.sock.CongestionControl;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.SockCpus;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Timers of programs on a host: src/test/bpf/heartbeat.bpf.c, whose timer fires 1.5 us and 2.5 us after each call. */
class HostTimersTest {
    private final TestKernel host = TestKernel.create();
    private final TcpSock sk = host.socket();
    private final Scheduler scheduler = host.kernel().scheduler;
    private Globals globals;

    @BeforeEach
    void attach() throws Exception {
        HostPrograms programs = new HostPrograms(host.kernel(), line -> {});
        BpfCgroup cgroup = BpfCgroup.root().make("test");
        BpfInstance instance = programs.load(Objects.load(Objects.TEST_PROGRAMS, "heartbeat.bpf.o"));
        programs.attach(instance, cgroup, 0);
        globals = new Globals(instance);
        sk.cgroup = cgroup;
    }

    private void call() {
        sk.callBpf(SockOps.BPF_SOCK_OPS_RTT_CB, 1, 2, 0);
    }

    private void passNs(long ns) {
        scheduler.runUntil(scheduler.nowPs() + ns * SimTime.PS_PER_NS);
    }

    @Test
    void callbackRunsAtItsNanosecond() {
        long begin = host.kernel().clockNs();
        call();
        passNs(1_499);
        assertThat(globals.number("beats")).isZero();
        passNs(1);
        assertThat(globals.number("beats")).isEqualTo(1);
        assertThat(globals.number("last_ns")).isEqualTo(begin + 1_500);
        passNs(1_000);
        assertThat(globals.number("last_ns")).isEqualTo(begin + 2_500);
        passNs(100_000);
        assertThat(globals.number("beats")).isEqualTo(2);
        assertThat(globals.number("errors")).isZero();
    }

    @Test
    void elementThatIsDeletedTakesItsTimerAlong() {
        call();
        passNs(1_400);
        call();
        passNs(1_400);
        assertThat(globals.number("beats")).isZero();
        assertThat(scheduler.pendingEvents()).isEqualTo(1);
    }

    /** Each round deletes an element with its timer, makes another, and lets it fire twice. */
    @Test
    void timersAllocateNothing() {
        assertThat(NoAllocationTest.allocatedBy(() -> {
                    call();
                    passNs(3_000);
                }))
                .isLessThan(NoAllocationTest.ACKS);
        assertThat(globals.number("beats")).isEqualTo(2L * (NoAllocationTest.ACKS + NoAllocationTest.ACKS / 4));
        assertThat(globals.number("errors")).isZero();
    }

    @Test
    void congestionControlStartsATimer() throws Exception {
        HostPrograms programs = new HostPrograms(host.kernel(), line -> {});
        BpfInstance instance = programs.load(Objects.load(Objects.TEST_PROGRAMS, "timed_cc.bpf.o"));
        programs.register(instance);
        CongestionControl.set(sk, "timed");
        Globals seen = new Globals(instance);
        for (int ack = 1; ack <= 3; ack++) {
            sk.icsk_ca_ops.cong_avoid(sk, ack, 1);
            passNs(999);
            assertThat(seen.number("fired")).isEqualTo(ack - 1);
            passNs(1);
            assertThat(seen.number("fired")).isEqualTo(ack);
        }
        assertThat(seen.number("errors")).isZero();
    }

    @Test
    void callbacksAreChargedToTheHostsCpus() {
        long[] charged = new long[2];
        host.kernel().cpus = new SockCpus() {
            @Override
            public void copied(SockCommon sock, long bytes) {}

            @Override
            public void afterwards(SockCommon sock, Runnable effect) {
                effect.run();
            }

            @Override
            public void ranProgram(SockCommon sock, long instructions, long helperCalls) {}

            @Override
            public void ranTimer(long instructions, long helperCalls) {
                charged[0] += instructions;
                charged[1] += helperCalls;
            }
        };
        call();
        passNs(2_000);
        assertThat(charged[0]).isBetween(10L, 100L);
        assertThat(charged[1]).as("bpf_ktime_get_ns, bpf_timer_start").isEqualTo(2);
        passNs(1_000);
        assertThat(charged[1]).as("the second does not start it again").isEqualTo(3);
    }
}
