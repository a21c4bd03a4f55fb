package org.bpfsim.tcp.packetdrill.socket;

import java.util.Map;
import org.bpfsim.tcp.packetdrill.script.Expression;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;

/** read(), write() and their like, recvmsg() with control messages (Linux 6.12, net/ipv4/tcp.c). */
final class DataCalls {
    private static final int KNOWN_SEND_FLAGS =
            Constants.MSG_DONTWAIT | Constants.MSG_NOSIGNAL | Constants.MSG_MORE | Constants.MSG_ZEROCOPY;

    private final FileTable files;

    DataCalls(FileTable files) {
        this.files = files;
    }

    void addTo(Map<String, SystemCalls.Maker> calls) {
        calls.put("read", (a, r) -> read(a.integer(0), a.number(2), 0, isNull(a)));
        calls.put("recv", (a, r) -> read(a.integer(0), a.number(2), a.integer(3), isNull(a)));
        calls.put("recvfrom", (a, r) -> read(a.integer(0), a.number(2), a.integer(3), isNull(a)));
        calls.put("readv", (a, r) -> read(a.integer(0), Arguments.iovBytes(a.get(1)), 0, false));
        calls.put("recvmsg", (a, r) -> receiveMessage(a));
        calls.put("write", (a, r) -> write(a.integer(0), a.number(2), 0, isNull(a)));
        calls.put("send", (a, r) -> write(a.integer(0), a.number(2), a.integer(3), isNull(a)));
        calls.put("sendto", (a, r) -> write(a.integer(0), a.number(2), a.integer(3), isNull(a)));
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
        int unread = sk.unread();
        if (unread > 0) {
            if ((flags & Constants.MSG_PEEK) != 0) {
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

    private PendingCall write(int fd, long bytes, int flags, boolean badBuffer) {
        SocketFile file = files.socket(fd);
        if ((flags & ~KNOWN_SEND_FLAGS) != 0) {
            throw new CallException("flags 0x" + Integer.toHexString(flags & ~KNOWN_SEND_FLAGS)
                    + " of send() are not modelled (MSG_EOR 0x80, MSG_FASTOPEN 0x20000000)");
        }
        return new PendingCall() {
            private long written;

            @Override
            public long attempt() {
                if (badBuffer && file.tcp().skc_state == TcpState.ESTABLISHED) {
                    return -Constants.EFAULT;
                }
                long taken = writeNow(file, bytes - written, flags);
                if (taken < 0) {
                    return written > 0 ? written : taken;
                }
                written += taken;
                if (written == bytes) {
                    return finished();
                }
                if (waits(file, flags)) {
                    return PendingCall.BLOCKED;
                }
                return written > 0 ? finished() : -Constants.EAGAIN;
            }

            private long finished() {
                if ((flags & Constants.MSG_ZEROCOPY) != 0 && file.zeroCopy && written > 0) {
                    file.errors.sent(file.tcp().write_seq);
                }
                return written;
            }
        };
    }

    private static long writeNow(SocketFile file, long bytes, int flags) {
        TcpSock sk = file.tcp();
        if (sk.daddr == null) {
            return -Constants.EPIPE;
        }
        return file.socket.write(bytes, (flags & Constants.MSG_MORE) != 0);
    }

    private PendingCall sendMessage(Arguments a) {
        a.expect(3, 3);
        long bytes = Arguments.iovBytes(Arguments.field(Arguments.struct(a.get(1)), "msg_iov"));
        return write(a.integer(0), bytes, a.integer(2), false);
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

    /** Compares a notice with the struct sock_extended_err that is expected. */
    private static void checkNotice(ErrorQueue.Notice notice, Expression.Struct message) {
        Expression.Struct cmsg = onlyControl(message);
        Expression.Struct error = Arguments.struct(Arguments.field(cmsg, "cmsg_data"));
        check(error, "ee_errno", 0);
        check(error, "ee_origin", Constants.SO_EE_ORIGIN_ZEROCOPY);
        check(error, "ee_type", 0);
        check(error, "ee_code", Constants.SO_EE_CODE_ZEROCOPY_COPIED);
        check(error, "ee_info", notice.first());
        check(error, "ee_data", notice.last());
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
