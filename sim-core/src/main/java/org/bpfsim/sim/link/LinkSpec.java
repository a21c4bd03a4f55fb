package org.bpfsim.sim.link;

/**
 * One direction of a link.
 *
 * @param rateBitsPerSec bits per second, positive
 * @param delayPs time from one end to the other, in picoseconds, not negative
 */
public record LinkSpec(long rateBitsPerSec, long delayPs) {
    public LinkSpec {
        if (rateBitsPerSec <= 0) {
            throw new IllegalArgumentException("link rate is " + rateBitsPerSec + " bit/s, must be positive");
        }
        if (delayPs < 0) {
            throw new IllegalArgumentException("link delay is " + delayPs + " ps, must not be negative");
        }
    }
}
