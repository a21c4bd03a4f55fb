package org.bpfsim.tcp.rpc;

import java.util.Arrays;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;

/**
 * The answering end of a connection: takes requests one after the other, in their order, and has a service answer them. Hot
 * path: no allocation but for growth.
 */
public final class RpcServer implements SocketHandler, FrameReader.Sink {
    private static final int INITIAL_REQUESTS = 2;
    private static final int NUMBERS = 4;

    private final Socket socket;
    private final int headerBytes;
    private final Service service;
    private final FrameWriter writer;
    private final FrameReader reader = new FrameReader(this);
    /** A ring of requests that were read and not answered; its size is a power of two. */
    private long[] ring = new long[INITIAL_REQUESTS * NUMBERS];

    private long first;
    private long next;
    private boolean isBusy;

    /** What is done for a request. */
    public interface Service {
        /** A request's turn has come: {@link RpcServer#answer} is to be called, now or later. */
        void serve(RpcServer connection);

        /** So many bytes were read. */
        default void read(RpcServer connection, long bytes) {}

        /** The connection is over; what was read of it and not answered will not be. */
        default void over(RpcServer connection) {}
    }

    /**
     * @param socket that was accepted and given to its thread
     * @param headerBytes of each answer
     */
    public RpcServer(Socket socket, int headerBytes, FrameWriter.Pieces pieces, Service service) {
        this.socket = socket;
        this.headerBytes = headerBytes;
        this.service = service;
        this.writer = new FrameWriter(pieces);
        writer.attach(socket);
    }

    public Socket socket() {
        return socket;
    }

    /** What has been read so far. */
    public FrameReader reader() {
        return reader;
    }

    /** The id of the request that is being served. */
    public long id() {
        return ring[slot(first) + 1];
    }

    /** Bytes of its frame. */
    public long requestBytes() {
        return ring[slot(first)];
    }

    /** Bytes of payload that it asks for. */
    public long answerBytes() {
        return ring[slot(first) + 2];
    }

    /** The work that it takes, in nanoseconds. */
    public long workNs() {
        return ring[slot(first) + 3];
    }

    /** Answers the request that is being served, and goes on to the next. */
    public void answer() {
        if (socket.isClosed()) {
            return;
        }
        writer.send(headerBytes, (int) answerBytes(), id(), 0, 0);
        first++;
        isBusy = false;
        serveNext();
    }

    @Override
    public void onReadable(Socket readable, long bytesAvailable) {
        service.read(this, reader.readable(readable));
    }

    @Override
    public void frame(Socket from, long bytes, long id, long answerBytes, long workNs) {
        if (next - first == ring.length / NUMBERS) {
            grow();
        }
        int at = slot(next++);
        ring[at] = bytes;
        ring[at + 1] = id;
        ring[at + 2] = answerBytes;
        ring[at + 3] = workNs;
        serveNext();
    }

    /** One at a time; a service that answers at once is not called from within its own answer. */
    private void serveNext() {
        if (isServing) {
            return;
        }
        isServing = true;
        while (!isBusy && first < next && !socket.isClosed()) {
            isBusy = true;
            service.serve(this);
        }
        isServing = false;
    }

    private boolean isServing;

    @Override
    public void broken(Socket from) {
        from.abort();
        service.over(this);
    }

    @Override
    public void onEndOfStream(Socket ended) {
        ended.close();
        service.over(this);
    }

    @Override
    public void onError(Socket failed, int errno) {
        failed.close();
        service.over(this);
    }

    /** A frame, or a part of it, was not sent: nothing that follows would be understood. */
    @Override
    public void onWriteError(Socket failed, int errno) {
        failed.abort();
        service.over(this);
    }

    private int slot(long request) {
        return (int) (request & ring.length / NUMBERS - 1) * NUMBERS;
    }

    private void grow() {
        long[] old = ring;
        int oldFrames = old.length / NUMBERS;
        ring = Arrays.copyOf(old, 2 * old.length);
        for (long request = first; request < next; request++) {
            System.arraycopy(old, (int) (request & oldFrames - 1) * NUMBERS, ring, slot(request), NUMBERS);
        }
    }
}
