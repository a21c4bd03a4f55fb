package org.bpfsim.tcp.cong;

import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.sock.AckSample;
import org.bpfsim.tcp.sock.CongestionControl;
import org.bpfsim.tcp.sock.CongestionOps;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Stack;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** An established socket on a kernel without a network, for tests that play the stack's part themselves. */
final class Bench {
    static final int HZ = 1000;

    final Scheduler scheduler = new Scheduler();
    final HostKernel kernel =
            new HostKernel("h0", 0, scheduler, new SegmentPool(), () -> 4, HZ, 1500, 38, segment -> segment.release());
    final TcpSock sk = new TcpSock(kernel);
    final AckSample sample = new AckSample();
    /** What {@link Stack#sendAck} was asked for: rcv_nxt and whether ECE would be echoed. */
    final StringBuilder acks = new StringBuilder();

    Bench(String name, boolean ecn) {
        NativeCongestionControls.registerAll(kernel.congestionControls);
        kernel.attachStack(new Stack() {
            @Override
            public void sendAck(TcpSock socket, int rcvNxt) {
                boolean ece = (socket.ecn_flags & TcpSock.TCP_ECN_DEMAND_CWR) != 0;
                acks.append(rcvNxt).append(ece ? " ECE;" : ";");
                socket.icsk_ack_pending &= ~TcpSock.ICSK_ACK_TIMER;
            }

            @Override
            public void pushPending(TcpSock socket) {}
        });
        kernel.sysctls.tcp_congestion_control = "reno";
        sk.skc_state = TcpState.ESTABLISHED;
        sk.ecn_flags = ecn ? TcpSock.TCP_ECN_OK : 0;
        sk.snd_cwnd = 10;
        sk.is_cwnd_limited = true;
        sk.tcp_mstamp = kernel.clockUs();
        CongestionControl.assign(sk);
        CongestionControl.init(sk);
        CongestionControl.set(sk, name);
    }

    CongestionOps cc() {
        return sk.icsk_ca_ops;
    }

    /** Lets simulated time pass. */
    void sleepUs(long us) {
        scheduler.runUntil(scheduler.nowPs() + us * SimTime.PS_PER_US);
        sk.tcp_mstamp = kernel.clockUs();
    }

    /** One segment is acknowledged, with its round trip. */
    void ack(int rttUs) {
        sk.snd_una++;
        sk.delivered++;
        sample.pkts_acked = 1;
        sample.rtt_us = rttUs;
        cc().pkts_acked(sk, sample);
        cc().cong_avoid(sk, sk.snd_una, 1);
    }

    /** A whole window is acknowledged, evenly over {@code rttUs}. */
    void round(int rttUs) {
        int segments = sk.snd_cwnd;
        sk.snd_nxt = sk.snd_una + segments;
        sk.max_packets_out = segments;
        long startPs = scheduler.nowPs();
        for (int i = 1; i <= segments; i++) {
            scheduler.runUntil(startPs + SimTime.PS_PER_US * rttUs * i / segments);
            sk.tcp_mstamp = kernel.clockUs();
            ack(rttUs);
        }
    }
}
