package org.bpfsim.tcp.sock;

import org.bpfsim.tcp.segment.TcpSegment;

/**
 * The headers of the SYN that a connection was made of, kept because of {@code TCP_SAVE_SYN} (Linux 6.12, {@code struct
 * saved_syn} in include/net/request_sock.h).
 *
 * @param headers Ethernet header if it was asked for, IP header, TCP header
 * @param macBytes 14 or 0
 * @param networkBytes 20 or 40
 */
public record SavedSyn(byte[] headers, int macBytes, int networkBytes) {
    private static final int ETHERNET_BYTES = 14;
    private static final int ETHERTYPE_AT = 12;
    private static final int ETH_P_IP = 0x0800;
    private static final int ETH_P_IPV6 = 0x86dd;
    /** Of an address that was assigned locally (IEEE 802, section 8.4). */
    private static final int LOCALLY_ADMINISTERED = 2;

    /** Takes the headers of a SYN; Ethernet addresses are 02:00 and the number of the host. */
    public static SavedSyn of(TcpSegment syn, boolean withMac) {
        int mac = withMac ? ETHERNET_BYTES : 0;
        byte[] headers = new byte[mac + syn.ipHeaderBytes() + syn.tcpHeaderBytes()];
        if (withMac) {
            putAddress(headers, 0, syn.dstHost);
            putAddress(headers, ETHERTYPE_AT / 2, syn.srcHost);
            int type = syn.dst.isV4() ? ETH_P_IP : ETH_P_IPV6;
            headers[ETHERTYPE_AT] = (byte) (type >> 8);
            headers[ETHERTYPE_AT + 1] = (byte) type;
        }
        syn.writeHeaders(headers, mac);
        return new SavedSyn(headers, mac, syn.ipHeaderBytes());
    }

    /** Where the TCP header begins. */
    public int tcpAt() {
        return macBytes + networkBytes;
    }

    private static void putAddress(byte[] to, int at, int host) {
        to[at] = LOCALLY_ADMINISTERED;
        for (int i = 0; i < Integer.BYTES; i++) {
            to[at + 2 + i] = (byte) (host >> 8 * (Integer.BYTES - 1 - i));
        }
    }
}
