package org.bpfsim.sim.packet;

/**
 * A packet as links, queues and switches see it. Protocols subclass it with their own header fields and keep it in a
 * pool: whoever drops or consumes a packet calls {@link #release}.
 *
 * <p>Fields are public and plain because each hop reads them; nothing but a queue (which may set {@link #ecn} to CE)
 * changes them between sender and receiver. A packet is in at most one port at a time.
 */
public abstract class Packet {
    /** Value of {@link #linkSeq} of a packet that no port holds. */
    public static final long IN_NO_PORT = -1;

    /** Number of the packet, unique within its run; 0 if its protocol does not number packets. */
    public long id;
    /** Index of the sending host in the network. */
    public int srcHost;
    /** Index of the host that the packet is addressed to: what switches route by. */
    public int dstHost;
    /** Hash of the flow's addresses and ports: what switches spread flows by (ECMP). */
    public int flowHash;
    /** Bytes that occupy a link: the IP packet and the link's framing. Queues count these. */
    public int wireBytes;
    /** Length of the IP packet. */
    public int ipBytes;
    /** ECN codepoint, see {@link Ecn}. */
    public int ecn;
    /** Differentiated services codepoint (RFC 2474). */
    public int dscp;

    // Owned by the port that holds the packet, from its acceptance to its arrival. They lie
    // here
    // and not in the port, because a hop touches the packet anyway and every further cache line costs.

    /** The packet behind this one in the same port, or null. */
    public Packet linkNext;
    /** When its transmission begins, in picoseconds. */
    public long linkStartPs;
    /** When its last bit reaches the other end of the link, in picoseconds. */
    public long linkArrivalPs;
    /** The arrival's place in the order of events; {@link #IN_NO_PORT} while no port holds the packet. */
    public long linkSeq = IN_NO_PORT;

    /** Gives the packet back to its pool: it was dropped, or consumed by its receiver. */
    public abstract void release();

    /**
     * Writes the packet as it would be on the wire, from the IP header on, with {@link #ipBytes} bytes (payload that
     * does not exist is zero).
     *
     * @return how many bytes were written
     */
    public abstract int writeTo(byte[] buffer, int offset);

    /** What of the packet enters the run's fingerprint: a hash of its headers. */
    public abstract long traceHash();
}
