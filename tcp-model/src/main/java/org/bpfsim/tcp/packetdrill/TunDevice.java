package org.bpfsim.tcp.packetdrill;

import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.packetdrill.shell.NetDevice;
import org.bpfsim.tcp.sock.HostKernel;

/** The host's network device: packets leave at once, as TCP hands them over, unless shell lines have it otherwise. */
final class TunDevice implements NetDevice {
    private final TcpHost host;
    private final HostKernel.Wire wire;
    private boolean segmentation = true;
    private boolean dropsAll;

    TunDevice(TcpHost host, HostKernel.Wire wire) {
        this.host = host;
        this.wire = wire;
        attach();
    }

    @Override
    public void segmentationOff() {
        segmentation = false;
        attach();
    }

    @Override
    public void setDropsAll(boolean all) {
        dropsAll = all;
        attach();
    }

    private void attach() {
        if (dropsAll) {
            host.kernel().setEgress((packet, sk, skb) -> {
                packet.release();
                return HostKernel.NET_XMIT_DROP;
            });
        } else if (segmentation) {
            host.setTap(wire);
        } else {
            host.setNic(wire);
        }
    }
}
