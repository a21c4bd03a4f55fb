package org.bpfsim.sim.link;

import org.bpfsim.sim.packet.Packet;
import umontreal.ssj.rng.RandomStream;

/**
 * Loses packets at random, one by one or in bursts, as a link with bit errors or a failing lens does: the model of Gilbert
 * ("Capacity of a Burst-Noise Channel", Bell System Technical Journal 39, 1960) with a loss in the good state (Elliott,
 * 1963); {@code tc-netem}'s {@code loss gemodel}. A link is good or bad; each packet is lost with the probability of the
 * present state, and the state then changes with its own probability.
 *
 * <p>Hot path: no allocation.
 */
public final class RandomLoss implements LossInjector {
    private final double lossWhenGood;
    private final double lossWhenBad;
    private final double becomeBad;
    private final double becomeGood;
    private final RandomStream random;
    private boolean bad;

    private RandomLoss(
            double lossWhenGood, double lossWhenBad, double becomeBad, double becomeGood, RandomStream random) {
        this.lossWhenGood = probability(lossWhenGood);
        this.lossWhenBad = probability(lossWhenBad);
        this.becomeBad = probability(becomeBad);
        this.becomeGood = probability(becomeGood);
        this.random = random;
    }

    private static double probability(double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("probability " + p + " is not from 0 to 1");
        }
        return p;
    }

    /** Each packet is lost with the same probability, whatever became of those before it. */
    public static RandomLoss independent(double loss, RandomStream random) {
        return new RandomLoss(loss, loss, 0, 0, random);
    }

    /**
     * Packets are lost in bursts; between bursts none is.
     *
     * @param begin probability, per packet, that a burst begins with the next one
     * @param end probability, per packet, that the burst is over with the next one: bursts last 1/end packets on average
     * @param loss probability that a packet of a burst is lost
     */
    public static RandomLoss bursts(double begin, double end, double loss, RandomStream random) {
        return new RandomLoss(0, loss, begin, end, random);
    }

    @Override
    public boolean loses(long nowPs, Packet packet) {
        double loss = bad ? lossWhenBad : lossWhenGood;
        boolean lost = loss > 0 && random.nextDouble() < loss;
        double change = bad ? becomeGood : becomeBad;
        if (change > 0 && random.nextDouble() < change) {
            bad = !bad;
        }
        return lost;
    }
}
