package org.bpfsim.tcp.psock;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.map.SocketLinks;
import org.bpfsim.bpf.map.SocketPrograms.Hook;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.SockCallbacks;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Cuts a stream into messages, whose lengths a program tells (Linux 6.12, __strp_recv() in net/strparser/strparser.c;
 * docs.kernel.org/networking/strparser.html). The program sees the buffer in which a message begins from the buffer's first
 * byte on, with all that has come since.
 */
final class StreamParser {
    private static final int ESTRPIPE = 86;
    private static final int ENODATA = 61;

    private final TcpSock sk;
    private final SocketLinks links;
    private final StreamVerdict verdict;

    /** The buffers in which the current message lies; null between messages. */
    private List<ByteRange> head;

    private int headBytes;
    private int headTruesize;
    /** Where in them it begins, how much of it is there, and how long it is if that is known. */
    private int offset;

    private int accumulated;
    private int fullBytes;

    private int neededBytes;
    private int passedBytes;
    private boolean readsOn;
    private boolean aborted;

    StreamParser(TcpSock sk, SocketLinks links, StreamVerdict verdict) {
        this.sk = sk;
        this.links = links;
        this.verdict = verdict;
    }

    /** Whether there is enough in the socket to go on (strp_data_ready()). */
    boolean wantsMore() {
        return !aborted && (neededBytes == 0 || sk.unread() >= neededBytes);
    }

    void beginRead() {
        passedBytes = 0;
        readsOn = true;
    }

    boolean readsOn() {
        return readsOn && !aborted;
    }

    /** Bytes that went to the socket's own reader since {@link #beginRead}. */
    int passedBytes() {
        return passedBytes;
    }

    /**
     * Takes what is left of a buffer, or a part of it.
     *
     * @param bytes of the whole buffer
     * @return how many were taken
     */
    int receive(StreamReader.Buffer buffer, List<ByteRange> bytes) {
        int length = buffer.bytes - buffer.taken;
        int eaten = 0;
        while (eaten < length && !aborted) {
            int candidate = length - eaten;
            int added = addToHead(buffer, bytes, buffer.taken + eaten);
            if (fullBytes == 0) {
                int told = parse();
                if (told == 0) {
                    accumulated += candidate;
                    return eaten + candidate;
                } else if (told < 0) {
                    abort(told == -ESTRPIPE && accumulated > 0 ? -ENODATA : told);
                    return eaten;
                } else if (told > sk.sk_rcvbuf) {
                    abort(-Errno.EMSGSIZE);
                    return eaten;
                } else if (told <= headBytes - added - offset) {
                    abort(-Errno.EPROTO); // it would have ended before this buffer
                    return eaten;
                }
                fullBytes = told;
            }
            int extra = accumulated + candidate - fullBytes;
            if (extra < 0) {
                boolean isMissing = fullBytes - accumulated > sk.unread();
                accumulated += candidate;
                if (isMissing) {
                    neededBytes = fullBytes - accumulated;
                    readsOn = false;
                }
                return eaten + candidate;
            }
            eaten += candidate - extra;
            deliver();
        }
        return eaten;
    }

    /** Adds a buffer to the message; returns how many bytes that are. */
    private int addToHead(StreamReader.Buffer buffer, List<ByteRange> bytes, int from) {
        if (head == null) {
            head = new ArrayList<>(bytes);
            headBytes = buffer.bytes;
            headTruesize = buffer.truesize;
            offset = from;
            accumulated = 0;
            fullBytes = 0;
            return buffer.bytes;
        }
        head.addAll(StreamVerdict.part(bytes, from, buffer.bytes - from));
        headBytes += buffer.bytes - from;
        headTruesize += buffer.truesize;
        return buffer.bytes - from;
    }

    private int parse() {
        Object program = links.program(Hook.SK_SKB_STREAM_PARSER);
        if (program == null) {
            return headBytes;
        }
        verdict.show(head, headBytes);
        return (int) SkPsock.run((BpfProgram) program, verdict.buffer(), sk);
    }

    private void deliver() {
        List<ByteRange> message = head;
        head = null;
        neededBytes = 0;
        if (verdict.decide(message, offset, fullBytes, headBytes, headTruesize)) {
            passedBytes += fullBytes;
        }
    }

    /** The stream cannot be read any more (strp_abort_strp()). */
    private void abort(int error) {
        aborted = true;
        head = null;
        sk.sk_err = -error;
        sk.raise(SockCallbacks.ERROR);
    }
}
