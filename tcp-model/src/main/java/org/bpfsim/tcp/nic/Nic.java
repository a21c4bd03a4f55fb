package org.bpfsim.tcp.nic;

import java.util.ArrayDeque;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.link.Port;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.tcp.output.SmallQueue;
import org.bpfsim.tcp.recovery.CwndReduction;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * The way of packets from TCP to the link: a queueing discipline, a ring that is kept short (BQL), segmentation (TSO), and the
 * news that a packet has been sent, on which TCP's small queues wait (Linux 6.12, __dev_queue_xmit() in net/core/dev.c,
 * tcp_wfree() in net/ipv4/tcp_output.c); and the way of packets from the link to TCP: interrupts put off a little, and GRO.
 * Hot path: no allocation.
 *
 * <p>The port knows at once when a packet will have been sent. So completions cost no event unless somebody waits for them: a
 * socket that is throttled, or packets for which the ring had no room. Else they are looked up when they matter.
 */
public final class Nic implements HostKernel.Egress, Node {
    /** What a turn of the softirq takes at least. */
    private static final long SOFTIRQ_PS = SimTime.PS_PER_US;

    private static final int ETHERNET_HEADER = 14;

    private final HostKernel kernel;
    private final Port port;
    private final HostKernel.Wire wire;
    private final NicOptions options;
    private final Qdisc qdisc;
    private final ByteQueueLimits limits;
    /** Packets handed to the NIC that the host has not been told of, in order. */
    private final TxFifo ring = new TxFifo();

    private final Event completion = new Completion();
    private final Event watchdog = new Watchdog();
    private final Event interrupt = new Interrupt();
    /** Whom packets are for. */
    private final Node host;
    /** What has come and waits for the interrupt. */
    private final ArrayDeque<TcpSegment> arrived = new ArrayDeque<>();

    private final Gro gro = new Gro();
    private final Gro.Up up = this::deliver;
    /** The cores of the host; null if work takes no time. */
    private NicCpus cpus;

    private TxPacket free;
    private long interruptPs = Long.MIN_VALUE;
    /** Sockets that wait for a completion of theirs. */
    private int throttled;
    /** When sockets last went on, or -1. */
    private long wrotePs = -1;

    /** Sockets that may go on, in the order of their completions. */
    private TcpSock readyFirst;

    private TcpSock readyLast;

    /** @param port where the segments go; it must have no limit of its own for a ring that does not lose packets */
    public Nic(HostKernel kernel, Node host, Port port, NicOptions options) {
        this.kernel = kernel;
        this.host = host;
        this.port = port;
        this.wire = port::send;
        this.options = options;
        this.qdisc = Qdisc.of(options, kernel, this::dropped);
        this.limits = new ByteQueueLimits(kernel.hz, kernel.jiffies64());
    }

    public NicOptions options() {
        return options;
    }

    /** The discipline, to look at its counters. */
    public Qdisc qdisc() {
        return qdisc;
    }

    /** Bytes that the ring may hold now (BQL's limit). */
    public int ringLimitBytes() {
        return limits.limit();
    }

    @Override
    public int send(TcpSegment segment, TcpSock sk, SkBuff skb) {
        reap();
        TxPacket packet = take();
        packet.segment = segment;
        packet.bytes = wireBytes(segment);
        packet.sk = sk;
        packet.departureNs = 0;
        packet.priority = 0;
        if (sk != null) {
            packet.departureNs = sk.tcp_wstamp_ns;
            packet.priority = sk.sk_priority;
        }
        if (skb != null) {
            packet.skb = skb;
            packet.generation = skb.generation();
            packet.truesize = skb.truesize;
            sk.sk_wmem_alloc += packet.truesize;
            skb.inHost++;
        }
        if (cpus != null) {
            cpus.handedOver(segment, sk, packet);
            return HostKernel.NET_XMIT_SUCCESS;
        }
        return enqueue(packet);
    }

    /** A core has done the work that leads to this packet. That it may be dropped now its socket learns only here. */
    void handOver(TxPacket packet) {
        TcpSock sk = packet.sk;
        reap();
        if (enqueue(packet) != HostKernel.NET_XMIT_SUCCESS && sk != null) {
            CwndReduction.enterCwr(sk);
        }
    }

    /** Hands a packet to the queueing discipline or past it; returns NET_XMIT_*. */
    private int enqueue(TxPacket packet) {
        int result = HostKernel.NET_XMIT_SUCCESS;
        if (qdisc.packets() == 0 && qdisc.canBypass() && ringHasRoom()) {
            transmit(packet);
        } else {
            result = qdisc.enqueue(packet, kernel.clockNs());
            runQdisc();
        }
        armCompletion();
        return result;
    }

    @Override
    public void reap() {
        long now = kernel.scheduler.nowPs();
        while (!ring.isEmpty() && ring.head().completionPs <= now) {
            completeOne(ring.head().completionPs);
        }
    }

    @Override
    public void awaitCompletion(TcpSock sk) {
        throttled++;
        armCompletion();
    }

    /** A packet has come from the link: the interrupt follows, with what comes until then. */
    @Override
    public void receive(Packet packet, int ingressPort) {
        if (cpus != null) {
            cpus.arrived((TcpSegment) packet);
            return;
        }
        if (options.rxUsecs() == 0) {
            host.receive(packet, 0);
            return;
        }
        if (arrived.isEmpty()) {
            kernel.scheduler.after(options.rxUsecs() * SimTime.PS_PER_US, interrupt);
        }
        arrived.add((TcpSegment) packet);
    }

    @Override
    public String name() {
        return kernel.hostName;
    }

    /** Lets cores do the work from now on: before the first packet. */
    public void setCpus(NicCpus theCpus) {
        this.cpus = theCpus;
    }

    private void deliver(TcpSegment segment) {
        host.receive(segment, 0);
    }

    private boolean ringHasRoom() {
        return ring.size() < options.txRing() && limits.hasRoom();
    }

    /** Hands packets to the ring as long as it has room; what waits for its time gets a timer. */
    private void runQdisc() {
        while (qdisc.packets() > 0 && ringHasRoom()) {
            TxPacket packet = qdisc.dequeue(kernel.clockNs());
            if (packet == null) {
                armWatchdog();
                return;
            }
            transmit(packet);
        }
    }

    private void transmit(TxPacket packet) {
        limits.queued(packet.bytes);
        Segmentation.send(packet.segment, kernel, wire);
        packet.segment = null;
        long sentPs = port.busyUntilPs();
        if (sentPs > interruptPs) {
            interruptPs = sentPs + options.txUsecs() * SimTime.PS_PER_US;
        }
        packet.completionPs = interruptPs;
        ring.add(packet);
    }

    /** One interrupt tells of all packets that were sent until then. */
    private void completeOne(long interruptAtPs) {
        int bytes = 0;
        while (!ring.isEmpty() && ring.head().completionPs == interruptAtPs) {
            TxPacket packet = ring.poll();
            bytes += packet.bytes;
            letGo(packet);
        }
        limits.completed(bytes, kernel.jiffiesAt(interruptAtPs));
    }

    /** The packet's memory is free again; its socket may go on if it waits for that (tcp_wfree()). */
    private void letGo(TxPacket packet) {
        TcpSock sk = packet.sk;
        SkBuff skb = packet.skb;
        if (skb != null) {
            if (skb.generation() == packet.generation) {
                skb.inHost--;
            }
            sk.sk_wmem_alloc -= packet.truesize;
            if (sk.tsq_throttled) {
                sk.tsq_throttled = false;
                throttled--;
                ready(sk);
            }
        }
        packet.sk = null;
        packet.skb = null;
        packet.next = free;
        free = packet;
    }

    private void ready(TcpSock sk) {
        sk.tsq_next = null;
        if (readyFirst == null) {
            readyFirst = sk;
        } else {
            readyLast.tsq_next = sk;
        }
        readyLast = sk;
    }

    private void dropped(TxPacket packet) {
        packet.segment.release();
        packet.segment = null;
        letGo(packet);
    }

    private void armCompletion() {
        if (readyFirst != null) {
            // A socket whose packet was dropped goes on; if that is dropped, too, the next turn of the softirq takes
            // time.
            long now = kernel.scheduler.nowPs();
            kernel.scheduler.at(now == wrotePs ? now + SOFTIRQ_PS : now, completion);
        } else if (!ring.isEmpty()
                && (throttled > 0 || qdisc.packets() > 0 && !ringHasRoom())
                && completion.dueAtPs() != ring.head().completionPs) {
            kernel.scheduler.at(ring.head().completionPs, completion);
        }
    }

    private void armWatchdog() {
        long departureNs = qdisc.nextDepartureNs();
        if (departureNs != Qdisc.NEVER) {
            long inNs = Math.max(departureNs - kernel.clockNs(), 1);
            kernel.scheduler.after(inNs * SimTime.PS_PER_NS, watchdog);
        }
    }

    private TxPacket take() {
        TxPacket packet = free;
        if (packet == null) {
            return new TxPacket(this);
        }
        free = packet.next;
        packet.next = null;
        return packet;
    }

    private static int wireBytes(TcpSegment segment) {
        int headers = ETHERNET_HEADER + segment.ipBytes - segment.length;
        return segment.length + segment.gsoSegs * headers;
    }

    /** Some packets have been sent, and somebody waits for that. */
    private final class Completion extends Event {
        @Override
        protected void fire(long nowPs) {
            reap();
            runQdisc();
            if (readyFirst != null) {
                wrotePs = nowPs;
            }
            TcpSock last = readyLast;
            while (readyFirst != null) {
                TcpSock sk = readyFirst;
                readyFirst = sk.tsq_next;
                sk.tsq_next = null;
                SmallQueue.write(sk);
                sk.deliverEvents();
                if (sk == last) {
                    break; // who became ready meanwhile comes in the next turn
                }
            }
            armCompletion();
        }

        @Override
        public String toString() {
            return "completion of " + kernel.hostName;
        }
    }

    /** The host takes in what has come (Linux: NAPI). */
    private final class Interrupt extends Event {
        @Override
        protected void fire(long nowPs) {
            TcpSegment segment;
            while ((segment = arrived.poll()) != null) {
                if (options.gro()) {
                    gro.receive(segment, up);
                } else {
                    deliver(segment);
                }
            }
            gro.flush(up);
        }

        @Override
        public String toString() {
            return "receive interrupt of " + kernel.hostName;
        }
    }

    /** The time of a packet in the queueing discipline has come. */
    private final class Watchdog extends Event {
        @Override
        protected void fire(long nowPs) {
            reap();
            runQdisc();
            armCompletion();
        }

        @Override
        public String toString() {
            return "watchdog of " + kernel.hostName;
        }
    }
}
