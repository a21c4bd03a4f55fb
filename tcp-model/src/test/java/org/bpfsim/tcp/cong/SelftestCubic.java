package org.bpfsim.tcp.cong;

import org.bpfsim.tcp.sock.TcpSock;

/**
 * Cubic as the kernel's selftest bpf_cubic has it (Linux 6.12, tools/testing/selftests/bpf/progs/bpf_cubic.c), whose first
 * comment says that it need not be the same as tcp_cubic.c. It differs in the five steps below and in nothing else, which is
 * what the test says that compares this with it.
 */
public final class SelftestCubic extends Cubic {
    public static final String NAME = "selftest_cubic";

    private static final int LARGEST_PACKET = 65_536;
    private static final long US_PER_SECOND = 1_000_000;

    @Override
    public String name() {
        return NAME;
    }

    /** 1: time since the epoch in microseconds, not in whole ticks, and the RTT is not rounded up to them. */
    @Override
    long curveTime(TcpSock sk, State s, int sinceEpoch) {
        long usPerJiffy = US_PER_SECOND / sk.kernel.hz;
        return (sinceEpoch * usPerJiffy + s.delayMinUs << 10) / US_PER_SECOND;
    }

    /** 2: all ACKs may be used up for Reno's window, where Linux always leaves one at least. */
    @Override
    int renoSteps(int ackCnt, int perSegment) {
        return ackCnt / perSegment;
    }

    /** 3: in slow start only half a window of packets counts, where Linux is content with one that was used up, too. */
    @Override
    boolean windowIsLimit(TcpSock sk) {
        return sk.inSlowStart() ? sk.snd_cwnd < 2 * sk.max_packets_out : sk.is_cwnd_limited;
    }

    /** 4: a round of HyStart ends where the window grows, with every such ACK, whether it has an RTT or not. */
    @Override
    public void cong_avoid(TcpSock sk, int ack, int acked) {
        HyStart hystart = state(sk).hystart;
        if (windowIsLimit(sk) && sk.inSlowStart() && hystart.endsRound(ack)) {
            hystart.beginRound(sk);
        }
        super.cong_avoid(sk, ack, acked);
    }

    /** 5: the largest packet is 64 KiB, where Linux asks what the route's device takes. */
    @Override
    void hystart(TcpSock sk, State s, int delayUs) {
        s.hystart.acked(sk, delayUs, s.delayMinUs, LARGEST_PACKET);
    }
}
