package org.bpfsim.tcp.sock;

/**
 * Socket options with an integer value, as {@code setsockopt(2)} of a privileged caller and {@code bpf_setsockopt()}
 * both reach them; {@link OptionBytes} has the former's rules for lengths (Linux 6.12: {@code sk_setsockopt()} in net/core/sock.c, {@code do_tcp_setsockopt()} in
 * net/ipv4/tcp.c). Levels and names have Linux's numbers. Options that are not listed in {@link #isModelled} are not
 * modelled.
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

    private static final int ECN_MASK = 3;
    /** Least buffers: Linux's SOCK_MIN_SNDBUF and SOCK_MIN_RCVBUF on x86-64. */
    private static final int MIN_SNDBUF = 4608;

    private static final int MIN_RCVBUF = 2304;
    private static final int MIN_MSS = 88;
    private static final int MAX_MSS = 32_767;
    private static final int MAX_SYNCNT = 127;
    /** TCP_FIN_TIMEOUT_MAX. */
    private static final int MAX_LINGER2_S = 120;

    private static final int MAX_KEEPIDLE = 32_767;
    private static final int MAX_KEEPINTVL = 32_767;
    private static final int MAX_KEEPCNT = 127;

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
            case SOL_TCP -> setTcp(sk, name, value);
            case SOL_IP, SOL_IPV6 -> setIp(sk, level, name, value);
            default -> -Errno.ENOPROTOOPT;
        };
    }

    /**
     * Reads one that {@link #isModelled}.
     *
     * @throws IllegalArgumentException if it is not
     */
    public static int get(TcpSock sk, int level, int name) {
        if (level == SOL_SOCKET) {
            switch (name) {
                case SO_REUSEADDR:
                    return sk.sk_reuse ? 1 : 0;
                case SO_REUSEPORT:
                    return sk.sk_reuseport ? 1 : 0;
                case SO_KEEPALIVE:
                    return sk.sk_keepalive ? 1 : 0;
                case SO_BINDTOIFINDEX:
                    return sk.sk_bound_dev_if;
                case SO_TXREHASH:
                    return sk.sk_txrehash;
                case SO_SNDBUF:
                    return sk.sk_sndbuf;
                case SO_RCVBUF:
                    return sk.sk_rcvbuf;
                case SO_PRIORITY:
                    return sk.sk_priority;
                case SO_RCVLOWAT:
                    return sk.sk_rcvlowat;
                case SO_MARK:
                    return sk.sk_mark;
                case SO_MAX_PACING_RATE:
                    return (int)
                            (Long.compareUnsigned(sk.sk_max_pacing_rate, 0xffff_ffffL) > 0
                                    ? -1
                                    : sk.sk_max_pacing_rate);
                default:
            }
        } else if (level == SOL_TCP) {
            switch (name) {
                case TCP_NODELAY:
                    return (sk.nonagle & TcpSock.TCP_NAGLE_OFF) != 0 ? 1 : 0;
                case TCP_MAXSEG:
                    return sk.rx_opt_user_mss != 0 && isUnconnected(sk) ? sk.rx_opt_user_mss : sk.mss_cache;
                case TCP_KEEPIDLE:
                    return sk.keepaliveTime() / sk.kernel.hz;
                case TCP_KEEPINTVL:
                    return sk.keepaliveInterval() / sk.kernel.hz;
                case TCP_KEEPCNT:
                    return sk.keepaliveProbes();
                case TCP_THIN_LINEAR_TIMEOUTS:
                    return sk.thin_lto ? 1 : 0;
                case TCP_SAVE_SYN:
                    return sk.save_syn;
                case TCP_SYNCNT:
                    return sk.icsk_syn_retries != 0 ? sk.icsk_syn_retries : sk.kernel.sysctls.tcp_syn_retries;
                case TCP_WINDOW_CLAMP:
                    return sk.window_clamp;
                case TCP_USER_TIMEOUT:
                    return sk.icsk_user_timeout;
                case TCP_QUICKACK:
                    return sk.inPingpongMode() ? 0 : 1;
                case TCP_DEFER_ACCEPT:
                    return DeferAccept.seconds(sk.rskq_defer_accept);
                case TCP_LINGER2:
                    return sk.linger2 < 0
                            ? -1
                            : (sk.linger2 != 0 ? sk.linger2 / sk.kernel.hz : sk.kernel.sysctls.tcp_fin_timeout);
                case TCP_NOTSENT_LOWAT:
                    return sk.notsent_lowat;
                case TCP_FASTOPEN:
                    return sk.fastopenq == null ? 0 : sk.fastopenq.max_qlen;
                case TCP_FASTOPEN_CONNECT:
                    return sk.fastopen_connect ? 1 : 0;
                case TCP_FASTOPEN_NO_COOKIE:
                    return sk.fastopen_no_cookie ? 1 : 0;
                default:
            }
        } else if (level == SOL_IP && name == IP_MTU_DISCOVER) {
            return sk.pmtudisc;
        } else if (level == SOL_IP && name == IP_FREEBIND) {
            return sk.freebind ? 1 : 0;
        } else if (level == SOL_IP && name == IP_TOS) {
            return sk.daddr != null && sk.daddr.isV4() ? sk.tos : sk.inet_tos;
        } else if (level == SOL_IPV6 && name == IPV6_TCLASS) {
            return sk.daddr != null && !sk.daddr.isV4() ? sk.tos : sk.tclass;
        } else if (level == SOL_IPV6 && name == IPV6_AUTOFLOWLABEL) {
            return sk.autoflowlabel ? 1 : 0;
        }
        throw new IllegalArgumentException("socket option " + name + " of level " + level + " is not modelled");
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

    private static int setTcp(TcpSock sk, int name, int value) {
        switch (name) {
            case TCP_NODELAY -> setNodelay(sk, value != 0);
            case TCP_MAXSEG -> {
                if (value != 0 && (value < MIN_MSS || value > MAX_MSS)) {
                    return -Errno.EINVAL;
                }
                sk.rx_opt_user_mss = value;
            }
            case TCP_KEEPIDLE -> {
                if (value < 1 || value > MAX_KEEPIDLE) {
                    return -Errno.EINVAL;
                }
                sk.keepalive_time = value * sk.kernel.hz;
                if (sk.sk_keepalive && !isUnconnected(sk)) {
                    SockTimers.resetKeepalive(sk, Math.max(0, sk.keepalive_time - sk.silence()));
                }
            }
            case TCP_KEEPINTVL -> {
                if (value < 1 || value > MAX_KEEPINTVL) {
                    return -Errno.EINVAL;
                }
                sk.keepalive_intvl = value * sk.kernel.hz;
            }
            case TCP_KEEPCNT -> {
                if (value < 1 || value > MAX_KEEPCNT) {
                    return -Errno.EINVAL;
                }
                sk.keepalive_probes = value;
            }
            case TCP_THIN_LINEAR_TIMEOUTS -> {
                if (value < 0 || value > 1) {
                    return -Errno.EINVAL;
                }
                sk.thin_lto = value == 1;
            }
            case TCP_SAVE_SYN -> {
                if (value < 0 || value > 2) {
                    return -Errno.EINVAL;
                }
                sk.save_syn = value;
            }
            case TCP_SYNCNT -> {
                if (value < 1 || value > MAX_SYNCNT) {
                    return -Errno.EINVAL;
                }
                sk.icsk_syn_retries = value;
            }
            case TCP_WINDOW_CLAMP -> {
                return setWindowClamp(sk, value);
            }
            case TCP_USER_TIMEOUT -> {
                if (value < 0) {
                    return -Errno.EINVAL;
                }
                sk.icsk_user_timeout = value;
            }
            case TCP_NOTSENT_LOWAT -> {
                sk.notsent_lowat = value;
                writeSpace(sk);
            }
            case TCP_QUICKACK -> setQuickAck(sk, value);
            case TCP_DEFER_ACCEPT -> sk.rskq_defer_accept = DeferAccept.timeouts(value);
            case TCP_LINGER2 -> {
                if (value < 0) {
                    sk.linger2 = -1;
                } else {
                    sk.linger2 = value > MAX_LINGER2_S ? MAX_LINGER2_S * sk.kernel.hz : value * sk.kernel.hz;
                }
            }
            case TCP_FASTOPEN -> {
                if (value < 0 || !isUnconnected(sk)) {
                    return -Errno.EINVAL;
                }
                FastOpenQueue.enable(sk, value);
            }
            case TCP_FASTOPEN_CONNECT -> {
                return setFastOpenConnect(sk, value);
            }
            case TCP_FASTOPEN_NO_COOKIE -> {
                if (value < 0 || value > 1 || !isUnconnected(sk)) {
                    return -Errno.EINVAL;
                }
                sk.fastopen_no_cookie = value == 1;
            }
            default -> {
                return -Errno.ENOPROTOOPT;
            }
        }
        return 0;
    }

    private static void setNodelay(TcpSock sk, boolean on) {
        if (on) {
            sk.nonagle |= TcpSock.TCP_NAGLE_OFF | TcpSock.TCP_NAGLE_PUSH;
            if (!isUnconnected(sk) && sk.skc_state != TcpState.SYN_SENT) {
                sk.kernel.stack().pushPending(sk);
            }
        } else {
            sk.nonagle &= ~TcpSock.TCP_NAGLE_OFF;
        }
    }

    /** {@code tcp_set_window_clamp()}. */
    private static int setWindowClamp(TcpSock sk, int value) {
        if (value == 0) {
            if (sk.skc_state != TcpState.CLOSE) {
                return -Errno.EINVAL;
            }
            sk.window_clamp = 0;
            return 0;
        }
        int old = sk.window_clamp;
        int clamp = Math.max(MIN_RCVBUF / 2, value);
        if (clamp == old) {
            return 0;
        }
        sk.window_clamp = clamp;
        sk.rcv_ssthresh =
                clamp < old ? Math.min(sk.rcv_ssthresh, clamp) : Math.max(Math.min(sk.rcv_wnd, clamp), sk.rcv_ssthresh);
        return 0;
    }

    /**
     * IP_TOS, IPV6_TCLASS and IPV6_AUTOFLOWLABEL. The ECN bits of a TCP socket are TCP's (RFC 3168, section 6.1): they stay.
     */
    private static int setIp(TcpSock sk, int level, int name, int value) {
        if (level == SOL_IPV6 && name == IPV6_AUTOFLOWLABEL) {
            sk.autoflowlabel = value != 0;
        } else if (level == SOL_IPV6 && name == IPV6_TCLASS) {
            if (value < -1 || value > 0xff) {
                return -Errno.EINVAL;
            }
            sk.tclass = Math.max(value, 0) & ~ECN_MASK;
        } else if (level == SOL_IP && name == IP_MTU_DISCOVER) {
            if (value < TcpSock.IP_PMTUDISC_DONT || value > TcpSock.IP_PMTUDISC_OMIT) {
                return -Errno.EINVAL;
            }
            sk.pmtudisc = value;
        } else if (level == SOL_IP && name == IP_FREEBIND) {
            sk.freebind = value != 0;
        } else if (level == SOL_IP && name == IP_TOS) {
            sk.inet_tos = value & 0xff & ~ECN_MASK;
            sk.sk_priority = priority(value);
        } else {
            return -Errno.ENOPROTOOPT;
        }
        if (sk.daddr != null) {
            sk.chooseTos(sk.daddr);
        }
        return 0;
    }

    /** Queueing priority by the two highest bits of RFC 1349's TOS: best effort, bulk, interactive, both (rt_tos2priority()). */
    private static int priority(int tos) {
        return switch (tos >> 3 & 3) {
            case 0 -> 0;
            case 1 -> 2;
            case 2 -> 6;
            default -> 4;
        };
    }

    /** {@code __tcp_sock_set_quickack()}: ACKs at once, until the connection is interactive again; an even value once. */
    private static void setQuickAck(TcpSock sk, int value) {
        if (value == 0) {
            sk.icsk_ack_pingpong = TcpSock.PINGPONG_THRESHOLD;
            return;
        }
        sk.icsk_ack_pingpong = 0;
        boolean open = sk.skc_state == TcpState.ESTABLISHED || sk.skc_state == TcpState.CLOSE_WAIT;
        if (open && sk.ackScheduled()) {
            sk.icsk_ack_pending |= TcpSock.ICSK_ACK_PUSHED;
            if (sk.sk_rmem_alloc == 0 || sk.rcv_nxt - sk.rcv_wup > sk.icsk_ack_rcv_mss) {
                sk.kernel.stack().sendAck(sk, sk.rcv_nxt);
            }
            if ((value & 1) == 0) {
                sk.icsk_ack_pingpong = TcpSock.PINGPONG_THRESHOLD;
            }
        }
    }

    private static int setFastOpenConnect(TcpSock sk, int value) {
        if (value < 0 || value > 1) {
            return -Errno.EINVAL;
        }
        if ((sk.kernel.sysctls.tcp_fastopen & Sysctls.TFO_CLIENT_ENABLE) == 0) {
            return -Errno.EOPNOTSUPP;
        }
        if (sk.skc_state != TcpState.CLOSE) {
            return -Errno.EINVAL;
        }
        sk.fastopen_connect = value == 1;
        return 0;
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

    private static boolean isUnconnected(TcpSock sk) {
        return sk.skc_state == TcpState.CLOSE || sk.skc_state == TcpState.LISTEN;
    }

    private static void writeSpace(TcpSock sk) {
        if (sk.sk_nospace && sk.isStreamWriteable()) {
            sk.sk_nospace = false;
            sk.raise(SockCallbacks.WRITABLE);
        }
    }
}
