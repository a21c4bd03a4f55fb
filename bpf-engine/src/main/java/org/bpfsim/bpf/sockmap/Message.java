package org.bpfsim.bpf.sockmap;

import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.helper.Redirect;
import org.bpfsim.bpf.map.MapSocket;
import org.bpfsim.bpf.memory.ByteSource;
import org.bpfsim.bpf.types.Addresses;

/**
 * A message on its way into a socket, as {@code sk_msg} programs see it (docs.kernel.org/bpf/map_sockmap.html; Linux 6.12:
 * struct sk_msg, its helpers in net/core/filter.c). It is a row of pieces, of which a program sees the first one, or what it
 * asked for by {@code bpf_msg_pull_data}. A shared piece (sendfile, zero copy) belongs to the sender, who could change it: a
 * program sees nothing of it before it has pulled it.
 *
 * <p>What is not modelled: the bytes that {@code bpf_msg_push_data} adds are zero, where Linux leaves what was there.
 */
public final class Message implements Redirect {
    /** Linux 6.12: MAX_MSG_FRAGS in include/linux/skmsg.h, with CONFIG_MAX_SKB_FRAGS=17. */
    public static final int MAX_PIECES = 17;

    /** The largest run of pages that Linux hands out (6.12: MAX_PAGE_ORDER on x86-64). */
    private static final long MAX_PUSH_BYTES = 4 << 20;

    /** There is no piece: {@code data} is an address all the same. */
    private static final int EMPTY = -1;

    private static final int HIDDEN = -2;
    private static final byte[] NOTHING = new byte[0];

    private final Pieces pieces = new Pieces();
    private int size;

    private Object socket;
    /** The piece that programs see, whose bytes are made when one looks; or one of the two constants. */
    private int dataPiece;

    private int dataOffset;
    private int dataLength;

    private int applyBytes;
    private int corkBytes;
    private MapSocket redirect;
    private long redirectFlags;

    /** Begins an empty message; what programs said of the last one is forgotten. */
    public void clear(Object sender) {
        pieces.clear();
        size = 0;
        socket = sender;
        applyBytes = 0;
        corkBytes = 0;
        redirect = null;
        redirectFlags = 0;
        rewind();
    }

    /**
     * Adds a piece at the end, without a copy. {@link #rewind} shows it to programs.
     *
     * @param sharedWithSender whether the sender can still change it
     * @return false if there is no room for another piece
     */
    public boolean add(byte[] array, int offset, int length, boolean sharedWithSender) {
        if (pieces.isFull()) {
            return false;
        }
        pieces.append(array, offset, length, sharedWithSender);
        size += length;
        return true;
    }

    /** The same with bytes that are made when a program looks at them. */
    public boolean add(ByteSource source, long offset, int length, boolean sharedWithSender) {
        if (pieces.isFull()) {
            return false;
        }
        pieces.append(source, offset, length, sharedWithSender);
        size += length;
        return true;
    }

    /** Makes the last piece longer by bytes that lie behind it in the kernel's memory. */
    public void extend(ByteSource source, long offset, int length) {
        pieces.extendLast(source, offset, length);
        size += length;
    }

    /** Shows programs the first piece, as before each run (Linux 6.12: sk_msg_compute_data_pointers()). */
    public void rewind() {
        if (pieces.count() == 0) {
            show(EMPTY, 0, 0);
        } else if (pieces.isShared(0)) {
            show(HIDDEN, 0, 0);
        } else {
            show(0, 0, pieces.length(0));
        }
    }

    /** Takes so many bytes away from the front: they were sent, or dropped. */
    public void consume(int count) {
        int left = count;
        while (left > 0) {
            int some = Math.min(left, pieces.length(0));
            pieces.dropFront(0, some);
            left -= some;
            size -= some;
            if (pieces.length(0) == 0) {
                pieces.remove(0);
            }
        }
    }

    /** Bytes in all pieces: {@code size} of the context. */
    public int size() {
        return size;
    }

    /** How many pieces there are. */
    public int pieces() {
        return pieces.count();
    }

    /** Whether there is no room for another piece. */
    public boolean isFull() {
        return pieces.isFull();
    }

    /** Bytes of the first piece. */
    public int firstLength() {
        return pieces.length(0);
    }

    /**
     * Where the bytes of the first piece are that nobody has looked at, from {@link #firstOffset} on; null if they are in {@link
     * #firstBytes}.
     */
    public ByteSource firstSource() {
        return pieces.source(0);
    }

    /** The array of the first piece, or null: see {@link #firstSource}. */
    public byte[] firstBytes() {
        return pieces.isMade(0) ? pieces.bytes(0) : null;
    }

    /** Where the first piece begins in its array or source. */
    public long firstOffset() {
        return pieces.offset(0);
    }

    /** A copy of so many of the first bytes. */
    public byte[] bytes(int count) {
        byte[] copy = new byte[Math.min(count, size)];
        int at = 0;
        for (int i = 0; at < copy.length; i++) {
            int some = Math.min(pieces.length(i), copy.length - at);
            pieces.copy(i, 0, some, copy, at);
            at += some;
        }
        return copy;
    }

    /** The socket that sends the message, as programs see it in {@code sk}. */
    public Object socket() {
        return socket;
    }

    /** To how many bytes the verdict applies ({@code bpf_msg_apply_bytes}), an unsigned number; 0: to this message. */
    public int applyBytes() {
        return applyBytes;
    }

    void applyBytes(int count) {
        applyBytes = count;
    }

    /** How many bytes the program wants to see together ({@code bpf_msg_cork_bytes}), an unsigned number; 0: it has enough. */
    public int corkBytes() {
        return corkBytes;
    }

    void corkBytes(int count) {
        corkBytes = count;
    }

    @Override
    public void redirectTo(MapSocket target, long flags) {
        redirect = target;
        redirectFlags = flags;
    }

    /** The socket that a program named last; null if none. */
    public MapSocket redirect() {
        return redirect;
    }

    /** Whether the message goes to that socket's receive queue, not out by it. */
    public boolean redirectsToIngress() {
        return (redirectFlags & INGRESS) != 0;
    }

    long data(Addresses addresses) {
        if (dataPiece == HIDDEN) {
            return 0;
        } else if (dataPiece == EMPTY) {
            return addresses.ofBytes(NOTHING, 0, 0, true);
        }
        byte[] array = pieces.bytes(dataPiece);
        return addresses.ofBytes(array, (int) pieces.offset(dataPiece) + dataOffset, dataLength, true);
    }

    long dataEnd(Addresses addresses) {
        return dataPiece == HIDDEN ? 0 : data(addresses) + dataLength;
    }

    /** Makes {@code start} to {@code end} one piece of its own and shows it: 0 or a negated errno. */
    int pull(long start, long end) {
        if (end <= start) {
            return -Errno.EINVAL;
        }
        int first = 0;
        long before = 0;
        while (first < pieces.count() && start >= before + pieces.length(first)) {
            before += pieces.length(first++);
        }
        if (first == pieces.count()) {
            return -Errno.EINVAL;
        }
        long wanted = end - before;
        if (pieces.isShared(first) || wanted > pieces.length(first)) {
            int last = first;
            int together = 0;
            do {
                together += pieces.length(last++);
            } while (together < wanted && last < pieces.count());
            if (together < wanted) {
                return -Errno.EINVAL;
            }
            join(first, last, together);
        }
        show(first, (int) (start - before), (int) (end - start));
        return 0;
    }

    private void join(int first, int last, int together) {
        byte[] one = new byte[together];
        int at = 0;
        for (int i = first; i < last; i++) {
            pieces.copy(i, 0, pieces.length(i), one, at);
            at += pieces.length(i);
        }
        for (int i = last - 1; i > first; i--) {
            pieces.remove(i);
        }
        pieces.set(first, one, 0, together, false);
    }

    /** Inserts bytes before {@code start}: 0 or a negated errno. */
    int push(long start, long length) {
        if (length == 0) {
            return 0;
        } else if (start > size) {
            return -Errno.EINVAL;
        } else if (length > MAX_PUSH_BYTES) {
            return -Errno.ENOMEM;
        }
        int count = (int) length;
        int at = 0;
        int before = 0;
        while (at < pieces.count() && start >= before + pieces.length(at)) {
            before += pieces.length(at++);
        }
        int front = (int) start - before;
        int needed = front == 0 ? 1 : 2;
        if (pieces.count() + needed <= MAX_PIECES) {
            if (front > 0) {
                pieces.split(at, front, front);
                at++;
            }
            pieces.insert(at, new byte[count]);
        } else {
            // No room for more pieces: the one around the place is made anew, and is the program's own then.
            if (at == pieces.count()) {
                at--;
                front = pieces.length(at);
            }
            int back = pieces.length(at) - front;
            byte[] one = new byte[front + count + back];
            pieces.copy(at, 0, front, one, 0);
            pieces.copy(at, front, back, one, front + count);
            pieces.set(at, one, 0, one.length, false);
        }
        size += count;
        rewind();
        return 0;
    }

    /** Removes bytes from {@code start} on: 0 or a negated errno. */
    int pop(long start, long length) {
        if (length == 0) {
            return 0;
        } else if (start >= size || start + length > size) {
            return -Errno.EINVAL;
        }
        int at = 0;
        int before = 0;
        while (start >= before + pieces.length(at)) {
            before += pieces.length(at++);
        }
        int front = (int) start - before;
        int left = (int) length;
        if (front > 0) {
            int back = pieces.length(at) - front - left;
            if (back <= 0) {
                left -= pieces.length(at) - front;
                pieces.keepFront(at, front);
            } else {
                if (pieces.isFull()) {
                    byte[] one = new byte[front + back];
                    pieces.copy(at, 0, front, one, 0);
                    pieces.copy(at, front + left, back, one, front);
                    pieces.set(at, one, 0, one.length, false);
                } else {
                    pieces.split(at, front, front + left);
                }
                left = 0;
            }
            at++;
        }
        while (left > 0) {
            if (left < pieces.length(at)) {
                pieces.dropFront(at, left);
                left = 0;
            } else {
                left -= pieces.length(at);
                pieces.remove(at);
            }
        }
        size -= (int) length;
        rewind();
        return 0;
    }

    private void show(int piece, int offset, int length) {
        dataPiece = piece;
        dataOffset = offset;
        dataLength = length;
    }
}
