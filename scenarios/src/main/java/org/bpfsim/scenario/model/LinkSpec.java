package org.bpfsim.scenario.model;

import java.util.Optional;

/**
 * A link, both directions alike.
 *
 * @param rateBitsPerSec of each direction
 * @param delayPs propagation, one way
 * @param loss how packets get lost on it; empty for a link that loses nothing
 */
public record LinkSpec(long rateBitsPerSec, long delayPs, Optional<LossSpec> loss) {
    public LinkSpec {
        if (rateBitsPerSec <= 0 || delayPs < 0) {
            throw new IllegalArgumentException("rate " + rateBitsPerSec + " bit/s, delay " + delayPs + " ps");
        }
    }
}
