package org.bpfsim.tcp.cong;

import org.bpfsim.tcp.segment.SeqNum;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Hybrid slow start (S. Ha, I. Rhee: Taming the elephants, 2011) as Linux's cubic has it (6.12, net/ipv4/tcp_cubic.c):
 * ends slow start before it ends in loss, when a round's ACKs come as a train longer than half the shortest RTT,
 * or when a round's RTTs have risen by more than an eighth (within 4 to 16 ms).
 *
 * <p>In a datacenter the train is what counts: 4 ms are many RTTs there.
 *
 * <p>Hot path: no allocation.
 */
final class HyStart {
    /** Below this window, in segments, nothing is concluded. */
    private static final int LOW_WINDOW = 16;
    /** ACKs further apart than this do not belong to one train. */
    private static final int ACK_DELTA_US = 2000;
    /** RTTs of a round that are waited for before their minimum says something. */
    private static final int MIN_SAMPLES = 8;

    private static final int DELAY_MIN_US = 4_000;
    private static final int DELAY_MAX_US = 16_000;
    private static final int MAX_ACK_DELAY_US = 1_000;

    private boolean found;
    private int sampleCount;
    private int roundStartUs;
    private int endSeq;
    private int lastAckUs;
    private int currRttUs;

    /** A new connection, or a new start after a timeout. */
    void init(TcpSock sk) {
        found = false;
        beginRound(sk);
    }

    void beginRound(TcpSock sk) {
        roundStartUs = (int) sk.tcp_mstamp;
        lastAckUs = roundStartUs;
        endSeq = sk.snd_nxt;
        currRttUs = -1;
        sampleCount = 0;
    }

    /** A round ends when what was sent at its beginning has been acknowledged. */
    void roundMayEnd(TcpSock sk) {
        if (!found && endsRound(sk.snd_una)) {
            beginRound(sk);
        }
    }

    boolean endsRound(int ack) {
        return SeqNum.after(ack, endSeq);
    }

    /**
     * An ACK in slow start; sets ssthresh to the window when it is time to leave.
     *
     * @param largestPacket bytes that TCP hands over at once at most
     */
    void acked(TcpSock sk, int delayUs, int delayMinUs, int largestPacket) {
        if (found || Integer.compareUnsigned(sk.snd_cwnd, LOW_WINDOW) < 0) {
            return;
        }
        if (trainIsLong(sk, delayMinUs, largestPacket)) {
            leave(sk);
        }
        if (delayHasRisen(delayUs, delayMinUs)) {
            leave(sk);
        }
    }

    private void leave(TcpSock sk) {
        found = true;
        sk.snd_ssthresh = sk.snd_cwnd;
    }

    private boolean trainIsLong(TcpSock sk, int delayMinUs, int largestPacket) {
        int nowUs = (int) sk.tcp_mstamp;
        if (nowUs - lastAckUs > ACK_DELTA_US) {
            return false;
        }
        lastAckUs = nowUs;
        int thresholdUs = delayMinUs + ackDelayUs(sk, largestPacket);
        if (sk.sk_pacing_status == TcpSock.SK_PACING_NONE) {
            thresholdUs >>>= 1;
        }
        return Integer.compareUnsigned(nowUs - roundStartUs, thresholdUs) > 0;
    }

    private boolean delayHasRisen(int delayUs, int delayMinUs) {
        if (Integer.compareUnsigned(currRttUs, delayUs) > 0) {
            currRttUs = delayUs;
        }
        if (sampleCount < MIN_SAMPLES) {
            sampleCount++;
            return false;
        }
        int allowance = Math.min(Math.max(delayMinUs >>> 3, DELAY_MIN_US), DELAY_MAX_US);
        return Integer.compareUnsigned(currRttUs, delayMinUs + allowance) > 0;
    }

    /** How long four of the largest TSO packets take at the pacing rate, at most 1 ms: what offloads may add. */
    private static int ackDelayUs(TcpSock sk, int largestPacket) {
        long rate = sk.sk_pacing_rate;
        if (rate == 0) {
            return 0;
        }
        long us = Long.divideUnsigned(largestPacket * 4_000_000L, rate);
        return (int) Math.min(MAX_ACK_DELAY_US, us);
    }
}
