package org.bpfsim.tcp.segment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TcpSegmentTest {
    private final SegmentPool pool = new SegmentPool();

    private TcpSegment segment(IpAddress src, IpAddress dst) {
        TcpSegment s = pool.take();
        s.src = src;
        s.dst = dst;
        s.srcPort = 40_000;
        s.dstPort = 80;
        s.seq = 0x01020304;
        s.ack = 0x05060708;
        s.flags = TcpSegment.ACK | TcpSegment.PSH;
        s.window = 502;
        return s;
    }

    private static TcpSegment v4(TcpSegmentTest test) {
        return test.segment(IpAddress.v4(0x0a000001), IpAddress.v4(0x0a000002));
    }

    private static int sum16(byte[] b, int at, int length) {
        long sum = 0;
        for (int i = 0; i < length; i += 2) {
            sum += (b[at + i] & 0xff) << 8 | (i + 1 < length ? b[at + i + 1] & 0xff : 0);
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (int) sum;
    }

    @Test
    void rfc1071_headersOfAnIpv4SegmentSumToAllOnes() {
        TcpSegment s = v4(this);
        s.hasTimestamps = true;
        s.tsval = 7;
        s.tsecr = 9;
        s.length = 3;
        s.payload = (offset, length, target, at) -> {
            for (int i = 0; i < length; i++) {
                target[at + i] = (byte) (offset + i);
            }
        };
        s.payloadOffset = 100;
        s.seal(38);
        byte[] bytes = new byte[100];
        int written = s.writeTo(bytes, 4);

        assertThat(written).isEqualTo(20 + 32 + 3).isEqualTo(s.ipBytes);
        assertThat(s.wireBytes).isEqualTo(written + 38);
        assertThat(bytes[4] & 0xff).isEqualTo(0x45);
        assertThat(bytes[4 + 52]).isEqualTo((byte) 100);
        assertThat(sum16(bytes, 4, 20)).as("IP header").isEqualTo(0xffff);
        int pseudo = sum16(bytes, 4 + 12, 8) + 6 + 35;
        int total = pseudo + sum16(bytes, 4 + 20, 35);
        assertThat((total & 0xffff) + (total >> 16)).as("TCP").isEqualTo(0xffff);
    }

    @Test
    void writesAnIpv6Header() {
        TcpSegment s = segment(IpAddress.v6(0x20010db8_00000000L, 1), IpAddress.v6(0x20010db8_00000000L, 2));
        s.ecn = 2;
        s.dscp = 10;
        s.seal(0);
        byte[] bytes = new byte[80];
        assertThat(s.writeTo(bytes, 0)).isEqualTo(60);
        assertThat((bytes[0] & 0xf0) >> 4).isEqualTo(6);
        assertThat((bytes[0] & 0xf) << 4 | (bytes[1] & 0xf0) >> 4)
                .as("traffic class")
                .isEqualTo(10 << 2 | 2);
        assertThat(bytes[4] << 8 | bytes[5]).as("payload length").isEqualTo(20);
        assertThat(bytes[6]).as("next header").isEqualTo((byte) 6);
    }

    @Test
    void laysOutTheOptionsOfASynAsLinuxDoes() {
        TcpSegment s = v4(this);
        s.flags = TcpSegment.SYN;
        s.mss = 1460;
        s.sackPermitted = true;
        s.hasTimestamps = true;
        s.wscale = 7;
        s.seal(0);
        byte[] bytes = new byte[80];
        s.writeTo(bytes, 0);
        int[] expected = {2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 7};
        assertThat(s.optionBytes()).isEqualTo(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(bytes[40 + i] & 0xff).as("byte " + i + " of the options").isEqualTo(expected[i]);
        }
    }

    @Test
    void fourSackBlocksFillTheOptions() {
        TcpSegment s = v4(this);
        for (int i = 0; i < 4; i++) {
            s.addSack(10 * i, 10 * i + 5);
        }
        assertThat(s.optionBytes()).isEqualTo(36);
    }

    @Test
    void synAndFinOccupyASequenceNumber() {
        TcpSegment s = v4(this);
        s.length = 10;
        s.flags |= TcpSegment.FIN;
        assertThat(s.endSeq() - s.seq).isEqualTo(11);
        s.flags = TcpSegment.SYN;
        s.length = 0;
        assertThat(s.endSeq() - s.seq).isEqualTo(1);
    }

    @Test
    void aReleasedSegmentComesBackClean() {
        TcpSegment s = v4(this);
        s.addSack(1, 2);
        s.length = 100;
        s.release();
        TcpSegment again = pool.take();
        assertThat(again).isSameAs(s);
        assertThat(again.sackCount + again.length + again.flags).isZero();
        assertThat(pool.inUse()).isEqualTo(1);
    }

    @Test
    void rfc9293_3_4_comparesModulo2To32() {
        assertThat(SeqNum.before(0xfffffff0, 5)).isTrue();
        assertThat(SeqNum.after(5, 0xfffffff0)).isTrue();
        assertThat(SeqNum.between(2, 0xfffffff0, 5)).isTrue();
        assertThat(SeqNum.between(6, 0xfffffff0, 5)).isFalse();
        assertThat(SeqNum.max(0xfffffff0, 5)).isEqualTo(5);
    }

    @Test
    void rfc5952_writesAddresses() {
        assertThat(IpAddress.v4(0x0a000102)).hasToString("10.0.1.2");
        assertThat(IpAddress.v6(0x20010db800000000L, 1)).hasToString("2001:db8::1");
        assertThat(IpAddress.v6(0, 0)).hasToString("::");
        assertThat(IpAddress.v6(0x20010db800010000L, 0x0001000000000001L)).hasToString("2001:db8:1:0:1::1");
    }
}
