package org.bpfsim.bpf.helper;

import org.bpfsim.bpf.types.Addresses;

/** A context that is a packet: what {@code ld_abs}, {@code ld_ind} and {@code bpf_skb_load_bytes} read. */
public interface Packet {
    /**
     * Loads 1, 2 or 4 bytes in network byte order.
     *
     * @param offset from the start of the data; from {@code SKF_NET_OFF} (-0x100000) it counts from the network header, from
     *     {@code SKF_LL_OFF} (-0x200000) from the link layer's
     * @return the number, or -1 if it is not in the packet
     */
    long load(int offset, int bytes);

    /** The address of the data, which the program may read (and write if its family may). */
    long data(Addresses addresses);

    /** Bytes of data. */
    int length();
}
