package org.bpfsim.tcp.packetdrill.socket;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.bpfsim.tcp.input.UrgentData;
import org.bpfsim.tcp.packetdrill.script.Expression;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TxTimestamps;

/** setsockopt(), getsockopt(), fcntl(), ioctl(). */
final class OptionCalls {
    /** Options of SOL_SOCKET that change nothing in a host whose addresses and ports are all its own. */
    private static final Set<Integer> WITHOUT_EFFECT = Set.of(Constants.SO_REUSEADDR, Constants.SO_REUSEPORT);

    private final FileTable files;

    OptionCalls(FileTable files) {
        this.files = files;
    }

    void addTo(Map<String, SystemCalls.Maker> calls) {
        calls.put("setsockopt", (a, r) -> set(a));
        calls.put("getsockopt", (a, r) -> get(a));
        calls.put("fcntl", (a, r) -> fcntl(a));
        calls.put("ioctl", (a, r) -> ioctl(a));
    }

    private PendingCall set(Arguments a) {
        a.expect(5, 5);
        SocketFile file = files.socket(a.integer(0));
        int level = a.integer(1);
        int name = a.integer(2);
        Expression value = a.get(3);
        return () -> {
            if (level == SockOptions.SOL_TCP && name == SockOptions.TCP_CONGESTION) {
                return file.socket.setCongestionControl(text(value));
            }
            if (level == SockOptions.SOL_TCP && name == SockOptions.TCP_FASTOPEN_KEY) {
                return SockOptions.setFastOpenKey(file.tcp(), Arrays.copyOf(bytes(text(value)), a.integer(4)));
            }
            if (level == SockOptions.SOL_SOCKET && name == Constants.SO_LINGER) {
                return linger(file.tcp(), Arguments.struct(value));
            }
            return set(file, level, name, a.boxed(3));
        };
    }

    private static String text(Expression value) {
        if (value instanceof Expression.Text t) {
            return t.value();
        }
        throw new CallException("expected a string but found " + value);
    }

    /** The bytes of a string with C's escapes for a byte in hexadecimal, such as {@code \\x7f}. */
    private static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\x", i) && i + 4 <= text.length()) {
                out.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
                i += 3;
            } else {
                out.write(text.charAt(i));
            }
        }
        return out.toByteArray();
    }

    private static int linger(TcpSock sk, Expression.Struct value) {
        boolean on = Arguments.value(Arguments.field(value, "onoff")) != 0;
        sk.sk_lingertime = on ? (int) Arguments.value(Arguments.field(value, "linger")) : -1;
        return 0;
    }

    private static int set(SocketFile file, int level, int name, int value) {
        TcpSock sk = file.tcp();
        if (level == SockOptions.SOL_SOCKET && WITHOUT_EFFECT.contains(name)) {
            return 0;
        }
        if (level == Constants.SOL_IP && name == Constants.IP_FREEBIND) {
            return 0; // bind() refuses no address
        }
        if (level == SockOptions.SOL_SOCKET && name == Constants.SO_ZEROCOPY) {
            if (value < 0 || value > 1) {
                return -Constants.EINVAL;
            }
            file.zeroCopy = value == 1;
            return 0;
        }
        if (level == SockOptions.SOL_SOCKET && name == Constants.SO_TIMESTAMPING) {
            if ((value & ~TxTimestamps.KNOWN) != 0) {
                throw new CallException("SO_TIMESTAMPING with 0x" + Integer.toHexString(value & ~TxTimestamps.KNOWN)
                        + " is not modelled. Modelled are SOF_TIMESTAMPING_TX_SCHED, TX_SOFTWARE, TX_ACK, SOFTWARE,"
                        + " OPT_ID, OPT_ID_TCP and OPT_TSONLY");
            }
            file.stampTransmissions(value);
            return 0;
        }
        if (level == SockOptions.SOL_TCP && name == Constants.TCP_INQ) {
            if (value < 0 || value > 1) {
                return -Constants.EINVAL;
            }
            file.reportsInq = value == 1;
            return 0;
        }
        return file.socket.setsockopt(level, name, value);
    }

    private PendingCall get(Arguments a) {
        a.expect(5, 5);
        SocketFile file = files.socket(a.integer(0));
        int level = a.integer(1);
        int name = a.integer(2);
        return () -> {
            int actual;
            if (level == SockOptions.SOL_SOCKET && name == Constants.SO_ERROR) {
                actual = (int) -SystemCalls.takeError(file.tcp());
            } else if (SockOptions.isModelled(level, name)) {
                actual = file.socket.getsockopt(level, name);
            } else {
                return -Constants.ENOPROTOOPT;
            }
            if (!a.isEllipsis(3)) {
                Arguments.check("getsockopt optval", a.boxed(3), actual);
            }
            return 0;
        };
    }

    private PendingCall fcntl(Arguments a) {
        a.expect(2, 3);
        SocketFile file = files.socket(a.integer(0));
        int command = a.integer(1);
        return () -> switch (command) {
            case Constants.F_GETFL -> Constants.O_RDWR | (file.nonBlocking ? Constants.O_NONBLOCK : 0);
            case Constants.F_SETFL -> {
                file.nonBlocking = (a.number(2) & Constants.O_NONBLOCK) != 0;
                yield 0;
            }
            default -> throw new CallException("fcntl() command " + command + " is not modelled");
        };
    }

    private PendingCall ioctl(Arguments a) {
        a.expect(3, 3);
        SocketFile file = files.socket(a.integer(0));
        int request = a.integer(1);
        return () -> {
            TcpSock sk = file.tcp();
            int actual = switch (request) {
                case Constants.SIOCINQ -> UrgentData.untilMark(sk, sk.unread());
                case Constants.SIOCOUTQ -> sk.write_seq - sk.snd_una - (sk.fin_queued ? 1 : 0);
                case Constants.SIOCOUTQNSD -> sk.write_seq - sk.snd_nxt;
                default -> throw new CallException("ioctl() request " + request + " is not modelled");
            };
            Arguments.check("ioctl optval", a.boxed(2), actual);
            return 0;
        };
    }
}
