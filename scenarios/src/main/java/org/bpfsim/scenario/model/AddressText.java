package org.bpfsim.scenario.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads addresses from text without ever asking a name server. */
public final class AddressText {
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private static final int IPV6_BYTES = 16;

    private AddressText() {}

    /** The four bytes of a dotted quad. */
    public static Optional<byte[]> ipv4(String text) {
        return IPV4.matcher(text).matches() ? literal(text) : Optional.empty();
    }

    /** The sixteen bytes of an IPv6 address (RFC 4291, section 2.2). */
    public static Optional<byte[]> ipv6(String text) {
        return IPV6.matcher(text).matches()
                ? literal(text).filter(bytes -> bytes.length == IPV6_BYTES)
                : Optional.empty();
    }

    private static Optional<byte[]> literal(String text) {
        try {
            return Optional.of(InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
