package org.bpfsim.tcp.packetdrill.socket;

import java.util.List;
import java.util.Map;
import org.bpfsim.tcp.input.UrgentData;
import org.bpfsim.tcp.packetdrill.script.Expression;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** read(), write() and their like, recvmsg() with control messages (Linux 6.12, net/ipv4/tcp.c). */
final class DataCalls {
    private static final int KNOWN_SEND_FLAGS = Constants.MSG_DONTWAIT
            | Constants.MSG_NOSIGNAL
            | Constants.MSG_MORE
            | Constants.MSG_EOR
            | Constants.MSG_ZEROCOPY
            | Constants.MSG_FASTOPEN;

    private static final long NS_PER_S = 1_000_000_000;
    private static final long NS_PER_US = 1000;

    private final FileTable files;
    private final Connecting connecting;
    private final int defaultPort;
    private final long toleranceUs;

    /**
     * @param defaultPort where a write connects to if the script leaves it open
     * @param toleranceUs how far a time stamp may be off
     */
    DataCalls(FileTable files, Connecting connecting, int defaultPort, long toleranceUs) {
        this.toleranceUs = toleranceUs;
        this.files = files;
        this.connecting = connecting;
        this.defaultPort = defaultPort;
    }

    void addTo(Map<String, SystemCalls.Maker> calls) {
        calls.put("read", (a, r) -> read(a.integer(0), a.number(2), 0, isNull(a)));
        calls.put("recv", (a, r) -> read(a.integer(0), a.number(2), a.integer(3), isNull(a)));
        calls.put("recvfrom", (a, r) -> read(a.integer(0), a.number(2), a.integer(3), isNull(a)));
        calls.put("readv", (a, r) -> read(a.integer(0), Arguments.iovBytes(a.get(1)), 0, false));
        calls.put("recvmsg", (a, r) -> receiveMessage(a));
        calls.put("write", (a, r) -> write(a.integer(0), a.number(2), 0, isNull(a)));
        calls.put("send", (a, r) -> write(a.integer(0), a.number(2), a.integer(3), isNull(a)));
        calls.put("sendto", (a, r) -> sendTo(a));
        calls.put("writev", (a, r) -> write(a.integer(0), Arguments.iovBytes(a.get(1)), 0, false));
        calls.put("sendmsg", (a, r) -> sendMessage(a));
    }

    /** Whether the buffer is at address 0. */
    private static boolean isNull(Arguments a) {
        return a.get(1) instanceof Expression.Name n && n.name().equals("NULL");
    }

    private PendingCall read(int fd, long bytes, int flags, boolean badBuffer) {
        SocketFile file = files.socket(fd);
        return () -> badBuffer && file.tcp().unread() > 0 ? -Constants.EFAULT : readNow(file, bytes, flags);
    }

    private static long readNow(SocketFile file, long bytes, int flags) {
        TcpSock sk = file.tcp();
        if ((flags & Constants.MSG_ERRQUEUE) != 0) {
            return -Constants.EAGAIN;
        }
        if (file.listening) {
            return -Constants.ENOTCONN;
        }
        if ((flags & Constants.MSG_OOB) != 0) {
            return readUrgent(sk);
        }
        int unread = sk.unread();
        if (unread > 0 && !(unread == 1 && file.socket.skipUrgent())) {
            if ((flags & Constants.MSG_PEEK) != 0) {
                return UrgentData.untilMark(sk, (int) Math.min(unread, bytes));
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

    /** The urgent byte, once (tcp_recv_urg()). */
    private static long readUrgent(TcpSock sk) {
        if (sk.urg_data != TcpSock.TCP_URG_VALID) {
            return sk.urg_data == 0 ? -Constants.EINVAL : -Constants.EAGAIN;
        }
        sk.urg_data = TcpSock.TCP_URG_READ;
        return 1;
    }

    /** What splice() takes from a socket: as a read, but never the urgent byte (tcp_splice_read()). */
    long spliceFrom(SocketFile file, int bytes) {
        TcpSock sk = file.tcp();
        if (sk.unread() > 0 && UrgentData.untilMark(sk, bytes) == 0) {
            return 0;
        }
        return readNow(file, bytes, 0);
    }

    /** A write of so many bytes by another call. */
    PendingCall write(SocketFile file, long bytes) {
        return new WriteCall(file, new WriteCall.Request(bytes, 0, false, false), connecting, defaultPort);
    }

    private static boolean waits(SocketFile file, int flags) {
        return !file.nonBlocking && (flags & Constants.MSG_DONTWAIT) == 0;
    }

    private PendingCall write(int fd, long bytes, int flags, boolean badBuffer) {
        return write(fd, new WriteCall.Request(bytes, flags, badBuffer, false), defaultPort);
    }

    private PendingCall write(int fd, WriteCall.Request request, int port) {
        SocketFile file = files.socket(fd);
        int unknown = request.flags() & ~KNOWN_SEND_FLAGS;
        if (unknown != 0) {
            throw new CallException("flags 0x" + Integer.toHexString(unknown) + " of send() are not modelled");
        }
        return new WriteCall(file, request, connecting, port);
    }

    private PendingCall sendTo(Arguments a) {
        a.expect(6, 6);
        boolean anyFamily = a.get(4) instanceof Expression.Name n && n.name().equals("AF_UNSPEC");
        WriteCall.Request request = new WriteCall.Request(a.number(2), a.integer(3), isNull(a), anyFamily);
        return write(a.integer(0), request, SystemCalls.portOf(a.get(4), defaultPort));
    }

    private PendingCall sendMessage(Arguments a) {
        a.expect(3, 3);
        Expression.Struct message = Arguments.struct(a.get(1));
        long[] elements = Arguments.iovLengths(Arguments.field(message, "msg_iov"));
        return write(a.integer(0), new WriteCall.Request(elements, a.integer(2), false, false), defaultPort);
    }

    private PendingCall receiveMessage(Arguments a) {
        a.expect(3, 3);
        SocketFile file = files.socket(a.integer(0));
        Expression.Struct message = Arguments.struct(a.get(1));
        long bytes = Arguments.iovBytes(Arguments.field(message, "msg_iov"));
        int flags = a.integer(2);
        return () -> {
            if ((flags & Constants.MSG_ERRQUEUE) != 0) {
                ErrorQueue.Notice notice = file.errors.poll();
                if (notice == null) {
                    return -Constants.EAGAIN;
                }
                checkNotice(notice, message);
                return 0;
            }
            long result = readNow(file, bytes, flags);
            if (result >= 0) {
                checkControl(file, message);
            }
            return result;
        };
    }

    /** Compares a notice with the control messages that are expected: a time if it has one, then the error. */
    private void checkNotice(ErrorQueue.Notice notice, Expression.Struct message) {
        Expression control = message.fields().get("msg_control");
        List<Expression> cmsgs = control == null ? List.of() : Arguments.items(control);
        Arguments.check("number of control messages", cmsgs.size(), notice.hasTime() ? 2 : 1);
        if (notice.hasTime()) {
            checkTime(notice.timeNs(), Arguments.struct(cmsgs.get(0)));
        }
        Expression.Struct cmsg = Arguments.struct(cmsgs.get(cmsgs.size() - 1));
        Expression.Struct error = Arguments.struct(Arguments.field(cmsg, "cmsg_data"));
        check(error, "ee_errno", notice.errno());
        check(error, "ee_origin", notice.origin());
        check(error, "ee_type", 0);
        check(error, "ee_code", notice.code());
        check(error, "ee_info", notice.info());
        check(error, "ee_data", notice.data());
    }

    private void checkTime(long timeNs, Expression.Struct cmsg) {
        check(cmsg, "cmsg_level", SockOptions.SOL_SOCKET);
        check(cmsg, "cmsg_type", Constants.SCM_TIMESTAMPING);
        Expression.Struct expected = Arguments.struct(Arguments.field(cmsg, "cmsg_data"));
        long expectedNs = Arguments.value(Arguments.field(expected, "scm_sec")) * NS_PER_S
                + Arguments.value(Arguments.field(expected, "scm_nsec"));
        if (Math.abs(expectedNs - timeNs) > toleranceUs * NS_PER_US) {
            throw new CallException("Bad timestamp: expected: " + expectedNs + " ns actual: " + timeNs
                    + " ns; tolerance " + toleranceUs + " us");
        }
    }

    private static Expression.Struct onlyControl(Expression.Struct message) {
        Expression control = message.fields().get("msg_control");
        int expected = control == null ? 0 : Arguments.items(control).size();
        Arguments.check("number of control messages", expected, 1);
        return Arguments.struct(Arguments.items(control).get(0));
    }

    private static void check(Expression.Struct struct, String field, long actual) {
        Arguments.check(field, Arguments.value(Arguments.field(struct, field)), actual);
    }

    private static void checkControl(SocketFile file, Expression.Struct message) {
        if (!file.reportsInq) {
            Expression control = message.fields().get("msg_control");
            Arguments.check(
                    "number of control messages",
                    control == null ? 0 : Arguments.items(control).size(),
                    0);
            return;
        }
        Expression.Struct cmsg = onlyControl(message);
        check(cmsg, "cmsg_level", SockOptions.SOL_TCP);
        check(cmsg, "cmsg_type", Constants.TCP_CM_INQ);
        check(cmsg, "cmsg_data", inqHint(file.tcp()));
    }

    /** Bytes that can be read, or 1 for the end of the stream (tcp_inq_hint()). */
    private static int inqHint(TcpSock sk) {
        int unread = sk.unread();
        return unread == 0 && sk.fin_received ? 1 : unread;
    }
}
