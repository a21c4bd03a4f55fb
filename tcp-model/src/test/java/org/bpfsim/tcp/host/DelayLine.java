package org.bpfsim.tcp.host;

import org.bpfsim.sim.Event;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.packet.Packet;

/** Delays every packet by the same time. */
record DelayLine(Scheduler scheduler, Node to, long delayPs) implements Node {
    @Override
    public void receive(Packet packet, int ingressPort) {
        scheduler.after(delayPs, new Event() {
            @Override
            protected void fire(long nowPs) {
                to.receive(packet, ingressPort);
            }
        });
    }

    @Override
    public String name() {
        return "delay line before " + to.name();
    }
}
