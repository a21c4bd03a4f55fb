package org.bpfsim.tcp.nic;

import org.bpfsim.tcp.sock.HostKernel;

/**
 * Queues by hash of the flow, served in turn, the new ones first, each kept short by {@link CoDel} (RFC 8290; Linux 6.12,
 * net/sched/sch_fq_codel.c). Hot path: no allocation.
 */
final class FqCodel extends Qdisc {
    private static final int ETHERNET_HEADER = 14;

    /** One queue. */
    private final class Flow implements CoDel.Queue {
        final TxFifo fifo = new TxFifo();
        final CoDel codel;
        int bytes;
        int deficit;
        boolean listed;
        Flow next;

        Flow(CoDel codel) {
            this.codel = codel;
        }

        @Override
        public TxPacket poll() {
            TxPacket packet = fifo.poll();
            if (packet != null) {
                bytes -= packet.bytes;
                memory -= packet.truesize;
                removed(packet);
            }
            return packet;
        }

        @Override
        public long backlogBytes() {
            return FqCodel.this.backlogBytes();
        }

        @Override
        public void drop(TxPacket packet) {
            FqCodel.this.drop(packet);
        }
    }

    private final QdiscOptions.FqCodelOptions options;
    private final Flow[] flows;
    private final int quantum;
    private Flow newFirst;
    private Flow newLast;
    private Flow oldFirst;
    private Flow oldLast;
    private long memory;

    FqCodel(QdiscOptions.FqCodelOptions options, int mtu, Dropped dropped) {
        super(dropped);
        this.options = options;
        int packet = mtu + ETHERNET_HEADER;
        quantum = options.quantum() != 0 ? options.quantum() : packet;
        flows = new Flow[options.flows()];
        for (int i = 0; i < flows.length; i++) {
            flows[i] = new Flow(new CoDel(options, packet));
        }
    }

    @Override
    boolean canBypass() {
        return true;
    }

    @Override
    int enqueue(TxPacket packet, long nowNs) {
        Flow flow = flows[indexOf(packet)];
        packet.enqueuedNs = nowNs;
        flow.fifo.add(packet);
        flow.bytes += packet.bytes;
        memory += packet.truesize;
        added(packet);
        if (!flow.listed) {
            flow.deficit = quantum;
            addNew(flow);
        }
        if (packets() <= options.limit() && memory <= options.memoryLimit()) {
            return HostKernel.NET_XMIT_SUCCESS;
        }
        return dropFromFattest() == flow ? HostKernel.NET_XMIT_CN : HostKernel.NET_XMIT_SUCCESS;
    }

    @Override
    TxPacket dequeue(long nowNs) {
        while (true) {
            boolean isNew = newFirst != null;
            Flow flow = isNew ? newFirst : oldFirst;
            if (flow == null) {
                return null;
            }
            if (flow.deficit <= 0) {
                flow.deficit += quantum;
                removeFirst(isNew);
                addOld(flow);
                continue;
            }
            TxPacket packet = flow.codel.dequeue(flow, nowNs);
            if (packet == null) {
                removeFirst(isNew);
                if (isNew && oldFirst != null) {
                    addOld(flow); // a turn among the old ones, or it would starve them by stopping and starting
                }
                continue;
            }
            flow.deficit -= packet.bytes;
            return packet;
        }
    }

    /** Packets marked CE. */
    long marks() {
        long marks = 0;
        for (Flow flow : flows) {
            marks += flow.codel.marks();
        }
        return marks;
    }

    private int indexOf(TxPacket packet) {
        long hash = Integer.toUnsignedLong(packet.segment.flowHash * 0x9e3779b1);
        return (int) (hash * flows.length >>> Integer.SIZE);
    }

    /** The queue is full: drops half of the longest queue, but not too many packets at once. */
    private Flow dropFromFattest() {
        Flow fattest = flows[0];
        for (Flow flow : flows) {
            if (flow.bytes > fattest.bytes) {
                fattest = flow;
            }
        }
        int enough = fattest.bytes >> 1;
        int dropped = 0;
        int bytes = 0;
        do {
            TxPacket packet = fattest.poll();
            bytes += packet.bytes;
            drop(packet);
            dropped++;
        } while (dropped < options.dropBatch() && bytes < enough);
        fattest.codel.overflowed(dropped);
        return fattest;
    }

    private void addNew(Flow flow) {
        flow.listed = true;
        flow.next = null;
        if (newFirst == null) {
            newFirst = flow;
        } else {
            newLast.next = flow;
        }
        newLast = flow;
    }

    private void addOld(Flow flow) {
        flow.listed = true;
        flow.next = null;
        if (oldFirst == null) {
            oldFirst = flow;
        } else {
            oldLast.next = flow;
        }
        oldLast = flow;
    }

    private void removeFirst(boolean isNew) {
        Flow flow = isNew ? newFirst : oldFirst;
        flow.listed = false;
        if (isNew) {
            newFirst = flow.next;
        } else {
            oldFirst = flow.next;
        }
        flow.next = null;
    }
}
