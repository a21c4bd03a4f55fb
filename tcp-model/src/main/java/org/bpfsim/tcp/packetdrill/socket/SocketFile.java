package org.bpfsim.tcp.packetdrill.socket;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TxTimestamps;

/** A socket of a script: what a file descriptor adds to it. */
public final class SocketFile implements OpenFile, SocketHandler {
    private static final int READ_EVENTS = Constants.POLLIN | Constants.POLLRDNORM;
    private static final int WRITE_EVENTS = Constants.POLLOUT | Constants.POLLWRNORM;

    final Socket socket;
    final List<EpollFile> watchers = new ArrayList<>();
    /** Connections that wait for accept(). */
    final ArrayDeque<SocketFile> acceptQueue = new ArrayDeque<>();

    boolean nonBlocking;
    boolean bound;
    boolean listening;
    Connecting.State state = Connecting.State.UNCONNECTED;
    boolean reportsInq;
    /** SO_ZEROCOPY. */
    boolean zeroCopy;

    final ErrorQueue errors = new ErrorQueue();
    private final Runnable onWake;

    SocketFile(Socket socket, Runnable onWake) {
        this.socket = socket;
        this.onWake = onWake;
        socket.setHandler(this);
    }

    /** The stack's side. */
    public TcpSock tcp() {
        return socket.tcp();
    }

    /** Whether listen() has succeeded. */
    public boolean isListening() {
        return listening;
    }

    void enqueue(SocketFile child) {
        acceptQueue.add(child);
        wake(READ_EVENTS);
    }

    @Override
    public void onConnected(Socket s) {
        wake(WRITE_EVENTS);
    }

    @Override
    public void onReadable(Socket s, long bytesAvailable) {
        wake(READ_EVENTS);
    }

    @Override
    public void onWritable(Socket s) {
        wake(WRITE_EVENTS);
    }

    @Override
    public void onEndOfStream(Socket s) {
        wake(READ_EVENTS | Constants.POLLRDHUP);
    }

    @Override
    public void onClosed(Socket s) {
        wake(READ_EVENTS | WRITE_EVENTS | Constants.POLLHUP);
    }

    @Override
    public void onError(Socket s, int errno) {
        wake(READ_EVENTS | WRITE_EVENTS | Constants.POLLERR | Constants.POLLHUP);
    }

    /** Takes time stamps of what is sent from now on: SO_TIMESTAMPING. */
    void stampTransmissions(int flags) {
        tcp().tx_timestamps = flags == 0
                ? null
                : new TxTimestamps(tcp(), flags, (kind, key, timeNs) -> {
                    errors.stamped(kind, key, timeNs);
                    wake(Constants.POLLERR);
                });
    }

    /** Looks whether sends without copying have completed, of which the stack does not tell. */
    void noteCompletions() {
        if (errors.acknowledged(tcp().snd_una)) {
            wake(Constants.POLLERR);
        }
    }

    private void wake(int events) {
        for (EpollFile epoll : watchers) {
            epoll.wake(this, events);
        }
        onWake.run();
    }
}
