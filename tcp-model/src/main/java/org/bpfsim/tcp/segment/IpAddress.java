package org.bpfsim.tcp.segment;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IPv4 or IPv6 address. IPv4 addresses are kept as IPv4-mapped ones ({@code ::ffff:a.b.c.d}, RFC 4291, section
 * 2.5.5.2), so that both kinds compare alike.
 */
public record IpAddress(int family, long hi, long lo) {
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    private static final long V4_MAPPED = 0xffff_0000_0000L;

    public IpAddress {
        if (family != AF_INET && family != AF_INET6) {
            throw new IllegalArgumentException("address family " + family + " is neither AF_INET nor AF_INET6");
        }
        if (family == AF_INET && (hi != 0 || lo >>> 32 != 0xffff)) {
            throw new IllegalArgumentException(
                    "not an IPv4-mapped address: " + Long.toHexString(hi) + ":" + Long.toHexString(lo));
        }
    }

    /** The IPv4 address whose first octet is the highest of {@code bits}. */
    public static IpAddress v4(int bits) {
        return new IpAddress(AF_INET, 0, V4_MAPPED | bits & 0xffff_ffffL);
    }

    /** The IPv6 address whose first octet is the highest of {@code hi}. */
    public static IpAddress v6(long hi, long lo) {
        return new IpAddress(AF_INET6, hi, lo);
    }

    /**
     * Reads an address as text; no name is looked up.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static IpAddress parse(String text) {
        if (text.indexOf(':') < 0 && !text.matches("[0-9]+(\\.[0-9]+){3}")) {
            throw notAnAddress(text, null);
        }
        try {
            InetAddress a = InetAddress.getByName(text); // a literal: no look-up
            ByteBuffer bytes = ByteBuffer.wrap(a.getAddress());
            return a instanceof Inet6Address ? v6(bytes.getLong(), bytes.getLong()) : v4(bytes.getInt());
        } catch (UnknownHostException e) {
            throw notAnAddress(text, e);
        }
    }

    private static IllegalArgumentException notAnAddress(String text, UnknownHostException cause) {
        return new IllegalArgumentException("\"" + text + "\" is not an IP address", cause);
    }

    public boolean isV4() {
        return family == AF_INET;
    }

    /** The 32 bits of an IPv4 address, first octet highest. */
    public int v4Bits() {
        return (int) lo;
    }

    /** The i-th 32-bit word of the IPv6 form (of an IPv4 address: the mapped form), first octet highest. */
    public int word(int i) {
        long half = i < 2 ? hi : lo;
        return (int) (i % 2 == 0 ? half >>> 32 : half);
    }

    /** Dotted quad, or the eight groups of RFC 5952 without compressing zeros but the longest run. */
    @Override
    public String toString() {
        if (isV4()) {
            int b = v4Bits();
            return (b >>> 24) + "." + (b >>> 16 & 255) + "." + (b >>> 8 & 255) + "." + (b & 255);
        }
        return Ipv6Text.format(hi, lo);
    }
}
