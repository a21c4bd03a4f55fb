package org.bpfsim.tcp.host;

import java.util.Random;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.tcp.segment.SegmentPool;
import org.bpfsim.tcp.segment.TcpSegment;

/** A bad piece of cable: loses, delays (so that later packets overtake) and duplicates packets, by a seeded generator. */
final class Mangler implements Node {
    private final Scheduler scheduler;
    private final SegmentPool pool;
    private final Node to;
    private final Random random;
    private final double loss;
    private final double delay;
    private final double duplicate;
    private final long maxDelayPs;

    Mangler(
            Scheduler scheduler,
            SegmentPool pool,
            Node to,
            long seed,
            double loss,
            double delay,
            double duplicate,
            long maxDelayPs) {
        this.scheduler = scheduler;
        this.pool = pool;
        this.to = to;
        this.random = new Random(seed);
        this.loss = loss;
        this.delay = delay;
        this.duplicate = duplicate;
        this.maxDelayPs = maxDelayPs;
    }

    @Override
    public void receive(Packet packet, int ingressPort) {
        if (random.nextDouble() < duplicate) {
            deliver(copy((TcpSegment) packet));
        }
        if (random.nextDouble() < loss) {
            packet.release();
        } else {
            deliver(packet);
        }
    }

    private void deliver(Packet packet) {
        if (random.nextDouble() >= delay) {
            to.receive(packet, 0);
            return;
        }
        scheduler.after((long) (random.nextDouble() * maxDelayPs), new Event() {
            @Override
            protected void fire(long nowPs) {
                to.receive(packet, 0);
            }
        });
    }

    private TcpSegment copy(TcpSegment from) {
        TcpSegment s = pool.take();
        s.srcHost = from.srcHost;
        s.dstHost = from.dstHost;
        s.flowHash = from.flowHash;
        s.src = from.src;
        s.dst = from.dst;
        s.srcPort = from.srcPort;
        s.dstPort = from.dstPort;
        s.seq = from.seq;
        s.ack = from.ack;
        s.flags = from.flags;
        s.window = from.window;
        s.ecn = from.ecn;
        s.hasTimestamps = from.hasTimestamps;
        s.tsval = from.tsval;
        s.tsecr = from.tsecr;
        s.mss = from.mss;
        s.wscale = from.wscale;
        s.fastOpen = from.fastOpen;
        s.sackPermitted = from.sackPermitted;
        for (int i = 0; i < from.sackCount; i++) {
            s.addSack(from.sacks[2 * i], from.sacks[2 * i + 1]);
        }
        s.length = from.length;
        s.payload = from.payload;
        s.payloadOffset = from.payloadOffset;
        s.seal(0);
        return s;
    }

    @Override
    public String name() {
        return "mangler before " + to.name();
    }
}
