package org.bpfsim.tcp.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.tcp.segment.Payload;
import org.bpfsim.tcp.segment.TcpSegment;

/**
 * A piece of cable that loses packets in bursts and flips bits. A segment with flipped bits is one that its receiver drops,
 * if the checksum finds them: that it does is checked here, on the bytes as they would be on the wire (RFC 9293, section
 * 3.1). The payload of what goes through is checked as well.
 */
final class HostileWire implements Node {
    private static final int IPV4_HEADER = 20;
    /** A burst of fewer bits than the checksum has is always found. */
    private static final int MAX_FLIPPED_BITS = 15;

    private final Node to;
    private final Random random;
    private final double burst;
    private final double corruption;
    private final byte[] bytes = new byte[70_000];
    private final TreeMap<Integer, Integer> places = new TreeMap<>();
    private int leftOfBurst;
    /** Loses everything. */
    boolean isCut;
    /** Segments that were dropped because of their checksum. */
    int corrupted;

    /** The bytes of a stream: each differs from those around it, and with the stream. */
    record Pattern(int stream) implements Payload {
        @Override
        public void copyTo(long streamOffset, int length, byte[] target, int targetOffset) {
            for (int i = 0; i < length; i++) {
                target[targetOffset + i] = at(streamOffset + i);
            }
        }

        byte at(long offset) {
            long mixed = (offset + stream) * 0x9e3779b97f4a7c15L;
            return (byte) (mixed >>> 40);
        }
    }

    /** @param burst how likely a packet begins a burst of losses; {@code corruption} how likely its bits are flipped */
    HostileWire(Node to, long seed, double burst, double corruption) {
        this.to = to;
        this.random = new Random(seed);
        this.burst = burst;
        this.corruption = corruption;
    }

    @Override
    public void receive(Packet packet, int ingressPort) {
        TcpSegment segment = (TcpSegment) packet;
        if (leftOfBurst == 0 && random.nextDouble() < burst) {
            leftOfBurst = 1 + random.nextInt(12);
        }
        if (isCut || leftOfBurst > 0) {
            leftOfBurst = Math.max(0, leftOfBurst - 1);
            segment.release();
        } else if (random.nextDouble() < corruption) {
            corrupt(segment);
            segment.release();
        } else {
            checkPlace(segment);
            to.receive(segment, ingressPort);
        }
    }

    private void corrupt(TcpSegment segment) {
        int length = segment.writeTo(bytes, 0);
        assertThat(checksum(length)).as("checksum of %s", segment).isEqualTo(0xffff);
        checkPayload(segment, length);
        int bits = 1 + random.nextInt(MAX_FLIPPED_BITS);
        int first = IPV4_HEADER * 8 + random.nextInt((length - IPV4_HEADER) * 8 - bits);
        for (int i = 0; i < bits; i++) {
            if (i == 0 || random.nextBoolean()) {
                bytes[(first + i) / 8] ^= (byte) (0x80 >> (first + i) % 8);
            }
        }
        assertThat(checksum(length)).as("checksum after %s bits", bits).isNotEqualTo(0xffff);
        corrupted++;
    }

    /** Between sequence number and place in the stream lies one number for all of the connection. */
    private void checkPlace(TcpSegment segment) {
        if (segment.payload instanceof Pattern pattern) {
            int place = segment.seq - (int) segment.payloadOffset;
            Integer before = places.putIfAbsent(pattern.stream, place);
            assertThat(before == null || before == place)
                    .as("place of %s", segment)
                    .isTrue();
        }
    }

    /** The bytes on the wire are those that the sequence numbers say. */
    private void checkPayload(TcpSegment segment, int length) {
        if (segment.payload instanceof Pattern pattern) {
            for (int i = 0; i < segment.length; i++) {
                byte expected = pattern.at(segment.payloadOffset + i);
                if (bytes[length - segment.length + i] != expected) {
                    throw new AssertionError("byte " + i + " of " + segment);
                }
            }
        }
    }

    /** The sum over pseudo header and segment, as a receiver makes it (RFC 1071). */
    private int checksum(int length) {
        int tcpBytes = length - IPV4_HEADER;
        long sum = 6L + tcpBytes;
        for (int i = 12; i < length; i++) {
            sum += (bytes[i] & 0xff) << ((i & 1) == 0 ? 8 : 0);
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (int) sum;
    }

    @Override
    public String name() {
        return "hostile wire before " + to.name();
    }
}
