package org.bpfsim.tcp.psock;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.bpfsim.bpf.map.SocketLinks;
import org.bpfsim.bpf.map.SocketLinks.Reading;
import org.bpfsim.tcp.input.ReceiveBuffer;
import org.bpfsim.tcp.input.ReceiveQueue;
import org.bpfsim.tcp.sock.SockCallbacks;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Takes what a socket receives out of TCP's queue as it comes, and lets programs decide on it: buffer by buffer (Linux 6.12,
 * sk_psock_verdict_data_ready() in net/core/skmsg.c, tcp_read_skb() in net/ipv4/tcp.c), or message by message ({@link
 * StreamParser}).
 */
final class StreamReader {
    /** What arrived together. */
    static final class Buffer {
        final int start;
        final int bytes;
        final int truesize;
        final boolean fin;
        /** How many of the bytes a parser has taken. */
        int taken;

        Buffer(int start, int bytes, int truesize, boolean fin) {
            this.start = start;
            this.bytes = bytes;
            this.truesize = truesize;
            this.fin = fin;
        }
    }

    private final TcpSock sk;
    private final Reading reading;
    private final Deque<Buffer> queue = new ArrayDeque<>();
    private final StreamVerdict verdict;
    private final StreamParser parser;

    StreamReader(SkPsock psock, TcpSock sk, SocketLinks links) {
        this.sk = sk;
        this.reading = links.reading();
        this.verdict = new StreamVerdict(psock, sk, links);
        this.parser = reading == Reading.PARSER ? new StreamParser(sk, links, verdict) : null;
        if (sk.unread() > 0) {
            queue.addLast(new Buffer(sk.copied_seq, sk.unread(), sk.receive_queue_truesize, sk.fin_received));
        }
    }

    Reading reading() {
        return reading;
    }

    void queued(int start, int end, int truesize, boolean fin) {
        queue.addLast(new Buffer(start, end - start - (fin ? 1 : 0), truesize, fin));
    }

    /** Bytes that no program has seen. */
    int waiting() {
        int bytes = 0;
        for (Buffer buffer : queue) {
            bytes += buffer.bytes - buffer.taken;
        }
        return bytes;
    }

    /** There is something new. */
    void dataReady() {
        if (parser == null) {
            decideOnAll();
        } else if (parser.wantsMore()) {
            parseAll();
        }
    }

    private void decideOnAll() {
        boolean fin = false;
        while (!queue.isEmpty() && !fin) {
            Buffer buffer = queue.removeFirst();
            fin = buffer.fin;
            release(buffer);
            boolean passed = verdict.decide(bytes(buffer), 0, buffer.bytes, buffer.bytes, buffer.truesize);
            if (!passed) {
                eat(buffer.bytes);
            }
        }
        sk.raise(SockCallbacks.READABLE);
    }

    private void parseAll() {
        parser.beginRead();
        int eaten = 0;
        while (!queue.isEmpty() && parser.readsOn()) {
            Buffer buffer = queue.peekFirst();
            int used = buffer.taken < buffer.bytes ? parser.receive(buffer, bytes(buffer)) : 0;
            buffer.taken += used;
            eaten += used;
            if (buffer.taken < buffer.bytes) {
                if (used == 0) {
                    break;
                }
                continue;
            }
            queue.removeFirst();
            release(buffer);
            if (buffer.fin) {
                break;
            }
        }
        eat(eaten - parser.passedBytes());
    }

    private List<ByteRange> bytes(Buffer buffer) {
        long offset = sk.bytes_received - (sk.rcv_nxt - buffer.start);
        return Outgoing.locate(sk.rx_payload, offset, buffer.bytes);
    }

    private void release(Buffer buffer) {
        sk.receive_queue_truesize -= buffer.truesize;
        sk.sk_rmem_alloc -= buffer.truesize;
    }

    /**
     * Bytes are gone from the socket: its window may open (tcp_eat_skb()). A negative number are those of a message that has become
     * complete and waits for the reader, after the beginning of it seemed to be gone.
     */
    private void eat(int bytes) {
        sk.copied_seq += bytes;
        if (bytes > 0) {
            ReceiveBuffer.afterRead(sk);
            ReceiveQueue.cleanup(sk);
        }
    }

    /** Leaves the rest to the socket's owner; the beginning of a message that is not complete is lost. */
    void stop(int unreadOwn) {
        sk.copied_seq = sk.rcv_nxt - (sk.fin_received ? 1 : 0) - waiting() - unreadOwn;
    }
}
