package org.bpfsim.tcp.nic;

import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.HostKernel;

/**
 * Cuts what TCP hands over as one into the segments that go over the wire (TSO; Linux 6.12, tcp_gso_segment() in
 * net/ipv4/tcp_offload.c): all have one header but for sequence numbers, FIN and PSH go with the last one, CWR with the
 * first. Hot path: no allocation.
 */
public final class Segmentation {
    private static final int LAST_ONLY = TcpSegment.FIN | TcpSegment.PSH;

    private Segmentation() {}

    /** Sends the segments of a packet in order; one that needs no cutting goes as it is. */
    public static void send(TcpSegment packet, HostKernel kernel, HostKernel.Wire wire) {
        final int mss = packet.gsoSize;
        if (mss == 0) {
            wire.send(packet);
            return;
        }
        final int flags = packet.flags;
        int done = 0;
        for (int left = packet.gsoSegs - 1; left > 0; left--) {
            TcpSegment s = kernel.segments.take();
            s.copyHeader(packet);
            s.flags = flags & ~LAST_ONLY & (done == 0 ? -1 : ~TcpSegment.CWR);
            s.seq = packet.seq + done;
            s.payloadOffset = packet.payloadOffset + done;
            s.length = mss;
            s.seal(kernel.linkOverheadBytes);
            wire.send(s);
            done += mss;
        }
        packet.flags = flags & ~TcpSegment.CWR;
        packet.seq += done;
        packet.payloadOffset += done;
        packet.length -= done;
        packet.gsoSize = 0;
        packet.gsoSegs = 1;
        packet.seal(kernel.linkOverheadBytes);
        wire.send(packet);
    }
}
