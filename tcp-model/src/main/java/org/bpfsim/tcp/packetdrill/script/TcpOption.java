package org.bpfsim.tcp.packetdrill.script;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bpfsim.tcp.segment.FastOpenCookie;

/** A TCP option: its kind and the bytes behind kind and length. */
public final class TcpOption {
    public static final int EOL = 0;
    public static final int NOP = 1;
    public static final int MSS = 2;
    public static final int WSCALE = 3;
    public static final int SACK_PERMITTED = 4;
    public static final int SACK = 5;
    public static final int TIMESTAMPS = 8;
    /** RFC 2385. */
    public static final int MD5 = 19;
    /** RFC 7413. */
    public static final int FAST_OPEN = 34;
    /** draft-ietf-tcpm-accurate-ecn: counters in the order ECT(0), CE, ECT(1), and in the opposite order. */
    public static final int ACCECN0 = 172;

    public static final int ACCECN1 = 174;
    /** RFC 6994; Fast Open's experiment number is 0xf989. */
    public static final int EXPERIMENTAL = 254;

    private static final byte[] FAST_OPEN_MAGIC = {(byte) 0xf9, (byte) 0x89};

    private final int kind;
    private final byte[] data;

    public TcpOption(int kind, byte[] data) {
        this.kind = kind;
        this.data = data.clone();
    }

    static TcpOption plain(int kind) {
        return new TcpOption(kind, new byte[0]);
    }

    /** RFC 7323, section 3.2. */
    public static TcpOption timestamps(int val, int ecr) {
        byte[] data = new byte[8];
        for (int i = 0; i < 4; i++) {
            data[i] = (byte) (val >>> 24 - 8 * i);
            data[4 + i] = (byte) (ecr >>> 24 - 8 * i);
        }
        return new TcpOption(TIMESTAMPS, data);
    }

    static TcpOption experimentalFastOpen(byte[] cookie) {
        byte[] data = Arrays.copyOf(FAST_OPEN_MAGIC, FAST_OPEN_MAGIC.length + cookie.length);
        System.arraycopy(cookie, 0, data, FAST_OPEN_MAGIC.length, cookie.length);
        return new TcpOption(EXPERIMENTAL, data);
    }

    public int kind() {
        return kind;
    }

    /** Bytes in the header. */
    public int bytes() {
        return kind <= NOP ? 1 : 2 + data.length;
    }

    /** Bytes behind kind and length. */
    public int dataBytes() {
        return data.length;
    }

    /** The i-th 32-bit word behind kind and length. */
    public int word(int i) {
        return short16(2 * i) << 16 | short16(2 * i + 1);
    }

    /** The i-th 16-bit word behind kind and length. */
    public int short16(int i) {
        return (data[2 * i] & 0xff) << 8 | data[2 * i + 1] & 0xff;
    }

    /** The first byte behind kind and length. */
    public int first() {
        return data[0] & 0xff;
    }

    /** The Fast Open cookie in an option of kind 34 or 254; null if it counts for nothing. */
    public FastOpenCookie fastOpenCookie() {
        if (kind == FAST_OPEN) {
            return FastOpenCookie.of(data, false);
        }
        return isExperimentalFastOpen() ? FastOpenCookie.of(Arrays.copyOfRange(data, 2, data.length), true) : null;
    }

    private boolean isExperimentalFastOpen() {
        return kind == EXPERIMENTAL
                && data.length >= 2
                && data[0] == FAST_OPEN_MAGIC[0]
                && data[1] == FAST_OPEN_MAGIC[1];
    }

    /** Sums the bytes of options. */
    public static int bytes(List<TcpOption> options) {
        int bytes = 0;
        for (TcpOption o : options) {
            bytes += o.bytes();
        }
        return bytes;
    }

    /** Writes options as the language does. */
    public static String show(List<TcpOption> options) {
        StringBuilder text = new StringBuilder();
        for (TcpOption o : options) {
            text.append(text.length() == 0 ? "" : ",").append(o);
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TcpOption o && o.kind == kind && Arrays.equals(o.data, data);
    }

    @Override
    public int hashCode() {
        return 31 * kind + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case EOL -> "eol";
            case NOP -> "nop";
            case MSS -> "mss " + short16(0);
            case WSCALE -> "wscale " + first();
            case SACK_PERMITTED -> "sackOK";
            case SACK -> sackText();
            case TIMESTAMPS ->
                "TS val " + Integer.toUnsignedString(word(0)) + " ecr " + Integer.toUnsignedString(word(1));
            case MD5 -> "md5 " + hex(0);
            case FAST_OPEN -> data.length == 0 ? "FO" : "FO " + hex(0);
            case EXPERIMENTAL -> isExperimentalFastOpen() ? ("FOEXP " + hex(2)).trim() : "exp " + hex(0);
            default -> "kind " + kind + " " + hex(0);
        };
    }

    private String sackText() {
        StringBuilder text = new StringBuilder("sack");
        for (int i = 0; i < data.length / 8; i++) {
            text.append(' ').append(Integer.toUnsignedString(word(2 * i)));
            text.append(':').append(Integer.toUnsignedString(word(2 * i + 1)));
        }
        return text.toString();
    }

    private String hex(int from) {
        return HexFormat.of().formatHex(data, from, data.length);
    }
}
