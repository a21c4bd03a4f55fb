package org.bpfsim.sim.packet;

import org.bpfsim.sim.Fingerprint;

/** A packet without a protocol: counts its releases, and on the wire is an IPv4 header of UDP and zeros. */
public class TestPacket extends Packet {
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int UDP_PROTOCOL = 17;

    public int releases;

    public static TestPacket of(long id, int srcHost, int dstHost, int wireBytes) {
        TestPacket packet = new TestPacket();
        packet.id = id;
        packet.srcHost = srcHost;
        packet.dstHost = dstHost;
        packet.wireBytes = wireBytes;
        packet.ipBytes = wireBytes;
        packet.flowHash = (int) Fingerprint.mix64(((long) srcHost << Integer.SIZE) + dstHost);
        return packet;
    }

    public TestPacket ecn(int codepoint) {
        ecn = codepoint;
        return this;
    }

    @Override
    public void release() {
        releases++;
    }

    @Override
    public int writeTo(byte[] buffer, int offset) {
        java.util.Arrays.fill(buffer, offset, offset + ipBytes, (byte) 0);
        buffer[offset] = 0x45;
        buffer[offset + 1] = (byte) (dscp << 2 | ecn);
        buffer[offset + 2] = (byte) (ipBytes >> 8);
        buffer[offset + 3] = (byte) ipBytes;
        buffer[offset + 8] = 64;
        buffer[offset + 9] = UDP_PROTOCOL;
        buffer[offset + 12] = 10;
        buffer[offset + 15] = (byte) srcHost;
        buffer[offset + 16] = 10;
        buffer[offset + IPV4_HEADER_BYTES - 1] = (byte) dstHost;
        return ipBytes;
    }

    @Override
    public long traceHash() {
        return id * 4 + ecn;
    }
}
