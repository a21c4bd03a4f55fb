package org.bpfsim.tcp.rpc;

import java.util.Arrays;
import org.bpfsim.tcp.app.Socket;

/**
 * Takes a stream of frames apart as it comes, as a program does that reads into a buffer and keeps what is not complete. Hot
 * path: no allocation but for growth.
 */
public final class FrameReader {
    /** Bytes that a program's buffer for read() has. */
    public static final int BUFFER_BYTES = 64 * 1024;

    private static final int INITIAL_FRAMES = 2;
    private static final int NUMBERS = 4;

    /** Hears of complete frames. */
    public interface Sink {
        /**
         * A frame has been read to its end.
         *
         * @param bytes of the whole frame
         * @param id what its header says, and so for the other two
         */
        void frame(Socket socket, long bytes, long id, long answerBytes, long workNs);

        /** What comes is no stream of frames: bytes were lost or changed on their way. It is not read any further. */
        void broken(Socket socket);
    }

    private final byte[] beginning = new byte[RpcFraming.MEANING_BYTES];
    private final Sink sink;
    /** Frames that end within the bytes of one read(). */
    private long[] complete = new long[INITIAL_FRAMES * NUMBERS];

    /** Bytes of the current frame that were seen, and how many it has if that is known. */
    private long seenBytes;

    private long frameBytes;
    private long reads;
    private long partialReads;
    private boolean isBroken;

    public FrameReader(Sink sink) {
        this.sink = sink;
    }

    /**
     * Something can be read: reads until a read() brings less than the buffer holds, and hands on the frames that are
     * complete. The sink may close the socket, which ends it.
     *
     * @return bytes that were read
     */
    public long readable(Socket socket) {
        long all = 0;
        int bytes = BUFFER_BYTES;
        while (bytes == BUFFER_BYTES && !isBroken && !socket.isClosed()) {
            bytes = Math.min(socket.available(), BUFFER_BYTES);
            if (bytes > 0) {
                int frames = look(socket, bytes);
                socket.read(bytes);
                reads++;
                all += bytes;
                if (seenBytes > 0) {
                    partialReads++;
                } else {
                    socket.forgetRead();
                }
                isBroken = frames < 0;
                handOn(socket, isBroken ? -1 - frames : frames);
            }
        }
        return all;
    }

    private void handOn(Socket socket, int frames) {
        for (int at = 0; at < frames * NUMBERS && !socket.isClosed(); at += NUMBERS) {
            sink.frame(socket, complete[at], complete[at + 1], complete[at + 2], complete[at + 3]);
        }
        if (isBroken && !socket.isClosed()) {
            sink.broken(socket);
        }
    }

    /** Calls of read() so far. */
    public long reads() {
        return reads;
    }

    /** Those after which a part of a frame was there and no more. */
    public long partialReads() {
        return partialReads;
    }

    /** Goes through the next bytes; returns how many frames end in them, or -1 less that number if others are none. */
    private int look(Socket socket, int bytes) {
        int frames = 0;
        int at = 0;
        while (at < bytes) {
            if (seenBytes < RpcFraming.MEANING_BYTES) {
                int part = (int) Math.min(RpcFraming.MEANING_BYTES - seenBytes, bytes - at);
                socket.peek(at, beginning, (int) seenBytes, part);
                at += part;
                seenBytes += part;
                if (seenBytes == RpcFraming.MEANING_BYTES) {
                    frameBytes = frameBytes();
                    if (frameBytes < 0) {
                        return -1 - frames;
                    }
                }
            }
            if (seenBytes >= RpcFraming.MEANING_BYTES) {
                long part = Math.min(frameBytes - seenBytes, bytes - at);
                at += (int) part;
                seenBytes += part;
                if (seenBytes == frameBytes) {
                    keep(frames++);
                    seenBytes = 0;
                }
            }
        }
        return frames;
    }

    /** The length of the current frame, or -1 if its lengths cannot be. */
    private long frameBytes() {
        long header = RpcFraming.headerBytes(beginning, 0);
        long payload = RpcFraming.payloadBytes(beginning, 0);
        boolean isFrame = header >= RpcFraming.MIN_HEADER_BYTES && payload >= 0;
        return isFrame ? RpcFraming.DESCRIPTOR_BYTES + header + payload : -1;
    }

    private void keep(int frame) {
        int at = frame * NUMBERS;
        if (at == complete.length) {
            complete = Arrays.copyOf(complete, 2 * at);
        }
        complete[at] = frameBytes;
        complete[at + 1] = RpcFraming.id(beginning, 0);
        complete[at + 2] = RpcFraming.answerBytes(beginning, 0);
        complete[at + 3] = RpcFraming.workNs(beginning, 0);
    }
}
