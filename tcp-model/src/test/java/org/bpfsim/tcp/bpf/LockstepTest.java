package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.bpf.program.StructOpsMap;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.cong.SelftestCubic;
import org.bpfsim.tcp.sock.AckSample;
import org.bpfsim.tcp.sock.CaEvent;
import org.bpfsim.tcp.sock.CaState;
import org.bpfsim.tcp.sock.CongestionControl;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A BPF congestion control and the native one of the same algorithm, called alike by a random stack: acknowledgements,
 * marks, losses, timeouts, idle times. Both sockets must show the same window all the time.
 */
class LockstepTest {
    private static final int STEPS = 20_000;

    private final TestKernel host = TestKernel.create();
    private final AckSample sample = new AckSample();
    /** Whether hardly anything but acknowledgements happens, at an RTT of tens of milliseconds. */
    private boolean isCalm;

    private TcpSock socket(String congestionControl) {
        TcpSock sk = host.socket();
        sk.snd_una = 1;
        sk.snd_nxt = 1;
        sk.rcv_nxt = 1;
        sk.is_cwnd_limited = true;
        sk.sk_pacing_rate = 1_250_000_000L;
        sk.tcp_mstamp = host.kernel().clockUs();
        assertThat(CongestionControl.set(sk, congestionControl)).isZero();
        return sk;
    }

    /** Registers the struct_ops map whose congestion control has this name. */
    private void register(LoadedObject object, String name) {
        BpfInstance instance = new HostPrograms(host.kernel(), line -> {}).load(object);
        for (StructOpsMap map : instance.structOps()) {
            if (map.string("name").equals(name)) {
                StructOpsRegistration r = new StructOpsRegistration(map, host.kernel().congestionControls);
                assertThat(r.register()).isZero();
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void kernelsBpfDctcpIsNativeDctcp(long seed) throws Exception {
        register(KernelObjects.load("bpf_dctcp"), "bpf_dctcp");
        run(socket("dctcp"), socket("bpf_dctcp"), seed, 0, 0);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void ourBpfDctcpIsNativeDctcpButForItsFinerAlpha(long seed) throws Exception {
        register(Objects.load(Objects.SCENARIO_PROGRAMS, "dctcp.bpf.o"), "bpf_dctcp_dc");
        run(socket("dctcp"), socket("bpf_dctcp_dc"), seed, 1, 0.06);
    }

    /**
     * The selftest counts time in microseconds where Linux's cubic counts ticks, and has Linux's approximate cube root:
     * its window grows some ACKs earlier or later, and a loss in between makes a difference of a segment or two.
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void kernelsBpfCubicIsNativeCubic(long seed) throws Exception {
        register(KernelObjects.load("bpf_cubic"), "bpf_cubic");
        run(socket("cubic"), socket("bpf_cubic"), seed, 3, 0.1);
    }

    /** The selftest's five differences apart, not even a count of ACKs differs. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void kernelsBpfCubicIsCubicAsTheSelftestHasIt(long seed) throws Exception {
        register(KernelObjects.load("bpf_cubic"), "bpf_cubic");
        host.kernel().congestionControls.register(new SelftestCubic());
        run(socket(SelftestCubic.NAME), socket("bpf_cubic"), seed, 0, 0);
    }

    /** Large windows that grow undisturbed for seconds: here it matters in which unit the time since the epoch is counted. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void kernelsBpfCubicIsCubicAsTheSelftestHasItOnItsLongCurve(long seed) throws Exception {
        isCalm = true;
        kernelsBpfCubicIsCubicAsTheSelftestHasIt(seed);
    }

    /** Windows may differ by {@code segments} and {@code share} of the window at any time, and 3% on average. */
    private void run(TcpSock nativeSk, TcpSock bpfSk, long seed, int segments, double share) {
        long nativeSum = 0;
        long bpfSum = 0;
        SplittableRandom a = new SplittableRandom(seed);
        SplittableRandom b = new SplittableRandom(seed);
        for (int i = 0; i < STEPS; i++) {
            long us = 5 + a.nextInt(200) * (a.nextInt(50) == 0 ? 1000L : 1);
            b.nextInt(200);
            b.nextInt(50);
            host.kernel().scheduler.runUntil(host.kernel().scheduler.nowPs() + us * SimTime.PS_PER_US);
            step(nativeSk, a);
            step(bpfSk, b);
            String where = "seed " + seed + ", step " + i;
            int difference = Math.abs(bpfSk.snd_cwnd - nativeSk.snd_cwnd);
            assertThat(difference).as(where).isLessThanOrEqualTo(segments + (int) (share * nativeSk.snd_cwnd));
            nativeSum += nativeSk.snd_cwnd;
            bpfSum += bpfSk.snd_cwnd;
            assertThat(bpfSk.ecn_flags).as(where).isEqualTo(nativeSk.ecn_flags);
            assertThat(bpfSk.icsk_ack_pending).as(where).isEqualTo(nativeSk.icsk_ack_pending);
            if (segments == 0) {
                assertThat(bpfSk.snd_ssthresh).as(where).isEqualTo(nativeSk.snd_ssthresh);
                assertThat(bpfSk.snd_cwnd_cnt).as(where).isEqualTo(nativeSk.snd_cwnd_cnt);
            }
        }
        assertThat((double) bpfSum / nativeSum).isBetween(0.97, 1.03);
    }

    /** One event of a stack's life; draws the same random numbers for both sockets. */
    private void step(TcpSock sk, SplittableRandom random) {
        CongestionOps cc = sk.icsk_ca_ops;
        sk.tcp_mstamp = host.kernel().clockUs();
        int kind = isCalm && random.nextInt(30) != 0 ? 0 : random.nextInt(400);
        int acked = 1 + random.nextInt(4);
        boolean ce = random.nextInt(100) < 20;
        int rttUs = (100 + random.nextInt(50)) * (isCalm ? 333 : 1);
        sk.snd_nxt = sk.snd_una + 40;
        sk.max_packets_out = sk.snd_cwnd;
        if (kind < 300) {
            sk.snd_una += acked;
            sk.delivered += acked;
            sk.delivered_ce += ce ? acked : 0;
            if (sk.caHas(CongestionOps.IN_ACK_EVENT)) {
                cc.in_ack_event(sk, ce ? CaEvent.CA_ACK_ECE : 0);
            }
            if (sk.caHas(CongestionOps.PKTS_ACKED)) {
                sample.pkts_acked = acked;
                sample.rtt_us = rttUs;
                cc.pkts_acked(sk, sample);
            }
            cc.cong_avoid(sk, sk.snd_una, acked);
        } else if (kind < 390) {
            sk.icsk_ack_pending = random.nextBoolean() ? TcpSock.ICSK_ACK_TIMER : 0;
            sk.caEvent(ce ? CaEvent.ECN_IS_CE : CaEvent.ECN_NO_CE);
            sk.rcv_nxt += 100;
        } else if (kind < 395) {
            reduce(sk, CaState.CWR);
        } else if (kind < 397) {
            reduce(sk, CaState.RECOVERY);
        } else if (kind < 398) {
            sk.prior_cwnd = sk.snd_cwnd;
            sk.snd_ssthresh = cc.ssthresh(sk);
            sk.caEvent(CaEvent.LOSS);
            sk.snd_cwnd = 1;
            sk.setCaState(CaState.LOSS);
            sk.setCaState(CaState.OPEN);
        } else if (kind < 399) {
            sk.snd_cwnd = Math.min(cc.undo_cwnd(sk), 200);
        } else {
            sk.lsndtime = host.kernel().jiffies() - 3;
            sk.caEvent(CaEvent.TX_START);
        }
    }

    private static void reduce(TcpSock sk, int state) {
        sk.prior_cwnd = sk.snd_cwnd;
        sk.snd_ssthresh = sk.icsk_ca_ops.ssthresh(sk);
        sk.snd_cwnd_cnt = 0;
        sk.setCaState(state);
        sk.snd_cwnd = sk.snd_ssthresh;
        sk.setCaState(CaState.OPEN);
    }
}
