package org.bpfsim.tcp.nic;

import org.bpfsim.tcp.sock.HostKernel;

/**
 * Three bands by priority, each first come, first served and of {@code txqueuelen} packets (Linux 6.12, pfifo_fast in
 * net/sched/sch_generic.c). Hot path: no allocation.
 */
final class PfifoFast extends Qdisc {
    private final int limit;
    private final TxFifo[] bands = {new TxFifo(), new TxFifo(), new TxFifo()};

    PfifoFast(int limit, Dropped dropped) {
        super(dropped);
        this.limit = limit;
    }

    @Override
    boolean canBypass() {
        return true;
    }

    @Override
    int enqueue(TxPacket packet, long nowNs) {
        TxFifo band = bands[Priority.band(packet.priority)];
        if (band.size() >= limit) {
            drop(packet);
            return HostKernel.NET_XMIT_DROP;
        }
        band.add(packet);
        added(packet);
        return HostKernel.NET_XMIT_SUCCESS;
    }

    @Override
    TxPacket dequeue(long nowNs) {
        for (TxFifo band : bands) {
            TxPacket packet = band.poll();
            if (packet != null) {
                removed(packet);
                return packet;
            }
        }
        return null;
    }
}
