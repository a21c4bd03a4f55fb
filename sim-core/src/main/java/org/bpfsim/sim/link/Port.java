package org.bpfsim.sim.link;

import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.sim.packet.Packet;

/**
 * An output port: a FIFO queue, a transmitter that works at the link's rate, and the link to the next node. NICs and
 * switches use the same class.
 *
 * <p>Hot path: no allocation. When a packet is accepted all its times are known: its transmission starts when the one
 * before it ends, and its last bit arrives one delay after it has left. So a hop costs one event, the arrival at the
 * next node, and however many packets a port holds, it has one pending event: that of the next arrival, which is the port
 * itself. Each packet takes its place in the order of events when it is accepted.
 *
 * <p><b>Queue length</b> is the number (or wire bytes) of accepted packets whose transmission has not begun. A packet
 * that starts at this very instant has begun. The packet being transmitted does not count.
 *
 * <p><b>Marking</b>: an ECN-capable packet (ECT(0) or ECT(1)) is marked CE if the queue that it finds, itself not
 * counted, has reached the threshold. DCTCP (Alizadeh et al., SIGCOMM 2010, section 3.1) marks when the occupancy is
 * greater than K upon arrival. Counting the packet on the wire as switches do, that is the same as at least K waiting, so
 * {@code markPackets = K}. ns-3's RED as a step (MinTh = MaxTh = K) marks at K or more in its queue disc, and one more packet
 * waits in the device's own queue: {@code markPackets = K + 1}.
 *
 * <p><b>Dropping</b>: a packet that finds the transmitter idle is always accepted. Else it is dropped if it would exceed
 * the queue's limit of packets or of bytes, or if the shared buffer has no room for it. A dropped packet is not marked.
 */
public final class Port extends Event {
    /** Picoseconds that a byte occupies the link, or 0 if that is not a whole number. */
    private final long psPerByte;

    private final long rateBitsPerSec;
    private final long delayPs;
    private final Scheduler scheduler;
    private final int id;
    private final String name;
    private final String portClass;
    private final LinkSpec link;
    private final SharedBuffer buffer;

    private QueueSpec queue;
    private Node peer = new Unconnected();
    private int peerIngress;
    private LossInjector lossInjector;
    private PortTap tap;

    /** The packet that arrives next, at the head of all that were accepted and have not arrived; null if there is none. */
    private Packet head;

    private Packet tail;
    /** The first packet whose transmission had not begun when the port last looked; null if there was none. */
    private Packet firstWaiting;

    private int waitingPackets;
    private long waitingBytes;
    private long busyUntilPs;

    private long txPackets;
    private long txBytes;
    private long droppedPackets;
    private long droppedBytes;
    private long markedPackets;
    private long maxQueueBytes;
    private int maxQueuePackets;

    /**
     * @param id number of the port in its network, from 0; it enters the fingerprint
     * @param name what results call it, such as {@code leaf-3:host-12}
     * @param portClass ports of one class are alike, such as {@code leaf-down}; results sum over them
     * @param buffer memory shared with other ports, or null
     */
    public Port(
            Scheduler scheduler,
            int id,
            String name,
            String portClass,
            LinkSpec link,
            QueueSpec queue,
            SharedBuffer buffer) {
        this.scheduler = scheduler;
        this.id = id;
        this.name = name;
        this.portClass = portClass;
        this.link = link;
        this.rateBitsPerSec = link.rateBitsPerSec();
        this.delayPs = link.delayPs();
        this.psPerByte = SimTime.wholePsPerByte(rateBitsPerSec);
        this.buffer = buffer;
        setQueue(queue);
        if (buffer != null) {
            buffer.join(this);
        }
    }

    /** Says where the link leads; {@code ingress} is what the peer is told with each packet. */
    public void connect(Node peer, int ingress) {
        this.peer = peer;
        this.peerIngress = ingress;
    }

    /** Replaces limits and thresholds, from the next packet on. */
    public void setQueue(QueueSpec queue) {
        this.queue = queue;
    }

    /** Sets what loses packets on purpose; null for nothing. */
    public void setLossInjector(LossInjector injector) {
        lossInjector = injector;
    }

    /** Sets what watches the port; null for nobody. */
    public void setTap(PortTap tap) {
        this.tap = tap;
    }

    /**
     * Takes over a packet and queues, marks or drops it.
     *
     * @throws IllegalArgumentException if a port still holds the packet: it was given back too early, or sent twice
     */
    public void send(Packet packet) {
        final long now = scheduler.nowPs();
        if (lossInjector != null && lossInjector.loses(now, packet)) {
            drop(now, packet);
            return;
        }
        final int bytes = packet.wireBytes;
        refresh(now);
        long start = busyUntilPs;
        if (start <= now) {
            start = now;
            if (queue.markPackets() == 0 || queue.markBytes() == 0) {
                mark(packet);
            }
        } else {
            if (!admits(bytes)) {
                drop(now, packet);
                return;
            }
            if (waitingPackets >= queue.markPackets() || waitingBytes >= queue.markBytes()) {
                mark(packet);
            }
            join(packet, bytes);
        }
        final long end = start + txTimePs(bytes);
        busyUntilPs = end;
        txPackets++;
        txBytes += bytes;
        append(packet, start, end + delayPs);
        if (tap != null) {
            tap.onTransmit(now, start, packet);
        }
    }

    /** When the last bit of all that was accepted so far has been sent, in picoseconds. */
    public long busyUntilPs() {
        return busyUntilPs;
    }

    /** Packets that wait at this instant: accepted, transmission not begun. */
    public int queuePackets() {
        refresh();
        return waitingPackets;
    }

    /** Wire bytes of the packets that wait at this instant. */
    public long queueBytes() {
        refresh();
        return waitingBytes;
    }

    public int id() {
        return id;
    }

    public String name() {
        return name;
    }

    public String portClass() {
        return portClass;
    }

    public LinkSpec link() {
        return link;
    }

    /** The node at the other end of the link. */
    public Node peer() {
        return peer;
    }

    /** What the peer calls this link. */
    public int peerIngress() {
        return peerIngress;
    }

    /** The shared buffer that the port's queue lies in, or null. */
    public SharedBuffer buffer() {
        return buffer;
    }

    /** Packets accepted so far (they may still wait). */
    public long txPackets() {
        return txPackets;
    }

    /** Wire bytes of the packets accepted so far. */
    public long txBytes() {
        return txBytes;
    }

    public long droppedPackets() {
        return droppedPackets;
    }

    public long droppedBytes() {
        return droppedBytes;
    }

    /** Packets that this port marked CE. */
    public long markedPackets() {
        return markedPackets;
    }

    /** The longest that the queue ever was, in wire bytes. */
    public long maxQueueBytes() {
        return maxQueueBytes;
    }

    /** The longest that the queue ever was, in packets. */
    public int maxQueuePackets() {
        return maxQueuePackets;
    }

    @Override
    public String toString() {
        return name;
    }

    void refresh() {
        refresh(scheduler.nowPs());
    }

    /** Finds out which packets have begun transmission since the last look. */
    private void refresh(long now) {
        Packet first = firstWaiting;
        if (first == null || first.linkStartPs > now) {
            return;
        }
        long begunBytes = 0;
        do {
            begunBytes += first.wireBytes;
            waitingPackets--;
            first = first.linkNext;
        } while (first != null && first.linkStartPs <= now);
        firstWaiting = first;
        waitingBytes -= begunBytes;
        if (buffer != null) {
            buffer.give(begunBytes);
        }
    }

    private boolean admits(int bytes) {
        return waitingPackets < queue.limitPackets()
                && waitingBytes + bytes <= queue.limitBytes()
                && (buffer == null || buffer.admits(waitingBytes, bytes));
    }

    private void join(Packet packet, int bytes) {
        if (firstWaiting == null) {
            firstWaiting = packet;
        }
        waitingPackets++;
        waitingBytes += bytes;
        if (buffer != null) {
            buffer.take(bytes);
        }
        if (waitingBytes > maxQueueBytes) {
            maxQueueBytes = waitingBytes;
        }
        if (waitingPackets > maxQueuePackets) {
            maxQueuePackets = waitingPackets;
        }
    }

    private void append(Packet packet, long startPs, long arrivalPs) {
        if (packet.linkSeq != Packet.IN_NO_PORT) {
            throw new IllegalArgumentException(name + " was sent packet " + packet.id + ", which is still in a port");
        }
        final long seq = scheduler.reserveSeq();
        packet.linkStartPs = startPs;
        packet.linkArrivalPs = arrivalPs;
        packet.linkSeq = seq;
        packet.linkNext = null;
        if (head == null) {
            head = packet;
            scheduler.at(arrivalPs, seq, this);
        } else {
            tail.linkNext = packet;
        }
        tail = packet;
    }

    private void mark(Packet packet) {
        if (packet.ecn == Ecn.ECT_0 || packet.ecn == Ecn.ECT_1) {
            packet.ecn = Ecn.CE;
            markedPackets++;
        }
    }

    private void drop(long now, Packet packet) {
        droppedPackets++;
        droppedBytes += packet.wireBytes;
        if (tap != null) {
            tap.onDrop(now, packet);
        }
        packet.release();
    }

    private long txTimePs(int bytes) {
        return psPerByte != 0 ? bytes * psPerByte : SimTime.txTimePs(bytes, rateBitsPerSec);
    }

    /** The last bit of the head packet reaches the peer. */
    @Override
    protected void fire(long nowPs) {
        Packet packet = head;
        if (firstWaiting == packet) {
            refresh(nowPs); // its transmission began and ended unnoticed
        }
        Packet next = packet.linkNext;
        head = next;
        packet.linkSeq = Packet.IN_NO_PORT;
        if (next != null) {
            scheduler.at(next.linkArrivalPs, next.linkSeq, this);
        }
        scheduler.fingerprint().mixArrival(nowPs, id, packet.traceHash());
        if (tap != null) {
            tap.onArrival(nowPs, packet);
        }
        peer.receive(packet, peerIngress);
    }

    /** Stands at the end of a link that leads nowhere yet. */
    private final class Unconnected implements Node {
        @Override
        public void receive(Packet packet, int ingressPort) {
            throw new IllegalStateException(name + " is not connected: a packet to host " + packet.dstHost
                    + " has reached the end of its link");
        }

        @Override
        public String name() {
            return "nothing";
        }
    }
}
