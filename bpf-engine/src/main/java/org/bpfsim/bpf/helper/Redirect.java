package org.bpfsim.bpf.helper;

import org.bpfsim.bpf.map.MapSocket;

/** A context whose bytes can be sent to another socket: a message or a stream's packet. */
public interface Redirect {
    /** Takes the bytes to the receive queue of the socket instead of sending them (BPF_F_INGRESS). */
    long INGRESS = 1;

    /**
     * Names the socket that the bytes go to if the program answers {@code SK_PASS}.
     *
     * @param flags {@link #INGRESS} or 0
     */
    void redirectTo(MapSocket socket, long flags);
}
