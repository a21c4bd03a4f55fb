package org.bpfsim.sim.topology;

import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.link.SharedBuffer;

/**
 * Memory and queues of a switch.
 *
 * @param bufferBytes memory that all ports share; {@link QueueSpec#UNLIMITED} for none to share
 * @param alpha how much of the free memory one port may take, see {@link SharedBuffer}
 * @param queue limits and marking of each port
 */
public record SwitchSpec(long bufferBytes, double alpha, QueueSpec queue) {
    public SwitchSpec {
        if (bufferBytes <= 0 || !(alpha > 0) || Double.isInfinite(alpha)) {
            throw new IllegalArgumentException("switch buffer of " + bufferBytes + " bytes, alpha " + alpha);
        }
    }

    /** A switch whose ports share nothing and have a queue each. */
    public static SwitchSpec separateQueues(QueueSpec queue) {
        return new SwitchSpec(QueueSpec.UNLIMITED, 1, queue);
    }

    SharedBuffer newBuffer() {
        return bufferBytes == QueueSpec.UNLIMITED ? null : new SharedBuffer(bufferBytes, alpha);
    }
}
