package org.bpfsim.tcp.host;

import java.util.ArrayDeque;
import org.bpfsim.sim.Event;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.SkBuff;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * The device {@code lo} beside a host's NIC: packets to the host itself do not go through a queueing discipline or a wire, are never
 * cut into segments, and come back at once (Linux 6.12, loopback_xmit() in drivers/net/loopback.c, which also frees the sender of the
 * packet, so that small queues never wait for it). Without CPUs coming back takes no time; with them it is a softirq of
 * the core that sends. Made when a socket of the host first connects to the host itself. Hot path: no allocation but for growth.
 */
final class Loopback implements HostKernel.Egress {
    /** Linux's: 64 KiB. */
    static final int MTU = 65_536;

    private final TcpHost host;
    private final HostKernel kernel;
    private final HostKernel.Egress nic;
    private final ArrayDeque<TcpSegment> backlog = new ArrayDeque<>();
    private final Event receive = new Receive();

    Loopback(TcpHost host, HostKernel.Egress nic) {
        this.host = host;
        this.kernel = host.kernel();
        this.nic = nic;
    }

    @Override
    public int send(TcpSegment packet, TcpSock sk, SkBuff skb) {
        if (packet.dstHost != kernel.hostIndex) {
            return nic.send(packet, sk, skb);
        }
        if (host.cpus() != null) {
            host.cpus().loopedBack(packet, sk);
        } else {
            backlog.add(packet);
            if (backlog.size() == 1) {
                kernel.scheduler.at(kernel.scheduler.nowPs(), receive);
            }
        }
        return HostKernel.NET_XMIT_SUCCESS;
    }

    @Override
    public void reap() {
        nic.reap();
    }

    @Override
    public void awaitCompletion(TcpSock sk) {
        nic.awaitCompletion(sk);
    }

    /** Takes in what was sent; what that makes the host send comes in the next turn. */
    private final class Receive extends Event {
        @Override
        protected void fire(long nowPs) {
            for (int left = backlog.size(); left > 0; left--) {
                host.receive(backlog.poll(), 0);
            }
            if (!backlog.isEmpty()) {
                kernel.scheduler.at(nowPs, this);
            }
        }

        @Override
        public String toString() {
            return "loopback of " + kernel.hostName;
        }
    }
}
