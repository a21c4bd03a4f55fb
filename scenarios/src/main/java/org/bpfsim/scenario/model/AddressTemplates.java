package org.bpfsim.scenario.model;

import java.util.Optional;

/**
 * How addresses are made from a host's place. In a template, <code>{pod}</code> and <code>{rack}</code> count from 0
 * (racks through the whole network), <code>{host}</code> counts from 1 within its rack; decimal in IPv4, hexadecimal
 * in IPv6.
 *
 * @param ipv4 template, or empty if hosts have no IPv4 address
 * @param ipv6 template, or empty if hosts have no IPv6 address
 */
public record AddressTemplates(Optional<String> ipv4, Optional<String> ipv6) {
    /** The IPv4 address as text; only if there is a template. */
    public String ipv4(HostPlace place) {
        return fill(ipv4.orElseThrow(), place, 10);
    }

    /** The IPv6 address as text; only if there is a template. */
    public String ipv6(HostPlace place) {
        return fill(ipv6.orElseThrow(), place, 16);
    }

    private static String fill(String template, HostPlace place, int radix) {
        return template.replace("{pod}", Integer.toString(place.pod(), radix))
                .replace("{rack}", Integer.toString(place.rack(), radix))
                .replace("{host}", Integer.toString(place.indexInRack() + 1, radix));
    }
}
