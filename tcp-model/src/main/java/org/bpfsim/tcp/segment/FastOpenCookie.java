package org.bpfsim.tcp.segment;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A Fast Open option in a SYN: a cookie, or the request for one (RFC 7413, section 4.1.1), in the option of its own (kind
 * 34) or in the experimental one that came before (RFC 6994, kind 254). Immutable.
 */
public final class FastOpenCookie {
    /** Least and largest cookie that is taken (RFC 7413, section 4.1.1). */
    public static final int MIN_BYTES = 4;

    public static final int MAX_BYTES = 16;

    static final int KIND = 34;
    static final int EXPERIMENTAL_KIND = 254;
    /** Fast Open's experiment number. */
    static final int MAGIC = 0xf989;

    private static final FastOpenCookie REQUEST = new FastOpenCookie(new byte[0], false);
    private static final FastOpenCookie EXPERIMENTAL_REQUEST = new FastOpenCookie(new byte[0], true);

    private final byte[] bytes;
    private final boolean experimental;

    private FastOpenCookie(byte[] bytes, boolean experimental) {
        this.bytes = bytes;
        this.experimental = experimental;
    }

    /** The request for a cookie. */
    public static FastOpenCookie request(boolean experimental) {
        return experimental ? EXPERIMENTAL_REQUEST : REQUEST;
    }

    /**
     * Reads what follows kind, length and magic. A cookie of odd length, or one that is too short or too long, is as if
     * there were none (Linux 6.12, tcp_parse_fastopen_option() in net/ipv4/tcp_input.c).
     *
     * @return null if it counts for nothing
     */
    public static FastOpenCookie of(byte[] cookie, boolean experimental) {
        if (cookie.length == 0) {
            return request(experimental);
        }
        boolean fits = cookie.length >= MIN_BYTES && cookie.length <= MAX_BYTES && (cookie.length & 1) == 0;
        return fits ? new FastOpenCookie(cookie.clone(), experimental) : null;
    }

    /** A cookie of eight bytes, the lowest of {@code bits} first, as Linux makes them. */
    public static FastOpenCookie of(long bits, boolean experimental) {
        byte[] cookie = new byte[Long.BYTES];
        for (int i = 0; i < cookie.length; i++) {
            cookie[i] = (byte) (bits >>> 8 * i);
        }
        return new FastOpenCookie(cookie, experimental);
    }

    /** Bytes of the cookie; 0 for a request. */
    public int length() {
        return bytes.length;
    }

    public boolean isRequest() {
        return bytes.length == 0;
    }

    /** Whether it is in the experimental option. */
    public boolean isExperimental() {
        return experimental;
    }

    /** Whether the bytes are the same, in whatever option. */
    public boolean hasBytesOf(FastOpenCookie other) {
        return Arrays.equals(bytes, other.bytes);
    }

    /** The same cookie in the other option, or in the one it is in. */
    public FastOpenCookie as(boolean inExperimental) {
        if (inExperimental == experimental) {
            return this;
        }
        return isRequest() ? request(inExperimental) : new FastOpenCookie(bytes, inExperimental);
    }

    /** Bytes of the option without padding. */
    int optionBytes() {
        return (experimental ? 4 : 2) + bytes.length;
    }

    /** Writes the option and pads it to a multiple of four; returns the offset behind it. */
    int write(byte[] b, int at) {
        int o = at;
        b[o++] = (byte) (experimental ? EXPERIMENTAL_KIND : KIND);
        b[o++] = (byte) optionBytes();
        if (experimental) {
            o = Bytes.put16(b, o, MAGIC);
        }
        System.arraycopy(bytes, 0, b, o, bytes.length);
        o += bytes.length;
        while ((o - at) % 4 != 0) {
            b[o++] = TcpOptions.NOP;
        }
        return o;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FastOpenCookie c && c.experimental == experimental && hasBytesOf(c);
    }

    @Override
    public int hashCode() {
        return 2 * Arrays.hashCode(bytes) + (experimental ? 1 : 0);
    }

    /** For example {@code FO 3021b9d889017eeb}. */
    @Override
    public String toString() {
        return ((experimental ? "FOEXP " : "FO ") + HexFormat.of().formatHex(bytes)).trim();
    }
}
