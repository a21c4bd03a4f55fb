package org.bpfsim.tcp.host;

/**
 * How a host's kernel and link are built.
 *
 * @param hz ticks per second (CONFIG_HZ): 100, 250, 300 or 1000
 * @param mtu largest IP packet in bytes
 * @param linkOverheadBytes bytes that a link spends on a packet beside the IP packet; 38 for Ethernet with preamble,
 *     header, checksum and gap
 */
public record HostOptions(int hz, int mtu, int linkOverheadBytes) {
    /** Linux's default tick, Ethernet. */
    public static final HostOptions DEFAULT = new HostOptions(250, 1500, 38);

    public HostOptions {
        if (mtu < 576 || mtu > 65_535) {
            throw new IllegalArgumentException("MTU is " + mtu + " bytes, use 576 to 65535");
        }
        if (linkOverheadBytes < 0) {
            throw new IllegalArgumentException("link overhead is " + linkOverheadBytes + " bytes");
        }
    }
}
