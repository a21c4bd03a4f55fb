/**
 * The state of a socket, and the seams at which others take part in it.
 *
 * <pre>
 * TcpSock         the socket: Linux's fields under Linux's names
 * RequestSock     a connection that is only half open
 * SkBuff, RtxQueue, OutOfOrderQueue   what is sent and not acknowledged; what arrived beyond a gap
 * HostKernel      what the sockets of a host share: clock, Sysctls, Mib counters, pools
 * TcpMetrics, Routes   what a host remembers of its peers and of the way to them
 * FastOpenQueue, FastOpenKeys, FastOpenRequest, FastOpenBlackhole   state of Fast Open; SipHash makes its cookies
 * TxTimestamps    when the last byte of a write was sent and acknowledged
 * Psock           seam of sockmaps                  Linux: sk_psock
 * Descriptors     numbers by which users name sockets
 * CongestionControl, SockOptions   which congestion control a socket uses; setsockopt's integers; OptionBytes: its lengths
 * ReceiveLowat    when a reader is woken; ReceiveQueueHook, QueuedSkb   programs that watch what is received (AutoLOWAT)
 * CongestionOps   seam of congestion controls      Linux: tcp_congestion_ops
 * SockOps         seam of sock_ops programs        Linux: tcp_call_bpf()
 * SockCallbacks   seam of the socket's owner       Linux: sk_data_ready and its like
 * Stack           what this package asks of those above
 * </pre>
 * The mechanisms that change this state are in {@code tcp.input}, {@code tcp.output}, {@code tcp.recovery} and
 * {@code tcp.timer}.
 */
package org.bpfsim.tcp.sock;
