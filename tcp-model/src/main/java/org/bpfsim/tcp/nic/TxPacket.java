package org.bpfsim.tcp.nic;

import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.TcpSock;

/** A packet of TCP's on its way through queueing discipline and ring (Linux: the clone of an sk_buff). Pooled. */
final class TxPacket implements Runnable {
    private final Nic nic;
    /** The packet; null once the port has it. */
    TcpSegment segment;
    /** Who sends it; null for what belongs to no full socket. */
    TcpSock sk;
    /** The buffer that it transmits; null for a packet without data. */
    SkBuff skb;
    /** {@link SkBuff#generation()} when it was handed over. */
    int generation;
    /** Memory charged to the socket in bytes. */
    int truesize;
    /** Bytes with Ethernet headers of all its segments (qdisc_pkt_len()). */
    int bytes;
    /** Linux: skb->priority. */
    int priority;
    /** The band of fq in which it counts. */
    int band;
    /** Earliest time of departure in nanoseconds of the host's clock. */
    long departureNs;
    /** When it was queued, in nanoseconds of the host's clock. */
    long enqueuedNs;
    /** When the host learns that it has been sent, in picoseconds of the run. */
    long completionPs;

    TxPacket next;

    TxPacket(Nic nic) {
        this.nic = nic;
    }

    /** Goes on to the queueing discipline. */
    @Override
    public void run() {
        nic.handOver(this);
    }
}
