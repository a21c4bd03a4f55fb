package org.bpfsim.tcp.host;

import org.bpfsim.tcp.app.AcceptHandler;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.cpu.Task;
import org.bpfsim.tcp.sock.Cgroup;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.TcpSock;

/** A port on which a host accepts connections. */
public final class Listener {
    private final TcpSock sk;
    private CgroupSelector selector;
    private boolean keepsInQueue;

    /** @param task in which connections are accepted, or null */
    Listener(TcpSock sk, Task task, AcceptHandler handler) {
        this.sk = sk;
        sk.acceptor = child -> {
            child.queuedAt = sk;
            sk.sk_ack_backlog++;
            Socket socket = new Socket(child, null);
            socket.setTask(task);
            socket.acceptLater(() -> {
                socket.setHandler(handler.accept(socket));
                if (!keepsInQueue) {
                    child.accepted();
                }
            });
        };
    }

    /** Connections wait from now on until {@link TcpSock#accepted} is called; by default they are accepted at once. */
    public void keepInQueue() {
        keepsInQueue = true;
    }

    /** Chooses the cgroup of a connection that arrives; by default it is the listener's. */
    @FunctionalInterface
    public interface CgroupSelector {
        /** The cgroup for a peer's connection, whose addresses and ports are known; may be null. */
        Cgroup select(RequestSock request);
    }

    /** For servers whose units live in several cgroups, as if each had a listener of its own. */
    public void setCgroupSelector(CgroupSelector selector) {
        this.selector = selector;
    }

    /** The listening socket, whose options its children inherit. */
    public TcpSock tcp() {
        return sk;
    }

    Cgroup cgroupFor(RequestSock request) {
        return selector == null ? sk.cgroup : selector.select(request);
    }
}
