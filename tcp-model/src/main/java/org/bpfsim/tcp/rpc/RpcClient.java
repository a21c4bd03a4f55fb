package org.bpfsim.tcp.rpc;

import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;

/**
 * The asking end of a connection. Requests may be on their way at the same time; answers come in their order. Hot path: no
 * allocation but for growth.
 */
public final class RpcClient implements SocketHandler, FrameReader.Sink {
    private final int headerBytes;
    private final Owner owner;
    private final FrameWriter writer;
    private final FrameReader reader = new FrameReader(this);
    private Socket socket;
    private int outstanding;
    private boolean isConnected;
    private boolean isOver;

    /** Whose requests these are. */
    public interface Owner {
        /** Requests may be sent now. */
        void connected(RpcClient connection);

        /** An answer was read to its end. */
        void answered(RpcClient connection, long id);

        /** So many bytes were read. */
        default void read(RpcClient connection, long bytes) {}

        /** The connection is over, and requests without an answer will have none. */
        void over(RpcClient connection, int errno);
    }

    /** @param headerBytes of each request */
    public RpcClient(int headerBytes, FrameWriter.Pieces pieces, Owner owner) {
        this.headerBytes = headerBytes;
        this.owner = owner;
        this.writer = new FrameWriter(pieces);
    }

    /** Says over which connection; the socket's handler is this. */
    public void attach(Socket to) {
        socket = to;
        writer.attach(to);
    }

    public Socket socket() {
        return socket;
    }

    /** What has been read so far. */
    public FrameReader reader() {
        return reader;
    }

    /** Requests that were sent and not answered. */
    public int outstanding() {
        return outstanding;
    }

    /** Whether requests can be sent. */
    public boolean isOpen() {
        return isConnected && !isOver;
    }

    /** Whether requests could be sent at some time. */
    public boolean wasOpen() {
        return isConnected;
    }

    /**
     * Sends a request.
     *
     * @param payloadBytes what it carries
     * @param id by which its answer is known
     * @param answerBytes payload that the answer is to have
     * @param workNs work that it takes
     */
    public void ask(int payloadBytes, long id, long answerBytes, long workNs) {
        outstanding++;
        writer.send(headerBytes, payloadBytes, id, answerBytes, workNs);
    }

    /** Ends the connection: the server reads the end of the stream and closes as well. */
    public void close() {
        isOver = true;
        socket.close();
    }

    @Override
    public void onConnected(Socket connected) {
        isConnected = true;
        owner.connected(this);
    }

    @Override
    public void onReadable(Socket readable, long bytesAvailable) {
        owner.read(this, reader.readable(readable));
    }

    @Override
    public void frame(Socket from, long bytes, long id, long answerBytes, long workNs) {
        outstanding--;
        owner.answered(this, id);
    }

    @Override
    public void broken(Socket from) {
        from.abort();
        end(0);
    }

    @Override
    public void onEndOfStream(Socket ended) {
        ended.close();
        end(0);
    }

    @Override
    public void onError(Socket failed, int errno) {
        failed.close();
        end(errno);
    }

    /** A frame, or a part of it, was not sent: nothing that follows would be understood. */
    @Override
    public void onWriteError(Socket failed, int errno) {
        failed.abort();
        end(errno);
    }

    private void end(int errno) {
        if (!isOver) {
            isOver = true;
            owner.over(this, errno);
        }
    }
}
