package org.bpfsim.tcp.segment;

/**
 * The options that Linux sends, and how it lays them out (6.12, tcp_options_write() in net/ipv4/tcp_output.c); those that
 * it does not know itself come last.
 */
final class TcpOptions {
    static final int MAX_BYTES = 40;
    static final int END = 0;
    static final int NOP = 1;
    private static final int MSS = 2;
    private static final int WSCALE = 3;
    private static final int SACK_PERMITTED = 4;
    private static final int SACK = 5;
    private static final int TIMESTAMPS = 8;

    private TcpOptions() {}

    static int bytes(TcpSegment s) {
        int bytes = 0;
        if (s.hasTimestamps) {
            bytes += 12; // SACK-permitted takes the place of the two NOPs
        } else if (s.sackPermitted) {
            bytes += 4;
        }
        if (s.mss != 0) {
            bytes += 4;
        }
        if (s.wscale >= 0) {
            bytes += 4;
        }
        if (s.sackCount > 0) {
            bytes += 4 + 8 * s.sackCount;
        }
        if (s.fastOpen != null) {
            bytes += s.fastOpen.optionBytes() + 3 & ~3;
        }
        return bytes + s.extraOptionBytes;
    }

    /** Writes the options and returns the offset behind them. */
    static int write(TcpSegment s, byte[] b, int at) {
        int o = at;
        if (s.mss != 0) {
            o = put(b, o, MSS, 4);
            o = Bytes.put16(b, o, s.mss);
        }
        if (s.hasTimestamps) {
            o = s.sackPermitted ? put(b, o, SACK_PERMITTED, 2) : put(b, o, NOP, NOP);
            o = put(b, o, TIMESTAMPS, 10);
            o = Bytes.put32(b, o, s.tsval);
            o = Bytes.put32(b, o, s.tsecr);
        } else if (s.sackPermitted) {
            o = put(b, o, NOP, NOP);
            o = put(b, o, SACK_PERMITTED, 2);
        }
        if (s.wscale >= 0) {
            o = put(b, o, NOP, WSCALE);
            o = put(b, o, 3, s.wscale);
        }
        if (s.sackCount > 0) {
            o = put(b, o, NOP, NOP);
            o = put(b, o, SACK, 2 + 8 * s.sackCount);
            for (int i = 0; i < 2 * s.sackCount; i++) {
                o = Bytes.put32(b, o, s.sacks[i]);
            }
        }
        if (s.fastOpen != null) {
            o = s.fastOpen.write(b, o);
        }
        if (s.extraOptionBytes > 0) {
            System.arraycopy(s.extraOptions, 0, b, o, s.extraOptionBytes);
            o += s.extraOptionBytes;
        }
        return o;
    }

    private static int put(byte[] b, int at, int first, int second) {
        b[at] = (byte) first;
        b[at + 1] = (byte) second;
        return at + 2;
    }
}
