/**
 * Sockets as an application sees them.
 *
 * <pre>
 * Socket          write, read, shutdown, close; nothing blocks
 * Close           what close() does to the connection; BlockingWriter: a process that waits for room
 * SocketHandler   what the application hears; AcceptHandler for one that listens
 * TcpInfo         what the kernel tells of a connection
 * </pre>
 * Socket options are {@link org.bpfsim.tcp.sock.SockOptions}.
 */
package org.bpfsim.tcp.app;
