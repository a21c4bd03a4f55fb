/**
 * Captures that Wireshark, tshark and tcpdump open.
 *
 * <pre>
 * PcapWriter  writes what ports send and deliver, with nanosecond time stamps
 * </pre>
 *
 * The format is the classic one of libpcap (pcap-savefile(5)) in its nanosecond variant: a file header of 24 bytes, then
 * for each packet 16 bytes of time and lengths and the packet itself, here from the IP header on (LINKTYPE_RAW).
 */
package org.bpfsim.sim.pcap;
