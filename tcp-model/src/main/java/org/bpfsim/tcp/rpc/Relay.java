package org.bpfsim.tcp.rpc;

import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;

/**
 * What a proxy does for a connection: reads what comes from either end and writes it to the other, in buffers of {@value
 * FrameReader#BUFFER_BYTES} bytes. It reads on when the buffer is empty, so that a slow reader slows its peer. The end of a stream
 * is passed on behind its last byte; when one connection breaks, so does the other. Bytes that a program of a sockmap redirects
 * from one socket to the other do not come here.
 */
public final class Relay {
    private final End client = new End();
    private final End server = new End();
    private final Owner owner;
    private boolean isOver;

    /** Who started it. */
    public interface Owner {
        /** Both connections are over, or one has broken. */
        void over(Relay relay);
    }

    /** @param fromClient the connection that was accepted */
    public Relay(Socket fromClient, Owner owner) {
        this.owner = owner;
        client.attach(fromClient);
        client.isConnected = true;
    }

    /** What deals with the connection from the client. */
    public SocketHandler clientSide() {
        return client;
    }

    /** What deals with the connection to the server. */
    public SocketHandler serverSide() {
        return server;
    }

    /** Says which is the connection to the server; its handler is {@link #serverSide}. */
    public void attach(Socket toServer) {
        server.attach(toServer);
    }

    /** Breaks the connection from the client: there is none to the server. */
    public void abort() {
        breakUp();
    }

    private void breakUp() {
        if (!isOver) {
            isOver = true;
            abort(client.socket);
            abort(server.socket);
            owner.over(this);
        }
    }

    private static void abort(Socket socket) {
        if (socket != null && !socket.isClosed()) {
            socket.abort();
        }
    }

    private void endIfDone() {
        if (!isOver && client.hasEnded && server.hasEnded && client.unwritten == 0 && server.unwritten == 0) {
            isOver = true;
            client.socket.close();
            server.socket.close();
            owner.over(this);
        }
    }

    private End other(End end) {
        return end == client ? server : client;
    }

    /** One of the two connections. */
    private final class End implements SocketHandler {
        private final ByteStream outgoing = new ByteStream();
        private Socket socket;
        private boolean isConnected;
        /** Bytes that were read from the other connection and that this one has not taken. */
        private int unwritten;
        /** Nothing more will come from here. */
        private boolean hasEnded;

        private boolean endIsPassedOn;

        void attach(Socket to) {
            socket = to;
            to.setPayload(outgoing);
        }

        @Override
        public void onConnected(Socket connected) {
            isConnected = true;
            other(this).pump();
        }

        @Override
        public void onReadable(Socket readable, long bytesAvailable) {
            pump();
        }

        @Override
        public void onWritable(Socket writable) {
            flush();
            other(this).pump();
        }

        @Override
        public void onEndOfStream(Socket ended) {
            hasEnded = true;
            passEndOn();
        }

        @Override
        public void onError(Socket failed, int errno) {
            breakUp();
        }

        /** Takes what has come to the other connection. */
        private void pump() {
            End to = other(this);
            while (!isOver && to.isConnected && to.unwritten == 0 && !socket.isClosed()) {
                int bytes = Math.min(socket.available(), FrameReader.BUFFER_BYTES);
                if (bytes == 0) {
                    break;
                }
                to.outgoing.append(socket, bytes);
                socket.read(bytes);
                socket.forgetRead();
                to.unwritten = bytes;
                to.flush();
                if (bytes < FrameReader.BUFFER_BYTES) {
                    break; // there was no more
                }
            }
            if (!isOver && !hasEnded && socket.atEndOfStream()) {
                hasEnded = true;
            }
            passEndOn();
        }

        private void flush() {
            if (unwritten > 0 && !isOver) {
                long taken = socket.write(unwritten);
                if (taken < 0) {
                    breakUp();
                } else {
                    unwritten -= (int) taken;
                }
            }
        }

        private void passEndOn() {
            End to = other(this);
            if (isOver || !hasEnded || endIsPassedOn || !to.isConnected || to.unwritten > 0) {
                return;
            }
            endIsPassedOn = true;
            to.socket.shutdown();
            endIfDone();
        }
    }
}
