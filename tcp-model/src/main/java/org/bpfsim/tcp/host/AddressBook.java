package org.bpfsim.tcp.host;

import org.bpfsim.tcp.segment.IpAddress;

/** Which host an address belongs to: the routing knowledge of a network. */
@FunctionalInterface
public interface AddressBook {
    /** Index of the host in the network, or -1 if nobody has the address (ENETUNREACH). */
    int hostOf(IpAddress address);
}
