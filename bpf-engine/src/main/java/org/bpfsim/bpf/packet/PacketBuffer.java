package org.bpfsim.bpf.packet;

import java.util.Arrays;
import org.bpfsim.bpf.helper.Packet;
import org.bpfsim.bpf.helper.Redirect;
import org.bpfsim.bpf.map.MapSocket;
import org.bpfsim.bpf.memory.ByteSource;
import org.bpfsim.bpf.types.Addresses;

/**
 * A packet as programs of the plain families see it: bytes with room before and behind them, and the metadata of
 * {@code __sk_buff}. Serves as context of all three families.
 *
 * <pre>
 *   headroom … [meta data] [data …] … tailroom
 * </pre>
 */
public final class PacketBuffer implements Packet, Redirect {
    /** Linux: XDP_PACKET_HEADROOM in include/uapi/linux/bpf.h. */
    public static final int HEADROOM = 256;

    /** Room behind the packet: what of a page Linux's test run leaves (net/bpf/test_run.c). */
    private static final int FRAME_BYTES = 4096 - 320;

    private static final int ETHERNET_BYTES = 14;
    private static final int SKF_NET_OFF = -0x100000;
    private static final int SKF_LL_OFF = -0x200000;

    int mark;
    int priority;
    int tcIndex;
    int tcClassid;
    int queueMapping;
    int hash;
    long tstamp;
    final int[] cb = new int[5];

    private byte[] bytes = new byte[FRAME_BYTES];
    private int linkStart;
    private int metaStart;
    private int start;
    private int end;
    /** What it cannot be made shorter than. */
    private int leastBytes = ETHERNET_BYTES;

    /** Of a stream, in network byte order; a packet has it in its header. */
    private int streamProtocol;

    /** Of a stream: where bytes are that nobody has looked at. */
    private ByteSource source;

    private Object socket;
    private MapSocket redirect;
    private long redirectFlags;

    /**
     * Puts in a packet, metadata cleared.
     *
     * @param frame from the link layer's header on
     * @param dataFrom byte of it that {@code data} begins with: 0, or 14 for a socket filter
     */
    public void set(byte[] frame, int dataFrom) {
        put(frame, 0, frame.length);
        start = HEADROOM + Math.min(dataFrom, frame.length);
        metaStart = start;
        leastBytes = ETHERNET_BYTES;
        socket = null;
        streamProtocol = 0;
    }

    /**
     * Puts in a piece of a stream, metadata cleared: no headers, and it may become empty.
     *
     * @param stream the socket that it came to, as {@code sk} shows it; may be null
     * @param etherType {@code protocol}: 0x0800 for IPv4, 0x86dd for IPv6
     */
    public void setStream(byte[] data, int offset, int length, Object stream, int etherType) {
        setStream(
                (from, count, to, at) -> System.arraycopy(data, offset + (int) from, to, at, count),
                length,
                stream,
                etherType);
        make();
    }

    /** The same with bytes that are made when a program looks at them. */
    public void setStream(ByteSource bytesOfStream, int length, Object stream, int etherType) {
        clear(length);
        source = bytesOfStream;
        leastBytes = 0;
        socket = stream;
        streamProtocol = Short.reverseBytes((short) etherType) & 0xffff;
    }

    private void put(byte[] data, int offset, int length) {
        clear(length);
        System.arraycopy(data, offset, bytes, HEADROOM, length);
    }

    private void clear(int length) {
        if (HEADROOM + length > bytes.length) {
            bytes = new byte[HEADROOM + length];
        }
        Arrays.fill(bytes, (byte) 0);
        source = null;
        linkStart = HEADROOM;
        start = HEADROOM;
        metaStart = HEADROOM;
        end = HEADROOM + length;
        redirect = null;
        redirectFlags = 0;
        mark = 0;
        priority = 0;
        tcIndex = 0;
        tcClassid = 0;
        queueMapping = 0;
        hash = 0;
        tstamp = 0;
        Arrays.fill(cb, 0);
    }

    /** Whether a program has looked at the bytes; if not it has not changed them either. */
    public boolean isMade() {
        return source == null;
    }

    private void make() {
        if (source != null) {
            source.copyTo(0, end - start, bytes, start);
            source = null;
        }
    }

    /** The socket that the packet belongs to, or null. */
    public Object socket() {
        return socket;
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

    /** Whether the data goes to that socket's receive queue. */
    public boolean redirectsToIngress() {
        return (redirectFlags & INGRESS) != 0;
    }

    /** A copy of the data. */
    public byte[] data() {
        make();
        return Arrays.copyOfRange(bytes, start, end);
    }

    @Override
    public int length() {
        return end - start;
    }

    @Override
    public long data(Addresses addresses) {
        return meta(addresses) + (start - metaStart);
    }

    /** The address behind the last byte. */
    long dataEnd(Addresses addresses) {
        return meta(addresses) + (end - metaStart);
    }

    /** The address of the meta data before the packet; of the packet itself if there is none. */
    long meta(Addresses addresses) {
        make();
        return addresses.ofBytes(bytes, metaStart, end - metaStart, true);
    }

    /** The Ethernet type in network byte order, as it lies in memory. */
    int protocol() {
        if (leastBytes == 0) {
            return streamProtocol;
        }
        int at = linkStart + ETHERNET_BYTES - 2;
        return at + 2 > end ? 0 : bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8;
    }

    /** The index of {@code length} bytes at an offset from the data's start, or -1 if they are not in the packet. */
    private int index(long offset, long length) {
        make();
        return offset < 0 || length < 0 || offset + length > end - start ? -1 : start + (int) offset;
    }

    @Override
    public long load(int offset, int length) {
        int at;
        make();
        if (offset >= 0) {
            at = index(offset, length);
        } else {
            long from = offset >= SKF_NET_OFF
                    ? (long) linkStart + ETHERNET_BYTES + offset - SKF_NET_OFF
                    : (long) linkStart + offset - SKF_LL_OFF;
            at = offset >= SKF_LL_OFF && from >= linkStart && from + length <= end ? (int) from : -1;
        }
        if (at < 0) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        return value;
    }

    /** Copies bytes out of the packet; false if they are not in it. */
    boolean read(long offset, byte[] to) {
        int at = index(offset, to.length);
        if (at >= 0) {
            System.arraycopy(bytes, at, to, 0, to.length);
        }
        return at >= 0;
    }

    /** Copies bytes counted from the link layer's or the network layer's header; false if they are not in the packet. */
    boolean readFrom(boolean network, long offset, byte[] to) {
        make();
        long at = linkStart + (network ? ETHERNET_BYTES : 0) + offset;
        if (offset < 0 || at + to.length > end) {
            return false;
        }
        System.arraycopy(bytes, (int) at, to, 0, to.length);
        return true;
    }

    /** Copies bytes into the packet; false if it has no such place. */
    boolean write(long offset, byte[] from) {
        int at = index(offset, from.length);
        if (at >= 0) {
            System.arraycopy(from, 0, bytes, at, from.length);
        }
        return at >= 0;
    }

    /** Moves the packet's start, and the meta data with it ({@code bpf_xdp_adjust_head}); false if that is not possible. */
    boolean moveStart(int by) {
        int to = start + by;
        int meta = start - metaStart;
        // Linux keeps a struct xdp_frame (40 bytes) in the headroom.
        if (to < XDP_FRAME_BYTES + meta || to > end - leastBytes) {
            return false;
        }
        System.arraycopy(bytes, metaStart, bytes, to - meta, meta);
        metaStart = to - meta;
        start = to;
        linkStart = to;
        return true;
    }

    private static final int XDP_FRAME_BYTES = 40;
    private static final int MAX_META_BYTES = 255;

    /** Moves the meta data's start ({@code bpf_xdp_adjust_meta}): 0, or -1 outside the buffer, -2 for a wrong size. */
    int moveMeta(int by) {
        int to = metaStart + by;
        if (to < XDP_FRAME_BYTES || to > start) {
            return -1;
        } else if ((start - to & 3) != 0 || start - to > MAX_META_BYTES) {
            return -2;
        }
        metaStart = to;
        return 0;
    }

    /**
     * Moves a stream's start ({@code bpf_skb_adjust_room} of sk_skb): room is made as it is needed, and is zero. False if there
     * are not so many bytes to drop.
     */
    boolean adjustStart(int growBy) {
        make();
        if (-growBy > end - start) {
            return false;
        }
        if (start - growBy < 0) {
            byte[] larger = new byte[bytes.length + growBy];
            System.arraycopy(bytes, 0, larger, growBy, bytes.length);
            bytes = larger;
            start += growBy;
            end += growBy;
        }
        start -= growBy;
        metaStart = start;
        linkStart = start;
        if (growBy > 0) {
            Arrays.fill(bytes, start, start + growBy, (byte) 0);
        }
        return true;
    }

    /** Moves a stream's end; new bytes are zero. */
    void adjustEnd(int newLength) {
        make();
        if (start + newLength > bytes.length) {
            bytes = Arrays.copyOf(bytes, start + newLength);
        }
        if (start + newLength > end) {
            Arrays.fill(bytes, end, start + newLength, (byte) 0);
        }
        end = start + newLength;
    }

    /** Moves the packet's end; new bytes are zero. False if that is not possible. */
    boolean moveEnd(int by) {
        int to = end + by;
        if (to > bytes.length || to < start + leastBytes) {
            return false;
        }
        if (by > 0) {
            Arrays.fill(bytes, end, to, (byte) 0);
        }
        end = to;
        return true;
    }
}
