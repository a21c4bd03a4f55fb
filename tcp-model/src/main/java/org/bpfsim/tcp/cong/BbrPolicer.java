package org.bpfsim.tcp.cong;

import org.bpfsim.tcp.sock.RateSample;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * BBR's guess whether a token bucket polices the path: two intervals in a row with heavy loss and the same average rate
 * (Linux 6.12, bbr_lt_bw_sampling() in net/ipv4/tcp_bbr.c; Flach et al., An Internet-Wide Analysis of Traffic Policing,
 * SIGCOMM 2016). If so, that rate is the bandwidth for 48 rounds. An interval begins and ends with a loss, because then
 * the bucket is empty. Hot path: no allocation.
 */
final class BbrPolicer {
    private static final int MIN_ROUNDS = 4;
    private static final int MAX_ROUNDS = 4 * MIN_ROUNDS;
    private static final int ROUNDS_IN_USE = 48;
    /** Lost per delivered, in units of 1/256: 50 are about 20%. */
    private static final int LOSSY_256 = 50;
    /** Rates within an eighth are alike. */
    private static final int ALIKE_256 = BbrState.UNIT_GAIN / 8;
    /** And rates within 4 kbit/s, here in bytes per second. */
    private static final int ALIKE_BYTES_PER_S = 500;

    private static final int US_PER_MS = 1000;

    private boolean active;
    private boolean sampling;
    private int bw;
    private int rounds;
    private int startDelivered;
    private int startLost;
    private int startMs;

    /** Whether {@link #bw} is to be believed. */
    boolean isActive() {
        return active;
    }

    int bw() {
        return bw;
    }

    void reset(TcpSock sk) {
        active = false;
        sampling = false;
        bw = 0;
        beginInterval(sk);
    }

    /** Another round at the policed rate; returns whether it is time to probe again. */
    boolean countRound() {
        rounds++;
        return rounds >= ROUNDS_IN_USE;
    }

    /**
     * An ACK (or a timeout, with one loss) while no policer is believed in.
     *
     * @return whether one is now
     */
    boolean sample(TcpSock sk, RateSample rs, boolean roundStart) {
        return sample(sk, rs.losses, rs.is_app_limited, roundStart);
    }

    boolean sample(TcpSock sk, int losses, boolean isAppLimited, boolean roundStart) {
        if (!sampling) {
            if (losses == 0) {
                return false;
            }
            beginInterval(sk);
            sampling = true;
        }
        if (isAppLimited) {
            reset(sk);
            return false;
        }
        if (roundStart) {
            rounds++;
        }
        if (rounds < MIN_ROUNDS) {
            return false;
        }
        if (rounds > MAX_ROUNDS) {
            reset(sk);
            return false;
        }
        return losses != 0 && endInterval(sk);
    }

    private void beginInterval(TcpSock sk) {
        startMs = nowMs(sk);
        startDelivered = sk.delivered;
        startLost = sk.lost;
        rounds = 0;
    }

    private boolean endInterval(TcpSock sk) {
        int lost = sk.lost - startLost;
        int delivered = sk.delivered - startDelivered;
        boolean lossy = Integer.compareUnsigned(lost << BbrState.GAIN_SHIFT, LOSSY_256 * delivered) >= 0;
        int ms = nowMs(sk) - startMs;
        if (delivered == 0 || !lossy || ms < 1) {
            return false;
        }
        if (Integer.compareUnsigned(ms, Integer.divideUnsigned(-1, US_PER_MS)) >= 0) {
            reset(sk);
            return false;
        }
        long scaled = Integer.toUnsignedLong(delivered) << BbrState.BW_SHIFT;
        int measured = (int) Long.divideUnsigned(scaled, Integer.toUnsignedLong(ms * US_PER_MS));
        if (bw != 0 && isLike(sk, measured)) {
            bw = measured + bw >>> 1;
            rounds = 0;
            active = true;
            return true;
        }
        bw = measured;
        beginInterval(sk);
        return false;
    }

    private boolean isLike(TcpSock sk, int measured) {
        int difference = Math.abs(measured - bw);
        return Integer.compareUnsigned(difference * BbrState.UNIT_GAIN, ALIKE_256 * bw) <= 0
                || Long.compareUnsigned(Bbr.bytesPerSecond(sk, difference, BbrState.UNIT_GAIN), ALIKE_BYTES_PER_S) <= 0;
    }

    private static int nowMs(TcpSock sk) {
        return (int) (sk.delivered_mstamp / US_PER_MS);
    }
}
