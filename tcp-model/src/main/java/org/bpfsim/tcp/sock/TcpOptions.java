package org.bpfsim.tcp.sock;

import static org.bpfsim.tcp.sock.SockOptions.MIN_RCVBUF;
import static org.bpfsim.tcp.sock.SockOptions.TCP_CORK;
import static org.bpfsim.tcp.sock.SockOptions.TCP_DEFER_ACCEPT;
import static org.bpfsim.tcp.sock.SockOptions.TCP_FASTOPEN;
import static org.bpfsim.tcp.sock.SockOptions.TCP_FASTOPEN_CONNECT;
import static org.bpfsim.tcp.sock.SockOptions.TCP_FASTOPEN_NO_COOKIE;
import static org.bpfsim.tcp.sock.SockOptions.TCP_KEEPCNT;
import static org.bpfsim.tcp.sock.SockOptions.TCP_KEEPIDLE;
import static org.bpfsim.tcp.sock.SockOptions.TCP_KEEPINTVL;
import static org.bpfsim.tcp.sock.SockOptions.TCP_LINGER2;
import static org.bpfsim.tcp.sock.SockOptions.TCP_MAXSEG;
import static org.bpfsim.tcp.sock.SockOptions.TCP_NODELAY;
import static org.bpfsim.tcp.sock.SockOptions.TCP_NOTSENT_LOWAT;
import static org.bpfsim.tcp.sock.SockOptions.TCP_QUICKACK;
import static org.bpfsim.tcp.sock.SockOptions.TCP_SAVE_SYN;
import static org.bpfsim.tcp.sock.SockOptions.TCP_SYNCNT;
import static org.bpfsim.tcp.sock.SockOptions.TCP_THIN_LINEAR_TIMEOUTS;
import static org.bpfsim.tcp.sock.SockOptions.TCP_USER_TIMEOUT;
import static org.bpfsim.tcp.sock.SockOptions.TCP_WINDOW_CLAMP;

/** {@link SockOptions} of level {@code SOL_TCP}: {@code do_tcp_setsockopt()} and {@code do_tcp_getsockopt()}. */
final class TcpOptions {
    private static final int MIN_MSS = 88;
    private static final int MAX_MSS = 32_767;
    private static final int MAX_SYNCNT = 127;
    /** TCP_FIN_TIMEOUT_MAX. */
    private static final int MAX_LINGER2_S = 120;

    private static final int MAX_KEEPIDLE = 32_767;
    private static final int MAX_KEEPINTVL = 32_767;
    private static final int MAX_KEEPCNT = 127;

    private TcpOptions() {}

    static int get(TcpSock sk, int name) {
        return switch (name) {
            case TCP_NODELAY -> (sk.nonagle & TcpSock.TCP_NAGLE_OFF) != 0 ? 1 : 0;
            case TCP_MAXSEG ->
                sk.rx_opt_user_mss != 0 && SockOptions.isUnconnected(sk) ? sk.rx_opt_user_mss : sk.mss_cache;
            case TCP_CORK -> (sk.nonagle & TcpSock.TCP_NAGLE_CORK) != 0 ? 1 : 0;
            case TCP_KEEPIDLE -> sk.keepaliveTime() / sk.kernel.hz;
            case TCP_KEEPINTVL -> sk.keepaliveInterval() / sk.kernel.hz;
            case TCP_KEEPCNT -> sk.keepaliveProbes();
            case TCP_THIN_LINEAR_TIMEOUTS -> sk.thin_lto ? 1 : 0;
            case TCP_SAVE_SYN -> sk.save_syn;
            case TCP_SYNCNT -> sk.icsk_syn_retries != 0 ? sk.icsk_syn_retries : sk.kernel.sysctls.tcp_syn_retries;
            case TCP_WINDOW_CLAMP -> sk.window_clamp;
            case TCP_USER_TIMEOUT -> sk.icsk_user_timeout;
            case TCP_QUICKACK -> sk.inPingpongMode() ? 0 : 1;
            case TCP_DEFER_ACCEPT -> DeferAccept.seconds(sk.rskq_defer_accept);
            case TCP_LINGER2 ->
                sk.linger2 < 0 ? -1 : (sk.linger2 != 0 ? sk.linger2 / sk.kernel.hz : sk.kernel.sysctls.tcp_fin_timeout);
            case TCP_NOTSENT_LOWAT -> sk.notsent_lowat;
            case TCP_FASTOPEN -> sk.fastopenq == null ? 0 : sk.fastopenq.max_qlen;
            case TCP_FASTOPEN_CONNECT -> sk.fastopen_connect ? 1 : 0;
            case TCP_FASTOPEN_NO_COOKIE -> sk.fastopen_no_cookie ? 1 : 0;
            default -> throw SockOptions.notModelled(SockOptions.SOL_TCP, name);
        };
    }

    static int set(TcpSock sk, int name, int value) {
        switch (name) {
            case TCP_NODELAY -> setNodelay(sk, value != 0);
            case TCP_CORK -> setCork(sk, value != 0);
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
                if (sk.sk_keepalive && !SockOptions.isUnconnected(sk)) {
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
                SockOptions.writeSpace(sk);
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
                if (value < 0 || !SockOptions.isUnconnected(sk)) {
                    return -Errno.EINVAL;
                }
                FastOpenQueue.enable(sk, value);
            }
            case TCP_FASTOPEN_CONNECT -> {
                return setFastOpenConnect(sk, value);
            }
            case TCP_FASTOPEN_NO_COOKIE -> {
                if (value < 0 || value > 1 || !SockOptions.isUnconnected(sk)) {
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
            if (!SockOptions.isUnconnected(sk) && sk.skc_state != TcpState.SYN_SENT) {
                sk.kernel.stack().pushPending(sk);
            }
        } else {
            sk.nonagle &= ~TcpSock.TCP_NAGLE_OFF;
        }
    }

    /** {@code __tcp_sock_set_cork()}. */
    private static void setCork(TcpSock sk, boolean on) {
        if (on) {
            sk.nonagle |= TcpSock.TCP_NAGLE_CORK;
            return;
        }
        sk.nonagle &= ~TcpSock.TCP_NAGLE_CORK;
        if ((sk.nonagle & TcpSock.TCP_NAGLE_OFF) != 0) {
            sk.nonagle |= TcpSock.TCP_NAGLE_PUSH;
        }
        if (sk.skc_state == TcpState.ESTABLISHED || sk.skc_state == TcpState.CLOSE_WAIT) {
            sk.kernel.stack().pushPending(sk);
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
}
