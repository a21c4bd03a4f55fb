package org.bpfsim.bpf.sockmap;

import java.util.Arrays;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.helper.Redirect;
import org.bpfsim.bpf.map.MapSocket;
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

    private static final byte[] NOTHING = new byte[0];

    private final byte[][] bytes = new byte[MAX_PIECES][];
    private final int[] offsets = new int[MAX_PIECES];
    private final int[] lengths = new int[MAX_PIECES];
    private final boolean[] shared = new boolean[MAX_PIECES];
    private int pieces;
    private int size;

    private Object socket;
    private byte[] dataBytes;
    private int dataOffset;
    private int dataLength;

    private int applyBytes;
    private int corkBytes;
    private MapSocket redirect;
    private long redirectFlags;

    /** Begins an empty message; what programs said of the last one is forgotten. */
    public void clear(Object sender) {
        Arrays.fill(bytes, null);
        pieces = 0;
        size = 0;
        socket = sender;
        applyBytes = 0;
        corkBytes = 0;
        forgetVerdict();
        rewind();
    }

    /** Forgets where the message was to go; the next run of a program says. */
    public void forgetVerdict() {
        redirect = null;
        redirectFlags = 0;
    }

    /**
     * Adds a piece at the end, without a copy. {@link #rewind} shows it to programs.
     *
     * @param sharedWithSender whether the sender can still change it
     * @return false if there is no room for another piece
     */
    public boolean add(byte[] array, int offset, int length, boolean sharedWithSender) {
        if (pieces == MAX_PIECES) {
            return false;
        }
        put(pieces, array, offset, length, sharedWithSender);
        pieces++;
        size += length;
        return true;
    }

    /** Shows programs the first piece, as before each run (Linux 6.12: sk_msg_compute_data_pointers()). */
    public void rewind() {
        if (pieces == 0) {
            show(NOTHING, 0, 0);
        } else if (shared[0]) {
            show(null, 0, 0);
        } else {
            show(bytes[0], offsets[0], lengths[0]);
        }
    }

    /** Takes so many bytes away from the front: they were sent, or dropped. */
    public void consume(int count) {
        int left = count;
        while (left > 0) {
            int some = Math.min(left, lengths[0]);
            offsets[0] += some;
            lengths[0] -= some;
            left -= some;
            size -= some;
            if (lengths[0] == 0) {
                removePiece(0);
            }
        }
    }

    /** Bytes in all pieces: {@code size} of the context. */
    public int size() {
        return size;
    }

    /** How many pieces there are. */
    public int pieces() {
        return pieces;
    }

    /** A copy of so many of the first bytes. */
    public byte[] bytes(int count) {
        byte[] copy = new byte[Math.min(count, size)];
        int at = 0;
        for (int i = 0; at < copy.length; i++) {
            int some = Math.min(lengths[i], copy.length - at);
            System.arraycopy(bytes[i], offsets[i], copy, at, some);
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
        return dataBytes == null ? 0 : addresses.ofBytes(dataBytes, dataOffset, dataLength, true);
    }

    long dataEnd(Addresses addresses) {
        return dataBytes == null ? 0 : data(addresses) + dataLength;
    }

    /** Makes {@code start} to {@code end} one piece of its own and shows it: 0 or a negated errno. */
    int pull(long start, long end) {
        if (end <= start) {
            return -Errno.EINVAL;
        }
        int first = 0;
        long before = 0;
        while (first < pieces && start >= before + lengths[first]) {
            before += lengths[first++];
        }
        if (first == pieces) {
            return -Errno.EINVAL;
        }
        long wanted = end - before;
        if (shared[first] || wanted > lengths[first]) {
            int last = first;
            int together = 0;
            do {
                together += lengths[last++];
            } while (together < wanted && last < pieces);
            if (together < wanted) {
                return -Errno.EINVAL;
            }
            join(first, last, together);
        }
        show(bytes[first], offsets[first] + (int) (start - before), (int) (end - start));
        return 0;
    }

    private void join(int first, int last, int together) {
        byte[] one = new byte[together];
        int at = 0;
        for (int i = first; i < last; i++) {
            System.arraycopy(bytes[i], offsets[i], one, at, lengths[i]);
            at += lengths[i];
        }
        for (int i = last - 1; i > first; i--) {
            removePiece(i);
        }
        put(first, one, 0, together, false);
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
        while (at < pieces && start >= before + lengths[at]) {
            before += lengths[at++];
        }
        int front = (int) start - before;
        int needed = front == 0 ? 1 : 2;
        if (pieces + needed <= MAX_PIECES) {
            if (front > 0) {
                splitPiece(at, front, front);
                at++;
            }
            insertPiece(at, new byte[count], 0, count, false);
        } else {
            // No room for more pieces: the one around the place is made anew, and is the program's own then.
            if (at == pieces) {
                at--;
                front = lengths[at];
            }
            byte[] one = new byte[lengths[at] + count];
            System.arraycopy(bytes[at], offsets[at], one, 0, front);
            System.arraycopy(bytes[at], offsets[at] + front, one, front + count, lengths[at] - front);
            put(at, one, 0, one.length, false);
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
        while (start >= before + lengths[at]) {
            before += lengths[at++];
        }
        int front = (int) start - before;
        int left = (int) length;
        if (front > 0) {
            int back = lengths[at] - front - left;
            if (back <= 0) {
                left -= lengths[at] - front;
                lengths[at] = front;
            } else {
                if (pieces < MAX_PIECES) {
                    splitPiece(at, front, front + left);
                } else {
                    byte[] one = new byte[front + back];
                    System.arraycopy(bytes[at], offsets[at], one, 0, front);
                    System.arraycopy(bytes[at], offsets[at] + front + left, one, front, back);
                    put(at, one, 0, one.length, false);
                }
                left = 0;
            }
            at++;
        }
        while (left > 0) {
            if (left < lengths[at]) {
                offsets[at] += left;
                lengths[at] -= left;
                left = 0;
            } else {
                left -= lengths[at];
                removePiece(at);
            }
        }
        size -= (int) length;
        rewind();
        return 0;
    }

    private void show(byte[] array, int offset, int length) {
        dataBytes = array;
        dataOffset = offset;
        dataLength = length;
    }

    private void put(int at, byte[] array, int offset, int length, boolean sharedWithSender) {
        bytes[at] = array;
        offsets[at] = offset;
        lengths[at] = length;
        shared[at] = sharedWithSender;
    }

    /** Makes two of a piece: what is before {@code end}, and what is from {@code begin} on. */
    private void splitPiece(int at, int end, int begin) {
        insertPiece(at + 1, bytes[at], offsets[at] + begin, lengths[at] - begin, shared[at]);
        lengths[at] = end;
    }

    private void insertPiece(int at, byte[] array, int offset, int length, boolean sharedWithSender) {
        move(at, at + 1, pieces - at);
        pieces++;
        put(at, array, offset, length, sharedWithSender);
    }

    private void removePiece(int at) {
        move(at + 1, at, pieces - at - 1);
        pieces--;
        bytes[pieces] = null;
    }

    private void move(int from, int to, int count) {
        System.arraycopy(bytes, from, bytes, to, count);
        System.arraycopy(offsets, from, offsets, to, count);
        System.arraycopy(lengths, from, lengths, to, count);
        System.arraycopy(shared, from, shared, to, count);
    }
}
