/**
 * System calls of scripts on the sockets of a simulated host.
 *
 * <pre>
 * SystemCalls   the table of calls; each becomes a PendingCall, which may block
 * Constants     numbers of names such as SOL_TCP, POLLIN, EAGAIN
 * Arguments     reads a call's arguments and checks what it gives back
 * FileTable     open files by the script's numbers
 * SocketFile    a socket as a file: accept queue, readiness
 * DataCalls     read(), write(), recvmsg() and its control messages
 * WriteCall     a write that may connect and wait; Connecting: connect()
 * FileCalls     open(), pipe(), sendfile(), splice()
 * OptionCalls   setsockopt(), getsockopt(), fcntl(), ioctl()
 * PollCalls     poll() and epoll's calls
 * ErrorQueue    completions of MSG_ZEROCOPY, time stamps of SO_TIMESTAMPING
 * Readiness     poll()
 * EpollFile     epoll
 * </pre>
 */
package org.bpfsim.tcp.packetdrill.socket;
