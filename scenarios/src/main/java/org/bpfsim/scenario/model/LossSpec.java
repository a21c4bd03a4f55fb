package org.bpfsim.scenario.model;

/** How a link loses packets that no queue has dropped; each direction by itself. */
public sealed interface LossSpec {
    /** Each packet with the same probability. */
    record Random(Fraction share) implements LossSpec {}

    /**
     * In bursts (the model of Gilbert), none between them.
     *
     * @param begin probability, per packet, that a burst begins
     * @param end probability, per packet of a burst, that it ends
     * @param share of a burst's packets that is lost
     */
    record Bursts(Fraction begin, Fraction end, Fraction share) implements LossSpec {}
}
