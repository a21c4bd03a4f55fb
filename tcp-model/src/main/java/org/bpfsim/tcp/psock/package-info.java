/**
 * Sockets in sockmaps: programs that decide where the bytes go which a socket sends and receives, and sockets that hand bytes to
 * one another past TCP (docs.kernel.org/bpf/map_sockmap.html).
 *
 * <pre>
 * Psocks          puts a SkPsock before a socket that is put into a map, and takes it away
 * SkPsock         the socket's calls while it is in a map                       Linux 6.12: struct sk_psock, tcp_bpf.c
 *
 * MessageSend     sendmsg(): cork, verdict, apply, redirect                     tcp_bpf_sendmsg()
 * PageFrag        where messages are cut into pieces
 *
 * StreamReader    takes what is received out of TCP's queue
 * StreamVerdict   where a part of the stream goes                               sk_psock_verdict_apply()
 * StreamParser    finds messages in the stream                                  strparser
 *
 * Deferred        what follows when the work at hand is done
 * Backlog         what came from other sockets' streams, to be sent or read     sk_psock_backlog()
 * IngressQueue    what waits for the socket's reader                            __sk_msg_recvmsg()
 *
 * ByteRange, StreamBytes, Outgoing   which bytes these are, for whoever looks at them
 * </pre>
 * Bytes are numbers here as everywhere: they exist where a program looks at them, and where somebody has said what they are
 * ({@link org.bpfsim.tcp.segment.Payload}). What a program writes stays written.
 */
package org.bpfsim.tcp.psock;
