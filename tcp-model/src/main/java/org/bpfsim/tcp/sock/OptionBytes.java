package org.bpfsim.tcp.sock;

import static org.bpfsim.tcp.sock.SockOptions.IPV6_AUTOFLOWLABEL;
import static org.bpfsim.tcp.sock.SockOptions.IP_FREEBIND;
import static org.bpfsim.tcp.sock.SockOptions.SOL_IP;
import static org.bpfsim.tcp.sock.SockOptions.SOL_IPV6;
import static org.bpfsim.tcp.sock.SockOptions.SOL_SOCKET;
import static org.bpfsim.tcp.sock.SockOptions.SOL_TCP;
import static org.bpfsim.tcp.sock.SockOptions.SO_MAX_PACING_RATE;
import static org.bpfsim.tcp.sock.SockOptions.TCP_CONGESTION;
import static org.bpfsim.tcp.sock.SockOptions.TCP_FASTOPEN_KEY;
import static org.bpfsim.tcp.sock.SockOptions.TCP_SAVED_SYN;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.tcp.segment.IpAddress;

/**
 * {@code setsockopt(2)} and {@code getsockopt(2)} of a privileged caller by the bytes of a value: how long it must be, how long
 * what comes back is, and what Linux says of levels and options that it does not know. Each level has rules of its own (Linux
 * 6.12: sk_setsockopt() and sk_getsockopt() in net/core/sock.c, do_tcp_setsockopt() and do_tcp_getsockopt() in net/ipv4/tcp.c,
 * do_ip_setsockopt() and do_ip_getsockopt() in net/ipv4/ip_sockglue.c, their like in net/ipv6/ipv6_sockglue.c).
 */
public final class OptionBytes {
    private static final int CA_NAME_MAX = 16;

    private OptionBytes() {}

    /**
     * Sets an option.
     *
     * @return 0 or a negated errno
     */
    public static int set(TcpSock sk, int level, int name, byte[] value) {
        boolean isInt = value.length >= Integer.BYTES;
        int number = isInt ? LittleEndian.s32(value, 0) : 0;
        switch (level) {
            case SOL_TCP -> {
                if (name == TCP_CONGESTION) {
                    return setCongestionControl(sk, value);
                }
                if (name == TCP_FASTOPEN_KEY) {
                    return SockOptions.setFastOpenKey(sk, value);
                }
                return isInt ? SockOptions.set(sk, level, name, number) : -Errno.EINVAL;
            }
            case SOL_IP -> {
                if (name == IP_FREEBIND && value.length == 0) {
                    return -Errno.EINVAL;
                }
                int byteOrNumber = isInt ? number : value.length > 0 ? value[0] & 0xff : 0;
                return SockOptions.set(sk, level, name, byteOrNumber);
            }
            case SOL_IPV6 -> {
                boolean takesAny = name == IPV6_AUTOFLOWLABEL || !SockOptions.isModelled(level, name);
                return isInt || takesAny ? SockOptions.set(sk, level, name, number) : -Errno.EINVAL;
            }
            case SOL_SOCKET -> {
                return isInt ? SockOptions.set(sk, level, name, number) : -Errno.EINVAL;
            }
            default -> {
                return -Errno.ENOPROTOOPT;
            }
        }
    }

    private static int setCongestionControl(TcpSock sk, byte[] value) {
        int length = 0;
        while (length < value.length && length < CA_NAME_MAX - 1 && value[length] != 0) {
            length++;
        }
        return value.length < 1
                ? -Errno.EINVAL
                : CongestionControl.set(sk, new String(value, 0, length, StandardCharsets.ISO_8859_1));
    }

    /**
     * Reads an option.
     *
     * @param room bytes for the value: it is cut to them
     */
    public static SockoptHook.Reply get(TcpSock sk, int level, int name, int room) {
        if (level != SOL_SOCKET && level != SOL_TCP && level != SOL_IP && level != SOL_IPV6) {
            boolean isV4 = sk.family() == IpAddress.AF_INET;
            return failed(isV4 ? Errno.EOPNOTSUPP : Errno.ENOPROTOOPT, 0);
        }
        if (room < 0 && level != SOL_IPV6) {
            return failed(Errno.EINVAL, room);
        }
        byte[] value;
        if (level == SOL_TCP && name == TCP_CONGESTION) {
            value = Arrays.copyOf(sk.icsk_ca_ops.name().getBytes(StandardCharsets.ISO_8859_1), CA_NAME_MAX);
        } else if (level == SOL_TCP && name == TCP_SAVED_SYN) {
            value = sk.saved_syn == null ? new byte[0] : sk.saved_syn.headers();
            if (room < value.length) {
                return new SockoptHook.Reply(-Errno.EINVAL, value, value.length);
            }
            sk.saved_syn = null; // it can be read once
        } else if (!SockOptions.isModelled(level, name)) {
            return failed(Errno.ENOPROTOOPT, 0);
        } else if (level == SOL_SOCKET && name == SO_MAX_PACING_RATE && room >= Long.BYTES) {
            value = new byte[Long.BYTES];
            LittleEndian.put(value, 0, Long.BYTES, sk.sk_max_pacing_rate);
        } else {
            int number = SockOptions.get(sk, level, name);
            boolean asByte = level == SOL_IP && room > 0 && room < Integer.BYTES && number >= 0 && number <= 0xff;
            value = new byte[asByte ? 1 : Integer.BYTES];
            LittleEndian.put(value, 0, value.length, number);
        }
        int length = room < 0 ? value.length : Math.min(room, value.length);
        return new SockoptHook.Reply(0, Arrays.copyOf(value, length), length);
    }

    private static SockoptHook.Reply failed(int errno, int length) {
        return new SockoptHook.Reply(-errno, new byte[0], length);
    }
}
