package org.bpfsim.tcp.psock;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.SockCallbacks;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * What other sockets' streams have been redirected to a socket, until a worker of the kernel has sent it or put it before the
 * reader (Linux 6.12: ingress_skb of struct sk_psock, sk_psock_backlog() in net/core/skmsg.c).
 */
final class Backlog {
    private static final class Item {
        final List<ByteRange> ranges;
        final int truesize;
        final int ownBytes;
        final boolean ingress;
        int next;

        Item(List<ByteRange> ranges, int truesize, int ownBytes, boolean ingress) {
            this.ranges = ranges;
            this.truesize = truesize;
            this.ownBytes = ownBytes;
            this.ingress = ingress;
        }
    }

    private final SkPsock psock;
    private final TcpSock sk;
    private final Deque<Item> items = new ArrayDeque<>();
    private final Deferred worker;
    private int ownBytes;

    Backlog(SkPsock psock, TcpSock sk) {
        this.psock = psock;
        this.sk = sk;
        this.worker = new Deferred(sk, this::work);
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /** Bytes of the socket's own stream in here. */
    int ownBytes() {
        return ownBytes;
    }

    /**
     * Adds a buffer.
     *
     * @param truesize its memory
     * @param ownBytes bytes of the socket's own stream that it stands for
     * @param ingress whether it is for the socket's reader, not to be sent
     */
    void add(List<ByteRange> ranges, int truesize, int ownBytes, boolean ingress) {
        items.addLast(new Item(ranges, truesize, ownBytes, ingress));
        this.ownBytes += ownBytes;
        schedule();
    }

    /** Lets the worker look at the backlog as soon as it can. */
    void schedule() {
        worker.soon();
    }

    void purge() {
        items.clear();
        ownBytes = 0;
    }

    private void work() {
        while (!items.isEmpty() && psock.takesBytes()) {
            int result = sk.sk_dead ? -Errno.EIO : handle(items.peekFirst());
            if (result == -Errno.EAGAIN) {
                worker.atNextTick();
                break;
            } else if (result < 0) {
                // A hard error ends the flow of bytes to this socket for good.
                psock.stop();
                sk.sk_err = -result;
                sk.raise(SockCallbacks.ERROR);
            } else {
                ownBytes -= items.removeFirst().ownBytes;
            }
        }
        sk.deliverEvents();
    }

    private int handle(Item item) {
        int bytes = 0;
        for (ByteRange range : item.ranges) {
            bytes += range.length();
        }
        if (bytes == 0) {
            return -Errno.EPIPE; // a FIN: nothing can be sent of it, which Linux takes for an error
        }
        return item.ingress ? toReader(item) : send(item);
    }

    private int toReader(Item item) {
        boolean isOwn = item.ownBytes > 0;
        if (!isOwn && sk.sk_rmem_alloc > sk.sk_rcvbuf) {
            return -Errno.EAGAIN;
        }
        psock.toReader(new IngressQueue.Entry(item.ranges, item.truesize, item.ownBytes));
        return 0;
    }

    private int send(Item item) {
        if (sk.sk_wmem_alloc >= sk.sk_sndbuf >> 1) {
            return -Errno.EAGAIN;
        }
        while (item.next < item.ranges.size()) {
            ByteRange range = item.ranges.get(item.next);
            long taken = psock.sendRedirected(range);
            if (taken < 0) {
                return (int) taken;
            } else if (taken < range.length()) {
                item.ranges.set(item.next, range.from((int) taken));
                return -Errno.EAGAIN;
            }
            item.next++;
        }
        return 0;
    }
}
