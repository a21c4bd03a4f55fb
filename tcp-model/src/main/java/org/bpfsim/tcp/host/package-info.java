/**
 * Hosts.
 *
 * <pre>
 * TcpHost       a node of the network: listen, connect, and the demultiplexing of what arrives
 * Listener      a port that accepts connections
 * SocketDemux   connections by addresses and ports
 * TimeWait      connections that are over but not forgotten      RFC 9293, section 3.10.7.4
 * ConnectionRequests   from a SYN to the handshake's last ACK
 * IcmpInput     messages about what did not arrive               RFC 1122, section 4.2.3.9; RFC 1191
 * SynCookies    connections without memory of them            RFC 4987, section 3.6
 * SynAckTimer   repeats SYN-ACKs
 * </pre>
 */
package org.bpfsim.tcp.host;
