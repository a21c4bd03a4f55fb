package org.bpfsim.scenario.apps;

import org.bpfsim.scenario.model.RpcStyle;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.cpu.Process;
import org.bpfsim.tcp.rpc.Relay;
import org.bpfsim.tcp.sock.SockOptions;

/**
 * A proxy on a host, for one arm. It knows by whom it was called to whom a connection is to go on, as a sidecar does to which
 * iptables redirects connections (SO_ORIGINAL_DST). It sets TCP_NODELAY on both sockets, as Envoy and HAProxy do: what it passes on
 * comes in parts, and with Nagle's algorithm a part would wait for the ACK of the one before.
 */
final class Proxy {
    private final Service service;
    private final RpcStyle.ProxySpec spec;
    private final int host;
    private final int arm;
    private final Process process;

    Proxy(Service service, RpcStyle.ProxySpec spec, int host, int arm) {
        this.service = service;
        this.spec = spec;
        this.host = host;
        this.arm = arm;
        this.process = service.site()
                .host(host)
                .process(service.name("proxy"), service.site().cgroup(host, arm), spec.threads());
    }

    void listen() {
        service.site().host(host).listen(process.tasks().get(0), spec.port() + arm, this::accept);
    }

    private static void dontWait(Socket socket) {
        socket.setsockopt(SockOptions.SOL_TCP, SockOptions.TCP_NODELAY, 1);
    }

    private SocketHandler accept(Socket accepted) {
        accepted.setTask(process.next());
        Tally tally = service.connections().accepted(host, accepted);
        tally.add(accepted.tcp(), null);
        dontWait(accepted);
        Relay relay = new Relay(accepted, over -> {});
        boolean ipv6 = !accepted.peerAddress().isV4();
        try {
            Socket onward =
                    service.connectServer(accepted.task(), host, tally.dst, arm, ipv6, relay.serverSide(), tally);
            relay.attach(onward);
            dontWait(onward);
            tally.add(onward.tcp(), null);
        } catch (IllegalStateException e) {
            relay.abort(); // EADDRNOTAVAIL: the proxy has no free port towards this server
        }
        return relay.clientSide();
    }
}
