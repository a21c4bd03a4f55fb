package org.bpfsim.tcp.nic;

import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.TcpSock;

/** Seam of hosts with CPUs: the cores that deal with what a NIC receives, and hand it what it sends. */
public interface NicCpus {
    /** The NIC has received a segment; it belongs to the cores from now on. */
    void arrived(TcpSegment segment);

    /**
     * TCP has made a packet.
     *
     * @param sk whose it is, or null
     * @param leave hands it to the queueing discipline; to be called when the work that leads there has been done
     */
    void handedOver(TcpSegment packet, TcpSock sk, Runnable leave);
}
