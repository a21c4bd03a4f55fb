package org.bpfsim.tcp.cpu;

import java.util.ArrayDeque;
import org.bpfsim.sim.Event;
import org.bpfsim.sim.SimTime;
import org.bpfsim.tcp.nic.Gro;
import org.bpfsim.tcp.segment.TcpSegment;

/**
 * A core's softirqs: the receive queue of the NIC that belongs to the core (NAPI), and whatever timers and completions make
 * the stack do. Hot path: no allocation but for growth.
 *
 * <p>An interrupt starts polling, and there are no others until the queue is empty. Packets are paid for first, a poll's
 * worth at a time, and then put together by GRO; then each buffer is paid for, and then TCP sees it (Linux 6.12: napi_poll() and
 * napi_gro_flush() in net/core). GRO lets go what it holds at the end of each poll, as kernels with CONFIG_HZ below 1000 do.
 */
final class Softirq extends Work {
    /** Packets of a poll (NAPI_POLL_WEIGHT). */
    private static final int POLL_WEIGHT = 64;

    private final HostCpus cpus;
    private final Core core;
    private final ArrayDeque<TcpSegment> ring = new ArrayDeque<>();
    /** What GRO has made and TCP has not seen. */
    private final ArrayDeque<TcpSegment> buffers = new ArrayDeque<>();

    private final Gro gro = new Gro();
    private final Gro.Up up = buffers::add;
    private final Event interrupt = new Interrupt();
    /** Whether packets are polled for, or will be: the NIC's interrupt is off. */
    private boolean polling;
    /** Packets that are being paid for, and keep their places in the ring until then. */
    private final TcpSegment[] inPoll = new TcpSegment[POLL_WEIGHT];

    private int taken;
    /** Packets of this poll. */
    private int polled;
    /** The buffer that is being paid for, or null. */
    private TcpSegment inHand;

    Softirq(HostCpus cpus, Core core) {
        this.cpus = cpus;
        this.core = core;
    }

    @Override
    Core core() {
        return core;
    }

    boolean hasWork() {
        return polling || !tape.isEmpty() || !buffers.isEmpty() || inHand != null;
    }

    /** The NIC has put a packet into the core's ring, or found it full. */
    void arrived(TcpSegment segment) {
        if (ring.size() + taken >= cpus.options().rxRing()) {
            cpus.accounts().countMissed(cpus.ownerOf(segment));
            segment.release();
            return;
        }
        ring.add(segment);
        int putOffUs = cpus.nic().rxUsecs();
        if (putOffUs == 0) {
            poll();
        } else if (!polling && interrupt.dueAtPs() == SimTime.NEVER) {
            cpus.scheduler().after(putOffUs * SimTime.PS_PER_US, interrupt);
        }
    }

    /** The host has sent a packet to itself, which is as GRO would make it. */
    void loopedBack(TcpSegment segment) {
        buffers.add(segment);
        core.kick();
    }

    private void poll() {
        if (!polling) {
            polling = true;
            cpus.charge(this, Cause.IRQ, cpus.ownerOf(ring.peek()), cpus.costs().interrupt());
            core.kick();
        }
    }

    @Override
    boolean step() {
        if (inHand != null) {
            TcpSegment buffer = inHand;
            inHand = null;
            cpus.deliver(buffer);
        } else if (taken > 0) {
            putTogether();
        } else if (!buffers.isEmpty()) {
            inHand = buffers.poll();
            owner = cpus.ownerOf(inHand);
            long cost = cpus.costs().receiveBuffer() + cpus.costs().receiveByte() * inHand.length;
            cpus.charge(this, Cause.SOFTIRQ, owner, cost);
        } else if (!ring.isEmpty()) {
            take();
        } else {
            polling = false;
            owner = CpuAccounts.NOBODY;
            return false;
        }
        return true;
    }

    private void take() {
        taken = Math.min(ring.size(), POLL_WEIGHT - polled);
        polled += taken;
        for (int i = 0; i < taken; i++) {
            inPoll[i] = ring.poll();
            cpus.charge(
                    this, Cause.SOFTIRQ, cpus.ownerOf(inPoll[i]), cpus.costs().receivePacket());
        }
    }

    private void putTogether() {
        for (int i = 0; i < taken; i++) {
            TcpSegment segment = inPoll[i];
            inPoll[i] = null;
            if (cpus.nic().gro()) {
                gro.receive(segment, up);
            } else {
                buffers.add(segment);
            }
        }
        taken = 0;
        if (ring.isEmpty() || polled >= POLL_WEIGHT) {
            gro.flush(up);
            polled = 0;
        }
    }

    /** The NIC has put off its interrupt for more packets to come. */
    private final class Interrupt extends Event {
        @Override
        protected void fire(long nowPs) {
            poll();
        }

        @Override
        public String toString() {
            return "receive interrupt of " + core;
        }
    }
}
