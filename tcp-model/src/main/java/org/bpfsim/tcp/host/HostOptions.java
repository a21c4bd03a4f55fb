package org.bpfsim.tcp.host;

/**
 * How a host's kernel and link are built.
 *
 * @param hz ticks per second (CONFIG_HZ): 100, 250, 300 or 1000
 * @param mtu largest IP packet in bytes
 * @param linkOverheadBytes bytes that a link spends on a packet beside the IP packet; 38 for Ethernet with preamble,
 *     header, checksum and gap
 * @param gsoMaxSize most bytes that TCP hands to the NIC as one packet, to be cut into segments there
 * @param gsoMaxSegs most segments of such a packet; 1 switches segmentation by the NIC off
 */
public record HostOptions(int hz, int mtu, int linkOverheadBytes, int gsoMaxSize, int gsoMaxSegs) {
    private static final int GSO_LEGACY_MAX_SIZE = 65_536;
    private static final int GSO_MAX_SEGS = 65_535;

    /** Linux's default tick, Ethernet. */
    public static final HostOptions DEFAULT = new HostOptions(250, 1500, 38);

    public HostOptions {
        if (hz != 100 && hz != 250 && hz != 300 && hz != 1000) {
            throw new IllegalArgumentException("CONFIG_HZ is " + hz + ", Linux offers 100, 250, 300 and 1000");
        }
        if (mtu < 576 || mtu > 65_535) {
            throw new IllegalArgumentException("MTU is " + mtu + " bytes, use 576 to 65535");
        }
        if (linkOverheadBytes < 0) {
            throw new IllegalArgumentException("link overhead is " + linkOverheadBytes + " bytes");
        }
        if (gsoMaxSize < mtu || gsoMaxSize > GSO_LEGACY_MAX_SIZE) {
            throw new IllegalArgumentException(
                    "gso_max_size is " + gsoMaxSize + " bytes, use " + mtu + " (the MTU) to " + GSO_LEGACY_MAX_SIZE);
        }
        if (gsoMaxSegs < 1 || gsoMaxSegs > GSO_MAX_SEGS) {
            throw new IllegalArgumentException("gso_max_segs is " + gsoMaxSegs + ", use 1 to " + GSO_MAX_SEGS);
        }
    }

    /** With Linux's defaults for segmentation by the NIC. */
    public HostOptions(int hz, int mtu, int linkOverheadBytes) {
        this(hz, mtu, linkOverheadBytes, GSO_LEGACY_MAX_SIZE, GSO_MAX_SEGS);
    }

    /** The same with segments that TCP hands over one by one (ip link set gso_max_segs 1). */
    public HostOptions withoutSegmentation() {
        return new HostOptions(hz, mtu, linkOverheadBytes, gsoMaxSize, 1);
    }
}
