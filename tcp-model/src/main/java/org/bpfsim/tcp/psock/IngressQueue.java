package org.bpfsim.tcp.psock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * What programs have put before a socket's reader: bytes of other sockets, and its own that a verdict let pass (Linux 6.12:
 * ingress_msg of struct sk_psock; __sk_msg_recvmsg() in net/core/skmsg.c).
 */
final class IngressQueue {
    /** One message. */
    static final class Entry {
        private final List<ByteRange> ranges;
        /** Memory to be given back as a whole with the last byte; 0 if each byte is charged for itself. */
        private final int truesize;

        /** Bytes of the socket's own stream that are read with this message. */
        private int ownBytes;

        private int skip;
        private int left;

        /**
         * @param truesize memory that the buffer of the bytes occupies; 0 if they are charged one by one
         * @param ownBytes bytes of the socket's own stream that it stands for
         */
        Entry(List<ByteRange> ranges, int truesize, int ownBytes) {
            this.ranges = new ArrayList<>(ranges);
            this.truesize = truesize;
            this.ownBytes = ownBytes;
            ranges.forEach(range -> left += range.length());
        }

        int memory() {
            return truesize != 0 ? truesize : left;
        }
    }

    private final TcpSock sk;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private int bytes;
    private int memory;
    private int ownBytes;

    IngressQueue(TcpSock sk) {
        this.sk = sk;
    }

    /** Adds a message that has bytes; their memory is the socket's from now on. */
    void add(Entry entry) {
        entries.addLast(entry);
        bytes += entry.left;
        ownBytes += entry.ownBytes;
        memory += entry.memory();
        sk.sk_rmem_alloc += entry.memory();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Bytes that can be read. */
    int bytes() {
        return bytes;
    }

    /** Memory of what is queued, which is a part of the socket's {@code sk_rmem_alloc}. */
    int memory() {
        return memory;
    }

    /** Bytes of the socket's own stream that nobody has read. */
    int ownBytes() {
        return ownBytes;
    }

    /** Reads; returns how many bytes of the socket's own stream were among it. {@code count} are there. */
    int read(int count) {
        int own = 0;
        int wanted = count;
        while (wanted > 0) {
            Entry entry = entries.peekFirst();
            int some = Math.min(wanted, entry.left);
            int ownHere = some == entry.left ? entry.ownBytes : Math.min(some, entry.ownBytes);
            entry.ownBytes -= ownHere;
            own += ownHere;
            entry.left -= some;
            wanted -= some;
            skip(entry, some);
            if (entry.truesize == 0) {
                release(some);
            }
            if (entry.left == 0) {
                release(entry.truesize);
                entries.removeFirst();
            }
        }
        bytes -= count;
        ownBytes -= own;
        return own;
    }

    private void release(int freed) {
        memory -= freed;
        sk.sk_rmem_alloc -= freed;
    }

    private static void skip(Entry entry, int count) {
        entry.skip += count;
        while (!entry.ranges.isEmpty() && entry.skip >= entry.ranges.get(0).length()) {
            ByteRange done = entry.ranges.remove(0);
            entry.skip -= done.length();
            done.forget();
        }
    }

    /** Copies bytes that wait. */
    void peek(int offset, byte[] target, int targetOffset, int length) {
        int before = offset;
        int at = targetOffset;
        int wanted = length;
        for (Entry entry : entries) {
            int skip = entry.skip;
            for (ByteRange range : entry.ranges) {
                int here = range.length() - skip;
                if (wanted > 0 && before < here) {
                    int some = Math.min(wanted, here - before);
                    range.copyTo(skip + before, some, target, at);
                    at += some;
                    wanted -= some;
                    before = 0;
                } else {
                    before = Math.max(0, before - here);
                }
                skip = 0;
            }
        }
    }

    /** Throws all of it away. */
    void purge() {
        sk.sk_rmem_alloc -= memory;
        entries.clear();
        bytes = 0;
        memory = 0;
        ownBytes = 0;
    }
}
