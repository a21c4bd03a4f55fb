package org.bpfsim.sim.pcap;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.PortTap;
import org.bpfsim.sim.packet.Packet;

/**
 * Writes a capture of any number of ports in the order of time. A packet is stamped when its transmission begins, or, on
 * the receiving side, when its last bit has arrived; so a host's own view is its NIC's {@link #outgoing} and its access
 * port's {@link #incoming}.
 *
 * <p>A port knows when a packet will leave as soon as it accepts it, so records are held back until time has reached
 * them. Failures to write surface as {@link UncheckedIOException} from the simulation. Not a hot path.
 */
public final class PcapWriter implements Closeable {
    /** Longest part of a packet that is kept unless told otherwise: the largest IP packet. */
    public static final int WHOLE_PACKETS = 65_535;

    private static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
    private static final short VERSION_MAJOR = 2;
    private static final short VERSION_MINOR = 4;
    /** Packets begin with an IPv4 or IPv6 header; its version field says which. */
    private static final int LINKTYPE_RAW = 101;

    private static final int FILE_HEADER_BYTES = 24;
    private static final int RECORD_HEADER_BYTES = 16;

    private final OutputStream out;
    private final int snapBytes;
    private final PriorityQueue<Record> held =
            new PriorityQueue<>(Comparator.comparingLong(Record::timePs).thenComparingLong(Record::order));
    private long nextOrder;
    private byte[] scratch = new byte[WHOLE_PACKETS];

    /** Starts a capture on a stream, which {@link #close} will close. */
    public PcapWriter(OutputStream out) throws IOException {
        this(out, WHOLE_PACKETS);
    }

    /** @param snapBytes how much of each packet to keep, from its start; positive */
    public PcapWriter(OutputStream out, int snapBytes) throws IOException {
        if (snapBytes <= 0) {
            throw new IllegalArgumentException("snap length is " + snapBytes + " bytes, must be positive");
        }
        this.out = out;
        this.snapBytes = snapBytes;
        out.write(littleEndian(FILE_HEADER_BYTES)
                .putInt(MAGIC_NANOSECONDS)
                .putShort(VERSION_MAJOR)
                .putShort(VERSION_MINOR)
                .putInt(0) // time zone: none
                .putInt(0) // accuracy of time stamps: not stated, as everywhere
                .putInt(snapBytes)
                .putInt(LINKTYPE_RAW)
                .array());
    }

    /** A tap that records what its port sends. */
    public PortTap outgoing() {
        return new PortTap() {
            @Override
            public void onTransmit(long nowPs, long startPs, Packet packet) {
                hold(nowPs, startPs, packet);
            }
        };
    }

    /** A tap that records what arrives over its port's link. */
    public PortTap incoming() {
        return new PortTap() {
            @Override
            public void onArrival(long nowPs, Packet packet) {
                hold(nowPs, nowPs, packet);
            }
        };
    }

    /** Writes all that was recorded, including packets whose transmission has not begun, and closes the stream. */
    @Override
    public void close() throws IOException {
        try (out) {
            writeUpTo(SimTime.NEVER);
        }
    }

    private void hold(long nowPs, long timePs, Packet packet) {
        try {
            writeUpTo(nowPs - 1);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the capture", e);
        }
        if (packet.ipBytes > scratch.length) {
            scratch = new byte[packet.ipBytes];
        }
        int length = packet.writeTo(scratch, 0);
        held.add(new Record(timePs, nextOrder++, length, Arrays.copyOf(scratch, Math.min(length, snapBytes))));
    }

    private void writeUpTo(long timePs) throws IOException {
        while (!held.isEmpty() && held.peek().timePs() <= timePs) {
            Record next = held.remove();
            out.write(littleEndian(RECORD_HEADER_BYTES)
                    .putInt((int) (next.timePs() / SimTime.PS_PER_S))
                    .putInt((int) (next.timePs() % SimTime.PS_PER_S / SimTime.PS_PER_NS))
                    .putInt(next.bytes().length)
                    .putInt(next.length())
                    .array());
            out.write(next.bytes());
        }
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A packet as captured; {@code order} is its place among records of one instant. */
    private record Record(long timePs, long order, int length, byte[] bytes) {}
}
