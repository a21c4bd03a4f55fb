package org.bpfsim.tcp.sock;

/**
 * Socket options with an integer value, as {@code setsockopt(2)} of a privileged caller and {@code bpf_setsockopt()}
 * both reach them (Linux 6.12: {@code sk_setsockopt()} in net/core/sock.c, {@code do_tcp_setsockopt()} in net/ipv4/tcp.c).
 * Levels and names have Linux's numbers. Options that are not listed in {@link #isModelled} are not modelled.
 *
 * <pre>
 * SockOptions  the numbers, and level SOL_SOCKET
 * TcpOptions   level SOL_TCP
 * IpOptions    levels SOL_IP and SOL_IPV6
 * OptionBytes  the rules of setsockopt(2) and getsockopt(2) for lengths
 * </pre>
 */
public final class SockOptions {
    public static final int SOL_SOCKET = 1;
    public static final int SO_REUSEADDR = 2;
    public static final int SO_SNDBUF = 7;
    public static final int SO_RCVBUF = 8;
    public static final int SO_KEEPALIVE = 9;
    public static final int SO_PRIORITY = 12;
    public static final int SO_REUSEPORT = 15;
    public static final int SO_RCVLOWAT = 18;
    public static final int SO_MARK = 36;
    public static final int SO_MAX_PACING_RATE = 47;
    public static final int SO_BINDTOIFINDEX = 62;
    public static final int SO_TXREHASH = 74;

    public static final int SOL_TCP = 6;
    public static final int TCP_NODELAY = 1;
    public static final int TCP_MAXSEG = 2;
    public static final int TCP_CORK = 3;
    public static final int TCP_KEEPIDLE = 4;
    public static final int TCP_KEEPINTVL = 5;
    public static final int TCP_KEEPCNT = 6;
    public static final int TCP_SYNCNT = 7;
    public static final int TCP_LINGER2 = 8;
    public static final int TCP_DEFER_ACCEPT = 9;
    public static final int TCP_WINDOW_CLAMP = 10;
    public static final int TCP_QUICKACK = 12;
    public static final int TCP_CONGESTION = 13;
    public static final int TCP_THIN_LINEAR_TIMEOUTS = 16;
    public static final int TCP_USER_TIMEOUT = 18;
    public static final int TCP_FASTOPEN = 23;
    public static final int TCP_NOTSENT_LOWAT = 25;
    public static final int TCP_SAVE_SYN = 27;
    public static final int TCP_SAVED_SYN = 28;
    public static final int TCP_FASTOPEN_CONNECT = 30;
    public static final int TCP_FASTOPEN_KEY = 33;
    public static final int TCP_FASTOPEN_NO_COOKIE = 34;

    public static final int SOL_IP = 0;
    public static final int IP_TOS = 1;
    public static final int IP_MTU_DISCOVER = 10;
    public static final int IP_FREEBIND = 15;

    public static final int SOL_IPV6 = 41;
    public static final int IPV6_TCLASS = 67;
    public static final int IPV6_AUTOFLOWLABEL = 70;

    /** Least buffers: Linux's SOCK_MIN_SNDBUF and SOCK_MIN_RCVBUF on x86-64. */
    private static final int MIN_SNDBUF = 4608;

    static final int MIN_RCVBUF = 2304;

    private SockOptions() {}

    /** Whether {@link #set} and {@link #get} know an option. */
    public static boolean isModelled(int level, int name) {
        return switch (level) {
            case SOL_SOCKET ->
                switch (name) {
                    case SO_REUSEADDR,
                            SO_SNDBUF,
                            SO_RCVBUF,
                            SO_KEEPALIVE,
                            SO_PRIORITY,
                            SO_REUSEPORT,
                            SO_RCVLOWAT,
                            SO_MARK,
                            SO_MAX_PACING_RATE,
                            SO_BINDTOIFINDEX,
                            SO_TXREHASH -> true;
                    default -> false;
                };
            case SOL_TCP ->
                switch (name) {
                    case TCP_NODELAY,
                            TCP_MAXSEG,
                            TCP_CORK,
                            TCP_KEEPIDLE,
                            TCP_KEEPINTVL,
                            TCP_KEEPCNT,
                            TCP_SYNCNT,
                            TCP_LINGER2,
                            TCP_QUICKACK,
                            TCP_DEFER_ACCEPT,
                            TCP_WINDOW_CLAMP,
                            TCP_THIN_LINEAR_TIMEOUTS,
                            TCP_USER_TIMEOUT,
                            TCP_FASTOPEN,
                            TCP_FASTOPEN_CONNECT,
                            TCP_FASTOPEN_NO_COOKIE,
                            TCP_NOTSENT_LOWAT,
                            TCP_SAVE_SYN -> true;
                    default -> false;
                };
            case SOL_IP -> name == IP_TOS || name == IP_MTU_DISCOVER || name == IP_FREEBIND;
            case SOL_IPV6 -> name == IPV6_TCLASS || name == IPV6_AUTOFLOWLABEL;
            default -> false;
        };
    }

    /**
     * Sets one.
     *
     * @return 0 or a negated errno; -ENOPROTOOPT if it is not modelled
     */
    public static int set(TcpSock sk, int level, int name, int value) {
        return switch (level) {
            case SOL_SOCKET -> setSocket(sk, name, value);
            case SOL_TCP -> TcpOptions.set(sk, name, value);
            case SOL_IP, SOL_IPV6 -> IpOptions.set(sk, level, name, value);
            default -> -Errno.ENOPROTOOPT;
        };
    }

    /**
     * Reads one that {@link #isModelled}.
     *
     * @throws IllegalArgumentException if it is not
     */
    public static int get(TcpSock sk, int level, int name) {
        return switch (level) {
            case SOL_SOCKET -> getSocket(sk, name);
            case SOL_TCP -> TcpOptions.get(sk, name);
            case SOL_IP, SOL_IPV6 -> IpOptions.get(sk, level, name);
            default -> throw notModelled(level, name);
        };
    }

    static IllegalArgumentException notModelled(int level, int name) {
        return new IllegalArgumentException("socket option " + name + " of level " + level + " is not modelled");
    }

    private static int getSocket(TcpSock sk, int name) {
        return switch (name) {
            case SO_REUSEADDR -> sk.sk_reuse ? 1 : 0;
            case SO_REUSEPORT -> sk.sk_reuseport ? 1 : 0;
            case SO_KEEPALIVE -> sk.sk_keepalive ? 1 : 0;
            case SO_BINDTOIFINDEX -> sk.sk_bound_dev_if;
            case SO_TXREHASH -> sk.sk_txrehash;
            case SO_SNDBUF -> sk.sk_sndbuf;
            case SO_RCVBUF -> sk.sk_rcvbuf;
            case SO_PRIORITY -> sk.sk_priority;
            case SO_RCVLOWAT -> sk.sk_rcvlowat;
            case SO_MARK -> sk.sk_mark;
            case SO_MAX_PACING_RATE ->
                (int) (Long.compareUnsigned(sk.sk_max_pacing_rate, 0xffff_ffffL) > 0 ? -1 : sk.sk_max_pacing_rate);
            default -> throw notModelled(SOL_SOCKET, name);
        };
    }

    private static int setSocket(TcpSock sk, int name, int value) {
        switch (name) {
            case SO_SNDBUF -> {
                sk.sk_userlocks |= TcpSock.SOCK_SNDBUF_LOCK;
                sk.sk_sndbuf = doubled(value, sk.kernel.sysctls.wmem_max, MIN_SNDBUF);
                writeSpace(sk);
            }
            case SO_RCVBUF -> {
                sk.sk_userlocks |= TcpSock.SOCK_RCVBUF_LOCK;
                sk.sk_rcvbuf = doubled(value, sk.kernel.sysctls.rmem_max, MIN_RCVBUF);
            }
            case SO_REUSEADDR -> sk.sk_reuse = value != 0;
            case SO_REUSEPORT -> sk.sk_reuseport = value != 0;
            case SO_KEEPALIVE -> setKeepalive(sk, value != 0);
            case SO_BINDTOIFINDEX -> {
                if (value < 0) {
                    return -Errno.EINVAL;
                }
                sk.sk_bound_dev_if = value;
            }
            case SO_TXREHASH -> {
                if (value < -1 || value > 1) {
                    return -Errno.EINVAL;
                }
                sk.sk_txrehash = value == -1 ? 1 : value; // net.core.txrehash
            }
            case SO_PRIORITY -> sk.sk_priority = value;
            case SO_MARK -> sk.sk_mark = value;
            case SO_RCVLOWAT -> setRcvlowat(sk, value < 0 ? Integer.MAX_VALUE : value);
            case SO_MAX_PACING_RATE -> setMaxPacingRate(sk, value == -1 ? -1L : Integer.toUnsignedLong(value));
            default -> {
                return -Errno.ENOPROTOOPT;
            }
        }
        return 0;
    }

    private static void setKeepalive(TcpSock sk, boolean on) {
        if (!isUnconnected(sk)) {
            if (on && !sk.sk_keepalive) {
                SockTimers.resetKeepalive(sk, sk.keepaliveTime());
            } else if (!on) {
                sk.kernel.scheduler.cancel(sk.sk_timer);
            }
        }
        sk.sk_keepalive = on;
    }

    /** Linux takes half of a buffer for its own bookkeeping, so it doubles what it is asked for. */
    private static int doubled(int value, int max, int min) {
        int capped = Integer.compareUnsigned(value, max) > 0 ? max : value;
        return Math.max(Math.min(capped, Integer.MAX_VALUE / 2) * 2, min);
    }

    private static void setRcvlowat(TcpSock sk, int value) {
        if (sk.callbacks == null) {
            sk.sk_rcvlowat = Math.max(value, 1); // nobody has accepted it: Linux looks at nothing else then
        } else {
            ReceiveLowat.set(sk, value, true);
        }
    }

    private static void setMaxPacingRate(TcpSock sk, long bytesPerSecond) {
        if (bytesPerSecond != -1 && sk.sk_pacing_status == TcpSock.SK_PACING_NONE) {
            sk.sk_pacing_status = TcpSock.SK_PACING_NEEDED;
        }
        sk.sk_max_pacing_rate = bytesPerSecond;
        if (Long.compareUnsigned(sk.sk_pacing_rate, bytesPerSecond) > 0) {
            sk.sk_pacing_rate = bytesPerSecond;
        }
    }

    /**
     * Sets a listener's own keys for Fast Open's cookies: TCP_FASTOPEN_KEY with 16 bytes, or 32 with a backup key.
     *
     * @return 0 or a negated errno
     */
    public static int setFastOpenKey(TcpSock sk, byte[] key) {
        if (key.length != FastOpenKeys.KEY_BYTES && key.length != 2 * FastOpenKeys.KEY_BYTES) {
            return -Errno.EINVAL;
        }
        FastOpenQueue.of(sk).keys = FastOpenKeys.of(key);
        return 0;
    }

    static boolean isUnconnected(TcpSock sk) {
        return sk.skc_state == TcpState.CLOSE || sk.skc_state == TcpState.LISTEN;
    }

    static void writeSpace(TcpSock sk) {
        if (sk.sk_nospace && sk.isStreamWriteable()) {
            sk.sk_nospace = false;
            sk.raise(SockCallbacks.WRITABLE);
        }
    }
}
