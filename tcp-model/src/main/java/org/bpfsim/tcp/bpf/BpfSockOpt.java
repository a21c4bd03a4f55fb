package org.bpfsim.tcp.bpf;

import java.nio.charset.StandardCharsets;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.helper.HelperCall;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.CongestionControl;
import org.bpfsim.tcp.sock.ProgramTimestamps;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * {@code bpf_setsockopt()} and {@code bpf_getsockopt()} with the choice of options, the extra options and the errors
 * of Linux 6.12 ({@code __bpf_setsockopt()} and what it calls, net/core/filter.c).
 */
final class BpfSockOpt {
    private static final int SO_BINDTODEVICE = 25;
    private static final int SK_BPF_CB_FLAGS = 1009;

    private static final int TCP_BPF_IW = 1001;
    private static final int TCP_BPF_SNDCWND_CLAMP = 1002;
    private static final int TCP_BPF_DELACK_MAX = 1003;
    private static final int TCP_BPF_RTO_MIN = 1004;
    private static final int TCP_BPF_SOCK_OPS_CB_FLAGS = 1008;

    /** Jiffies: TCP_TIMEOUT_MIN. */
    private static final int TIMEOUT_MIN = 2;

    private static final int NAME_MAX = 16;
    /** The one interface of a host, which comes after {@code lo}. */
    private static final String INTERFACE = "eth0";

    private static final int INTERFACE_INDEX = 2;
    private static final int ENODEV = 19;

    private BpfSockOpt() {}

    /** 0 or a negated errno. */
    static int set(HelperCall call, TcpSock sk, int level, int name, long address, int length) {
        if (sk == null) {
            return -Errno.EINVAL;
        }
        if (level == SockOptions.SOL_TCP && name == SockOptions.TCP_CONGESTION) {
            return setCongestion(call, sk, address, length);
        }
        if (level == SockOptions.SOL_SOCKET && name == SO_BINDTODEVICE) {
            return bindToDevice(sk, call.string(address, Math.min(length, NAME_MAX - 1)));
        }
        if (!isKnown(sk, level, name) || length != Integer.BYTES) {
            return -Errno.EINVAL;
        }
        int value = (int) call.load(address, Integer.BYTES);
        if (level == SockOptions.SOL_TCP && name >= TCP_BPF_IW) {
            return setBpfOnly(sk, name, value);
        }
        if (level == SockOptions.SOL_SOCKET && name == SK_BPF_CB_FLAGS) {
            return setTimestamping(sk, value);
        }
        return SockOptions.set(sk, level, name, value);
    }

    /** 0 or a negated errno; the buffer is zeroed where nothing is written. */
    static int get(HelperCall call, TcpSock sk, int level, int name, long address, int length) {
        int error = -Errno.EINVAL;
        if (sk != null && level == SockOptions.SOL_TCP && name == SockOptions.TCP_CONGESTION && length >= 2) {
            call.write(address, nameBytes(sk.icsk_ca_ops.name(), length), 0, length);
            return 0;
        }
        if (sk != null && level == SockOptions.SOL_TCP && name == SockOptions.TCP_SAVED_SYN) {
            if (length >= 1 && sk.saved_syn != null && length <= sk.saved_syn.headers().length) {
                call.write(address, sk.saved_syn.headers(), 0, length);
                return 0;
            }
        } else if (sk != null && isKnown(sk, level, name) && isReadable(level, name) && length == Integer.BYTES) {
            call.store(address, Integer.BYTES, value(sk, level, name));
            return 0;
        }
        call.write(address, new byte[length], 0, length);
        return error;
    }

    private static int value(TcpSock sk, int level, int name) {
        if (level == SockOptions.SOL_TCP && name == TCP_BPF_SOCK_OPS_CB_FLAGS) {
            return sk.bpf_sock_ops_cb_flags;
        }
        if (level == SockOptions.SOL_SOCKET && name == SK_BPF_CB_FLAGS) {
            boolean on = sk.program_timestamps != null && sk.program_timestamps.isOn();
            return on ? ProgramTimestamps.SK_BPF_CB_TX_TIMESTAMPING : 0;
        }
        return SockOptions.get(sk, level, name);
    }

    /** Whether Linux lets a program use the option at all. */
    private static boolean isKnown(TcpSock sk, int level, int name) {
        return switch (level) {
            case SockOptions.SOL_SOCKET -> isSocketOption(name);
            case SockOptions.SOL_TCP -> isTcpOption(name);
            case SockOptions.SOL_IP -> name == SockOptions.IP_TOS;
            case SockOptions.SOL_IPV6 ->
                (name == SockOptions.IPV6_TCLASS || name == SockOptions.IPV6_AUTOFLOWLABEL)
                        && sk.family() == IpAddress.AF_INET6;
            default -> false;
        };
    }

    private static boolean isSocketOption(int name) {
        return switch (name) {
            case SockOptions.SO_REUSEADDR,
                    SockOptions.SO_SNDBUF,
                    SockOptions.SO_RCVBUF,
                    SockOptions.SO_KEEPALIVE,
                    SockOptions.SO_PRIORITY,
                    SockOptions.SO_REUSEPORT,
                    SockOptions.SO_RCVLOWAT,
                    SockOptions.SO_MARK,
                    SockOptions.SO_MAX_PACING_RATE,
                    SockOptions.SO_BINDTOIFINDEX,
                    SockOptions.SO_TXREHASH,
                    SK_BPF_CB_FLAGS -> true;
            default -> false;
        };
    }

    /** Those of sockets, and those that only programs have. */
    private static boolean isTcpOption(int name) {
        return switch (name) {
            case SockOptions.TCP_NODELAY,
                    SockOptions.TCP_MAXSEG,
                    SockOptions.TCP_KEEPIDLE,
                    SockOptions.TCP_KEEPINTVL,
                    SockOptions.TCP_KEEPCNT,
                    SockOptions.TCP_SYNCNT,
                    SockOptions.TCP_WINDOW_CLAMP,
                    SockOptions.TCP_THIN_LINEAR_TIMEOUTS,
                    SockOptions.TCP_USER_TIMEOUT,
                    SockOptions.TCP_NOTSENT_LOWAT,
                    SockOptions.TCP_SAVE_SYN,
                    TCP_BPF_IW,
                    TCP_BPF_SNDCWND_CLAMP,
                    TCP_BPF_DELACK_MAX,
                    TCP_BPF_RTO_MIN,
                    TCP_BPF_SOCK_OPS_CB_FLAGS -> true;
            default -> false;
        };
    }

    private static int setTimestamping(TcpSock sk, int flags) {
        if ((flags & ~ProgramTimestamps.SK_BPF_CB_TX_TIMESTAMPING) != 0) {
            return -Errno.EINVAL;
        }
        if (sk.program_timestamps == null) {
            sk.program_timestamps = new ProgramTimestamps();
        }
        sk.program_timestamps.turn(flags != 0);
        return 0;
    }

    private static int bindToDevice(TcpSock sk, String name) {
        if (!name.isEmpty() && !name.equals(INTERFACE)) {
            return -ENODEV;
        }
        sk.sk_bound_dev_if = name.isEmpty() ? 0 : INTERFACE_INDEX;
        return 0;
    }

    private static boolean isReadable(int level, int name) {
        return level != SockOptions.SOL_TCP || name < TCP_BPF_IW || name == TCP_BPF_SOCK_OPS_CB_FLAGS;
    }

    private static int setBpfOnly(TcpSock sk, int name, int value) {
        switch (name) {
            case TCP_BPF_IW -> {
                if (value <= 0 || sk.data_segs_out > (sk.syn_data ? 1 : 0)) {
                    return -Errno.EINVAL;
                }
                sk.snd_cwnd = value;
            }
            case TCP_BPF_SNDCWND_CLAMP -> {
                if (value <= 0) {
                    return -Errno.EINVAL;
                }
                sk.snd_cwnd_clamp = value;
                sk.snd_ssthresh = value;
            }
            case TCP_BPF_DELACK_MAX -> {
                if (!isTimeout(sk, value)) {
                    return -Errno.EINVAL;
                }
                sk.icsk_delack_max = sk.kernel.usToJiffies(value);
            }
            case TCP_BPF_RTO_MIN -> {
                if (!isTimeout(sk, value)) {
                    return -Errno.EINVAL;
                }
                sk.icsk_rto_min = sk.kernel.usToJiffies(value);
            }
            default -> {
                return SockOpsFamily.setCallbackFlags(sk, value);
            }
        }
        return 0;
    }

    /** Between two ticks and 200 ms: TCP_TIMEOUT_MIN to TCP_DELACK_MAX, which is also TCP_RTO_MIN. */
    private static boolean isTimeout(TcpSock sk, int us) {
        int jiffies = us < 0 ? -1 : sk.kernel.usToJiffies(us);
        return jiffies >= TIMEOUT_MIN && jiffies <= sk.kernel.hz / 5;
    }

    private static int setCongestion(HelperCall call, TcpSock sk, long address, int length) {
        if (length < 2) {
            return -Errno.EINVAL;
        }
        String name = call.string(address, Math.min(length, NAME_MAX - 1));
        if (name.equals("cdg")) {
            return -Errno.ENOTSUPP;
        }
        // The init of a congestion control may fall back to another, whose init may not choose a third.
        if (sk.bpf_chg_cc_inprogress) {
            return -Errno.EBUSY;
        }
        sk.bpf_chg_cc_inprogress = true;
        int error = CongestionControl.set(sk, name);
        sk.bpf_chg_cc_inprogress = false;
        return error;
    }

    /** At most 16 bytes of the name, the last of {@code length} being zero. */
    private static byte[] nameBytes(String name, int length) {
        byte[] bytes = new byte[length];
        byte[] text = name.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(text, 0, bytes, 0, Math.min(text.length, Math.min(length - 1, NAME_MAX)));
        return bytes;
    }
}
