package org.bpfsim.scenario.model;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The switches, all alike.
 *
 * @param bufferBytes the buffer that all ports of a switch share under dynamic thresholds; empty if each port has
 *     {@code queueLimit} to itself
 * @param alpha a port may hold this multiple of the free part of the shared buffer (Choudhury and Hahne, "Dynamic
 *     queue length thresholds for shared-memory packet switches", 1998)
 * @param ecnThreshold ECN-capable packets that find at least this much queued are marked; empty: no marking
 * @param queueLimit what one port may hold; empty if the buffer is shared
 */
public record SwitchSpec(
        OptionalLong bufferBytes, Fraction alpha, Optional<QueueDepth> ecnThreshold, Optional<QueueDepth> queueLimit) {
    public SwitchSpec {
        if (bufferBytes.isPresent() == queueLimit.isPresent()) {
            throw new IllegalArgumentException("a switch has a shared buffer or a limit per port");
        }
    }
}
