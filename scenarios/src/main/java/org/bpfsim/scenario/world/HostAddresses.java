package org.bpfsim.scenario.world;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.bpfsim.scenario.model.AddressTemplates;
import org.bpfsim.scenario.model.AddressText;
import org.bpfsim.scenario.model.HostPlace;
import org.bpfsim.tcp.segment.IpAddress;

/**
 * The addresses of a host.
 *
 * @param ipv4 empty if hosts have none
 * @param ipv6 empty if hosts have none
 */
record HostAddresses(Optional<IpAddress> ipv4, Optional<IpAddress> ipv6) {
    static HostAddresses of(AddressTemplates templates, HostPlace place) {
        return new HostAddresses(
                templates.ipv4().map(template -> v4(templates.ipv4(place))),
                templates.ipv6().map(template -> v6(templates.ipv6(place))));
    }

    private static IpAddress v4(String text) {
        return IpAddress.v4(
                ByteBuffer.wrap(AddressText.ipv4(text).orElseThrow()).getInt());
    }

    private static IpAddress v6(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(AddressText.ipv6(text).orElseThrow());
        return IpAddress.v6(bytes.getLong(), bytes.getLong());
    }

    /** The address of that family, which the scenario was checked to have. */
    IpAddress get(boolean wantIpv6) {
        return (wantIpv6 ? ipv6 : ipv4).orElseThrow();
    }
}
