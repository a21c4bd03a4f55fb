package org.bpfsim.tcp.packetdrill.socket;

import java.util.Map;
import org.bpfsim.tcp.packetdrill.script.Expression;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** read(), write() and their like, recvmsg() with control messages (Linux 6.12, net/ipv4/tcp.c). */
final class DataCalls {
    private static final int KNOWN_SEND_FLAGS = Constants.MSG_DONTWAIT | Constants.MSG_NOSIGNAL | Constants.MSG_MORE;

    private final FileTable files;

    DataCalls(FileTable files) {
        this.files = files;
    }

    void addTo(Map<String, SystemCalls.Maker> calls) {
        calls.put("read", (a, r) -> read(a.integer(0), a.number(2), 0));
        calls.put("recv", (a, r) -> read(a.integer(0), a.number(2), a.integer(3)));
        calls.put("recvfrom", (a, r) -> read(a.integer(0), a.number(2), a.integer(3)));
        calls.put("readv", (a, r) -> read(a.integer(0), Arguments.iovBytes(a.get(1)), 0));
        calls.put("recvmsg", (a, r) -> receiveMessage(a));
        calls.put("write", (a, r) -> write(a.integer(0), a.number(2), 0));
        calls.put("send", (a, r) -> write(a.integer(0), a.number(2), a.integer(3)));
        calls.put("sendto", (a, r) -> write(a.integer(0), a.number(2), a.integer(3)));
        calls.put("writev", (a, r) -> write(a.integer(0), Arguments.iovBytes(a.get(1)), 0));
        calls.put("sendmsg", (a, r) -> sendMessage(a));
    }

    private PendingCall read(int fd, long bytes, int flags) {
        SocketFile file = files.socket(fd);
        return () -> readNow(file, bytes, flags);
    }

    private static long readNow(SocketFile file, long bytes, int flags) {
        TcpSock sk = file.tcp();
        if ((flags & Constants.MSG_ERRQUEUE) != 0) {
            return -Constants.EAGAIN;
        }
        if (file.listening) {
            return -Constants.ENOTCONN;
        }
        int unread = sk.unread();
        if (unread > 0) {
            if ((flags & 2) != 0) { // MSG_PEEK
                return Math.min(unread, bytes);
            }
            return file.socket.read((int) Math.min(bytes, Integer.MAX_VALUE));
        }
        if (sk.sk_err != 0) {
            return SystemCalls.takeError(sk);
        }
        if (sk.fin_received || sk.sk_done || (sk.sk_shutdown & TcpSock.RCV_SHUTDOWN) != 0) {
            return sk.daddr == null ? -Constants.ENOTCONN : 0;
        }
        if (sk.skc_state == TcpState.CLOSE) {
            return -Constants.ENOTCONN;
        }
        if (bytes == 0) {
            return 0;
        }
        return waits(file, flags) ? PendingCall.BLOCKED : -Constants.EAGAIN;
    }

    private static boolean waits(SocketFile file, int flags) {
        return !file.nonBlocking && (flags & Constants.MSG_DONTWAIT) == 0;
    }

    private PendingCall write(int fd, long bytes, int flags) {
        SocketFile file = files.socket(fd);
        if ((flags & ~KNOWN_SEND_FLAGS) != 0) {
            throw new CallException("flags 0x" + Integer.toHexString(flags & ~KNOWN_SEND_FLAGS)
                    + " of send() are not modelled (MSG_EOR 0x80, MSG_ZEROCOPY 0x4000000, MSG_FASTOPEN 0x20000000)");
        }
        return new PendingCall() {
            private long written;

            @Override
            public long attempt() {
                long taken = writeNow(file, bytes - written, flags);
                if (taken < 0) {
                    return written > 0 ? written : taken;
                }
                written += taken;
                if (written == bytes) {
                    return written;
                }
                if (waits(file, flags)) {
                    return PendingCall.BLOCKED;
                }
                return written > 0 ? written : -Constants.EAGAIN;
            }
        };
    }

    private static long writeNow(SocketFile file, long bytes, int flags) {
        TcpSock sk = file.tcp();
        if (sk.daddr == null) {
            return -32; // EPIPE
        }
        if ((flags & Constants.MSG_MORE) == 0) {
            return file.socket.write(bytes);
        }
        int nonagle = sk.nonagle;
        sk.nonagle |= TcpSock.TCP_NAGLE_CORK;
        long taken = file.socket.write(bytes);
        sk.nonagle = nonagle;
        return taken;
    }

    private PendingCall sendMessage(Arguments a) {
        a.expect(3, 3);
        long bytes = Arguments.iovBytes(Arguments.field(Arguments.struct(a.get(1)), "msg_iov"));
        return write(a.integer(0), bytes, a.integer(2));
    }

    private PendingCall receiveMessage(Arguments a) {
        a.expect(3, 3);
        SocketFile file = files.socket(a.integer(0));
        Expression.Struct message = Arguments.struct(a.get(1));
        long bytes = Arguments.iovBytes(Arguments.field(message, "msg_iov"));
        int flags = a.integer(2);
        return () -> {
            long result = readNow(file, bytes, flags);
            if (result >= 0) {
                checkControl(file, message);
            }
            return result;
        };
    }

    private static void checkControl(SocketFile file, Expression.Struct message) {
        Expression control = message.fields().get("msg_control");
        int expected = control == null ? 0 : Arguments.items(control).size();
        if (!file.reportsInq) {
            Arguments.check("number of control messages", expected, 0);
            return;
        }
        Arguments.check("number of control messages", expected, 1);
        Expression.Struct cmsg = Arguments.struct(Arguments.items(control).get(0));
        Arguments.check("cmsg_level", Arguments.value(Arguments.field(cmsg, "cmsg_level")), 6);
        Arguments.check("cmsg_type", Arguments.value(Arguments.field(cmsg, "cmsg_type")), Constants.TCP_CM_INQ);
        Arguments.check("cmsg_data", Arguments.value(Arguments.field(cmsg, "cmsg_data")), inqHint(file.tcp()));
    }

    /** Bytes that can be read, or 1 for the end of the stream (tcp_inq_hint()). */
    private static int inqHint(TcpSock sk) {
        int unread = sk.unread();
        return unread == 0 && sk.fin_received ? 1 : unread;
    }
}
