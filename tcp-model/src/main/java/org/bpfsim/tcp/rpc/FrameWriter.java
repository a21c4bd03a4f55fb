package org.bpfsim.tcp.rpc;

import org.bpfsim.sim.Event;
import org.bpfsim.tcp.app.Socket;

/**
 * Sends frames over a connection, each with one call or in pieces as a program does that makes an answer bit by bit. Hot path:
 * no allocation but for growth.
 */
public final class FrameWriter {
    private final Pieces pieces;
    private final FrameStream stream = new FrameStream();
    private final Gap gap = new Gap();
    private final Runnable goOn = this::writePieces;
    private Socket socket;
    /** Bytes of frames for which no write was made yet. */
    private long unwritten;

    /** Whether pieces are being written. */
    private boolean isWriting;

    /**
     * How frames are cut.
     *
     * @param bytes of a write, 0 for any number
     * @param gapPs from one write to the next
     */
    public record Pieces(int bytes, long gapPs) {
        /** One call for each frame. */
        public static final Pieces WHOLE = new Pieces(0, 0);
    }

    /** Over no connection yet. */
    public FrameWriter(Pieces pieces) {
        this.pieces = pieces;
    }

    /** Says which connection the frames go over; nothing must have been sent over it. */
    public void attach(Socket to) {
        this.socket = to;
        to.setPayload(stream);
    }

    /** Sends a frame; its parts are those of {@link FrameStream#add}. */
    public void send(int headerBytes, int payloadBytes, long id, long answerBytes, long workNs) {
        long bytes = stream.add(headerBytes, payloadBytes, id, answerBytes, workNs);
        if (pieces.bytes == 0) {
            socket.writeAll(bytes);
            return;
        }
        unwritten += bytes;
        if (!isWriting) {
            isWriting = true;
            writePieces();
        }
    }

    /** Whether all that was to be sent is in the hands of the socket. */
    public boolean isIdle() {
        return unwritten == 0;
    }

    private void writePieces() {
        while (unwritten > 0 && !socket.isClosed()) {
            long bytes = Math.min(pieces.bytes, unwritten);
            unwritten -= bytes;
            socket.writeAll(bytes);
            if (unwritten > 0 && pieces.gapPs > 0) {
                socket.tcp().kernel.scheduler.after(pieces.gapPs, gap);
                return;
            }
        }
        isWriting = false;
    }

    private final class Gap extends Event {
        @Override
        protected void fire(long nowPs) {
            socket.task().post(goOn);
        }

        @Override
        public String toString() {
            return "next piece of a frame on " + socket.tcp().kernel.hostName;
        }
    }
}
