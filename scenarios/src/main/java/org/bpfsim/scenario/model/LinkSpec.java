package org.bpfsim.scenario.model;

/**
 * A link, both directions alike.
 *
 * @param rateBitsPerSec of each direction
 * @param delayPs propagation, one way
 */
public record LinkSpec(long rateBitsPerSec, long delayPs) {
    public LinkSpec {
        if (rateBitsPerSec <= 0 || delayPs < 0) {
            throw new IllegalArgumentException("rate " + rateBitsPerSec + " bit/s, delay " + delayPs + " ps");
        }
    }
}
