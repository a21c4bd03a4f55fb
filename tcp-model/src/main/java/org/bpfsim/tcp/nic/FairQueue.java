package org.bpfsim.tcp.nic;

import java.util.Comparator;
import java.util.TreeSet;
import org.bpfsim.sim.packet.Ecn;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/**
 * A queue per socket, served in turn, each packet at its time (Linux 6.12, net/sched/sch_fq.c): sockets leave pacing to it.
 *
 * <p>A flow is new until it has had its first turn, then old; one whose next packet is not due yet is delayed. Three bands by
 * priority share by weight. Packets of no socket share 1024 flows by hash. While nothing may leave, up to eight packets that
 * are due take a fast path past all flows. The timer for the next departure comes as late as its slack allows.
 */
final class FairQueue extends Qdisc {
    private static final int ETHERNET_HEADER = 14;
    private static final int ORPHAN_FLOWS = 1024;
    private static final long NS_PER_S = 1_000_000_000L;
    /** q->timer_slack: the hardware's timer is set for the end of it. */
    private static final long TIMER_SLACK_NS = 10_000;
    /** Packets on the fast path at most. */
    private static final int MAX_FAST = 8;

    private static final int[] BAND_QUANTUM = {9 << 16, 3 << 16, 1 << 16};

    /** Packets of one socket, or of one hash. */
    private static final class Flow {
        final TxFifo queue = new TxFifo();
        final long number;
        int credit;
        int band;
        boolean listed;
        boolean delayed;
        long nextPacketNs;
        long emptySince;
        Flow next;

        Flow(long number) {
            this.number = number;
        }
    }

    /** Flows to be served in turn. */
    private static final class FlowList {
        Flow first;
        Flow last;

        void add(Flow flow) {
            flow.next = null;
            flow.listed = true;
            if (first == null) {
                first = flow;
            } else {
                last.next = flow;
            }
            last = flow;
        }

        void removeFirst() {
            Flow flow = first;
            first = flow.next;
            flow.next = null;
            flow.listed = false;
        }
    }

    /** Flows of one band of priority. */
    private static final class Band {
        final FlowList newFlows = new FlowList();
        final FlowList oldFlows = new FlowList();
        int credit;
        int packets;

        FlowList select() {
            if (credit <= 0) {
                return null;
            }
            return newFlows.first != null ? newFlows : oldFlows.first != null ? oldFlows : null;
        }
    }

    private final QdiscOptions.Fq options;
    private final HostKernel kernel;
    private final int quantum;
    private final int initialQuantum;
    private final Band[] bands = {new Band(), new Band(), new Band()};
    private final Flow[] orphans = new Flow[ORPHAN_FLOWS];
    private final TreeSet<Flow> delayed =
            new TreeSet<>(Comparator.<Flow>comparingLong(f -> f.nextPacketNs).thenComparingLong(f -> f.number));
    /** The fast path. */
    private final TxFifo fast = new TxFifo();

    private int band;
    private long flows;
    /** Flows that have packets, delayed ones with them. */
    private int busy;

    private long marks;

    FairQueue(QdiscOptions.Fq options, HostKernel kernel, Dropped dropped) {
        super(dropped);
        this.options = options;
        this.kernel = kernel;
        int packet = kernel.mtu + ETHERNET_HEADER;
        this.quantum = options.quantum() != 0 ? options.quantum() : 2 * packet;
        this.initialQuantum = options.initialQuantum() != 0 ? options.initialQuantum() : 10 * packet;
    }

    @Override
    boolean canBypass() {
        return false;
    }

    @Override
    int enqueue(TxPacket packet, long nowNs) {
        int target = Priority.band(packet.priority);
        packet.enqueuedNs = nowNs;
        if (bands[target].packets >= options.limit()) {
            drop(packet);
            return HostKernel.NET_XMIT_DROP;
        }
        if (packet.departureNs > nowNs + options.horizonNs()) {
            if (options.horizonDrop()) {
                drop(packet);
                return HostKernel.NET_XMIT_DROP;
            }
            packet.departureNs = nowNs + options.horizonNs();
        }
        if (isFast(packet, nowNs)) {
            takePacing(packet.sk);
            fast.add(packet);
            added(packet);
            return HostKernel.NET_XMIT_SUCCESS;
        }
        Flow flow = flowOf(packet);
        if (flow.queue.size() >= options.flowLimit()) {
            drop(packet);
            return HostKernel.NET_XMIT_DROP;
        }
        flow.band = target;
        if (!flow.listed && !flow.delayed) {
            if (kernel.jiffies64() > flow.emptySince + kernel.msToJiffies(options.flowRefillDelayMs())) {
                flow.credit = Math.max(flow.credit, quantum);
            }
            bands[target].newFlows.add(flow);
        }
        if (flow.queue.isEmpty()) {
            busy++;
        }
        flow.queue.add(packet);
        packet.band = target;
        bands[target].packets++;
        added(packet);
        return HostKernel.NET_XMIT_SUCCESS;
    }

    @Override
    TxPacket dequeue(long nowNs) {
        if (packets() == 0) {
            return null;
        }
        if (!fast.isEmpty()) {
            TxPacket packet = fast.poll();
            removed(packet);
            return packet;
        }
        releaseDelayed(nowNs);
        int idleBands = 0;
        while (true) {
            Band turn = bands[band];
            FlowList list = turn.select();
            if (list == null) {
                if (++idleBands > Priority.BANDS && nothingListed()) {
                    return null;
                }
                band = (band + 1) % Priority.BANDS;
                bands[band].credit = Math.min(bands[band].credit + BAND_QUANTUM[band], BAND_QUANTUM[band]);
                continue;
            }
            Flow flow = list.first;
            if (flow.credit <= 0) {
                flow.credit += quantum;
                list.removeFirst();
                turn.oldFlows.add(flow);
                continue;
            }
            TxPacket packet = flow.queue.head();
            if (packet == null) {
                list.removeFirst();
                if (list == turn.newFlows) {
                    turn.oldFlows.add(
                            flow); // a turn among the old ones, or it would starve them by stopping and starting
                } else {
                    flow.emptySince = kernel.jiffies64();
                }
                continue;
            }
            long due = Math.max(timeToSend(packet), flow.nextPacketNs);
            if (nowNs < due) {
                list.removeFirst();
                flow.nextPacketNs = due;
                flow.delayed = true;
                delayed.add(flow);
                continue;
            }
            return take(flow, packet, turn, nowNs, due);
        }
    }

    @Override
    long nextDepartureNs() {
        return delayed.isEmpty() ? NEVER : delayed.first().nextPacketNs + TIMER_SLACK_NS;
    }

    private static long timeToSend(TxPacket packet) {
        return packet.departureNs != 0 ? packet.departureNs : packet.enqueuedNs;
    }

    /** Whether a packet may leave at once and nothing else may (fq_fastpath_check()). */
    private boolean isFast(TxPacket packet, long nowNs) {
        if (timeToSend(packet) > nowNs || options.maxrate() != -1) {
            return false;
        }
        boolean othersMayLeave = busy > delayed.size() || !delayed.isEmpty() && delayed.first().nextPacketNs <= nowNs;
        return packets() == 0 || !othersMayLeave && fast.size() < MAX_FAST;
    }

    /** Packets marked CE because they came too late. */
    long marks() {
        return marks;
    }

    private TxPacket take(Flow flow, TxPacket packet, Band turn, long nowNs, long due) {
        flow.queue.poll();
        if (flow.queue.isEmpty()) {
            busy--;
        }
        bands[packet.band].packets--;
        removed(packet);
        boolean isCapable = packet.segment.ecn == Ecn.ECT_0 || packet.segment.ecn == Ecn.ECT_1;
        if (nowNs - due > options.ceThresholdNs() && isCapable) {
            packet.segment.ecn = Ecn.CE;
            marks++;
        }
        flow.credit -= packet.bytes;
        turn.credit -= packet.bytes;
        if (options.pacing()) {
            pace(flow, packet, nowNs);
        }
        return packet;
    }

    /** A packet with a departure time of its own is paced by its socket; all others by the rate of socket and flow. */
    private void pace(Flow flow, TxPacket packet, long nowNs) {
        long rate = options.maxrate();
        int bytes = packet.bytes;
        if (packet.departureNs == 0) {
            if (Long.compareUnsigned(rate, options.lowRateThreshold()) <= 0) {
                flow.credit = 0;
            } else {
                bytes = Math.max(bytes, quantum);
                if (flow.credit > 0) {
                    return;
                }
            }
        }
        if (rate == -1) {
            return;
        }
        long gapNs = Math.min(bytes * NS_PER_S / Math.max(rate, 1), NS_PER_S);
        if (flow.nextPacketNs != 0) {
            gapNs -= Math.min(gapNs / 2, nowNs - flow.nextPacketNs); // the timer came late
        }
        flow.nextPacketNs = nowNs + gapNs;
    }

    private void releaseDelayed(long nowNs) {
        while (!delayed.isEmpty() && delayed.first().nextPacketNs <= nowNs) {
            Flow flow = delayed.pollFirst();
            flow.delayed = false;
            bands[flow.band].oldFlows.add(flow);
        }
    }

    private boolean nothingListed() {
        for (Band b : bands) {
            if (b.newFlows.first != null || b.oldFlows.first != null) {
                return false;
            }
        }
        return true;
    }

    private Flow flowOf(TxPacket packet) {
        TcpSock sk = packet.sk;
        if (sk == null || sk.skc_state == TcpState.CLOSE || sk.skc_state == TcpState.LISTEN) {
            int hash = packet.segment.flowHash & ORPHAN_FLOWS - 1;
            if (orphans[hash] == null) {
                orphans[hash] = newFlow();
            }
            return orphans[hash];
        }
        if (sk.qdiscFlow == null) {
            sk.qdiscFlow = newFlow();
            takePacing(sk);
        }
        return (Flow) sk.qdiscFlow;
    }

    private void takePacing(TcpSock sk) {
        if (sk != null && options.pacing()) {
            sk.sk_pacing_status = TcpSock.SK_PACING_FQ;
        }
    }

    private Flow newFlow() {
        Flow flow = new Flow(flows++);
        flow.credit = initialQuantum;
        return flow;
    }
}
