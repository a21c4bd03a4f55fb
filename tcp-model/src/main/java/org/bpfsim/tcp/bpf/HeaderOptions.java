package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.helper.HelperCall;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SavedSyn;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * {@code bpf_load_hdr_opt()}, {@code bpf_store_hdr_opt()}, {@code bpf_reserve_hdr_opt()} and the SYN's headers by {@code
 * bpf_getsockopt()}, with the errors of Linux 6.12 (net/core/filter.c; man 7 bpf-helpers).
 */
final class HeaderOptions {
    private static final int TCP_BPF_SYN = 1005;
    private static final int TCP_BPF_SYN_IP = 1006;
    private static final int TCP_BPF_SYN_MAC = 1007;

    private static final long BPF_LOAD_HDR_OPT_TCP_SYN = 1;

    private static final int TCP_HEADER_BYTES = 20;
    private static final int END = 0;
    private static final int NOP = 1;
    /** Experimental kinds, whose first two or four bytes tell whose they are (RFC 6994). */
    private static final int EXPERIMENT_1 = 253;

    private static final int EXPERIMENT_2 = 254;
    private static final int MAX_MAGIC = 4;
    /** Kind and length. */
    private static final int PREFIX = 2;

    private HeaderOptions() {}

    /** Whether {@link #getSyn} answers the option. */
    static boolean isSyn(int level, int name) {
        return level == SockOptions.SOL_TCP && name >= TCP_BPF_SYN && name <= TCP_BPF_SYN_MAC;
    }

    /** {@code TCP_BPF_SYN*}: copies headers of the SYN and answers how long they are, or an error. */
    static long getSyn(HelperCall call, SockOpsContext context, int name, long address, int length) {
        SavedSyn syn = syn(context, name == TCP_BPF_SYN_MAC);
        byte[] value = new byte[length];
        long result = -Errno.ENOENT;
        if (syn != null && (name != TCP_BPF_SYN_MAC || syn.macBytes() > 0)) {
            int from = switch (name) {
                case TCP_BPF_SYN -> syn.tcpAt();
                case TCP_BPF_SYN_IP -> syn.macBytes();
                default -> 0;
            };
            int bytes = syn.headers().length - from;
            System.arraycopy(syn.headers(), from, value, 0, Math.min(bytes, length));
            result = bytes > length ? -Errno.ENOSPC : bytes;
        }
        call.write(address, value, 0, length);
        return result;
    }

    /** Finds an option by its kind, experimental ones by their magic as well, and copies it: its length, or an error. */
    static long load(HelperCall call, SockOpsContext context, long search, int length, long flags) {
        if (!context.mayUseOptions()) {
            return -Errno.EOPNOTSUPP;
        }
        if (length < PREFIX || (flags & ~BPF_LOAD_HDR_OPT_TCP_SYN) != 0) {
            return -Errno.EINVAL;
        }
        int kind = (int) call.load(search, 1);
        int searchLength = (int) call.load(search + 1, 1);
        if (searchLength > length || kind == NOP || kind == END) {
            return -Errno.EINVAL;
        }
        int magicLength = 0;
        if (isExperiment(kind)) {
            magicLength = searchLength - PREFIX;
            if (magicLength != 2 && magicLength != MAX_MAGIC) {
                return -Errno.EINVAL;
            }
        } else if (searchLength != 0) {
            return -Errno.EINVAL;
        }
        int magic = magicLength == 0 ? 0 : (int) call.load(search + PREFIX, magicLength);
        byte[] header;
        int from = TCP_HEADER_BYTES;
        int end;
        if ((flags & BPF_LOAD_HDR_OPT_TCP_SYN) != 0) {
            SavedSyn syn = syn(context, false);
            if (syn == null) {
                return -Errno.ENOENT;
            }
            header = syn.headers();
            from += syn.tcpAt();
            end = header.length;
        } else if (context.skb == null || context.op == SockOps.BPF_SOCK_OPS_HDR_OPT_LEN_CB) {
            return -Errno.EPERM;
        } else {
            header = context.header();
            end = context.dataEnd;
        }
        int at = find(header, from, end, kind, magic, magicLength);
        if (at < 0) {
            return at == ENDED ? -ENOMSG : at;
        }
        int bytes = header[at + 1] & 0xff;
        call.write(search, header, at, Math.min(bytes, length));
        return bytes > length ? -Errno.ENOSPC : bytes;
    }

    /** Writes an option behind those that are there: 0 or an error. */
    static long store(HelperCall call, SockOpsContext context, long option, int length, long flags) {
        if (context.op != SockOps.BPF_SOCK_OPS_WRITE_HDR_OPT_CB) {
            return -Errno.EPERM;
        }
        if (length < PREFIX || flags != 0) {
            return -Errno.EINVAL;
        }
        int kind = (int) call.load(option, 1);
        int bytes = (int) call.load(option + 1, 1);
        if (bytes > length || kind == NOP || kind == END) {
            return -Errno.EINVAL;
        }
        if (bytes > context.remainingOptions) {
            return -Errno.ENOSPC;
        }
        int magicLength = 0;
        if (isExperiment(kind)) {
            if (bytes < PREFIX + 2) {
                return -Errno.EINVAL;
            }
            magicLength = 2; // the shorter magic: rather one refusal too many than two options of one kind
        }
        int magic = magicLength == 0 ? 0 : (int) call.load(option + PREFIX, magicLength);
        byte[] header = context.header();
        int at = find(header, TCP_HEADER_BYTES, context.dataEnd, kind, magic, magicLength);
        if (at >= 0) {
            return -Errno.EEXIST;
        }
        if (at != -ENOMSG) {
            return at == ENDED ? -Errno.ENOSPC : at;
        }
        call.read(option, header, context.dataEnd, bytes);
        context.dataEnd += bytes;
        context.remainingOptions -= bytes;
        return 0;
    }

    /** Reserves room for options: 0 or an error. */
    static long reserve(SockOpsContext context, int length, long flags) {
        if (context.op != SockOps.BPF_SOCK_OPS_HDR_OPT_LEN_CB) {
            return -Errno.EPERM;
        }
        if (flags != 0 || Integer.compareUnsigned(length, PREFIX) < 0) {
            return -Errno.EINVAL;
        }
        if (Integer.compareUnsigned(length, context.remainingOptions) > 0) {
            return -Errno.ENOSPC;
        }
        context.remainingOptions -= length;
        return 0;
    }

    private static final int ENOMSG = 42;
    /** Of {@link #find}: the list of options was ended before the end of the header. */
    private static final int ENDED = Integer.MIN_VALUE;

    /** Where an option is; -ENOMSG, {@link #ENDED}, or -EFAULT for a header that makes no sense. */
    private static int find(byte[] header, int from, int end, int kind, int magic, int magicLength) {
        int at = from;
        while (at < end) {
            int k = header[at] & 0xff;
            if (k == END) {
                return ENDED;
            } else if (k == NOP) {
                at++;
                continue;
            }
            int bytes = end - at < PREFIX ? 0 : header[at + 1] & 0xff;
            if (bytes < PREFIX || bytes > end - at) {
                return -Errno.EFAULT;
            }
            if (k == kind) {
                if (magicLength > bytes - PREFIX) {
                    return -ENOMSG;
                }
                if (number(header, at + PREFIX, magicLength) == magic) {
                    return at;
                }
            }
            at += bytes;
        }
        return -ENOMSG;
    }

    /** Bytes as a program loads them: least significant first. */
    private static int number(byte[] bytes, int at, int length) {
        int value = 0;
        for (int i = 0; i < length; i++) {
            value |= (bytes[at + i] & 0xff) << 8 * i;
        }
        return value;
    }

    private static boolean isExperiment(int kind) {
        return kind == EXPERIMENT_1 || kind == EXPERIMENT_2;
    }

    /** The SYN itself while it is answered, later what the listener saved of it; null if that is nothing. */
    private static SavedSyn syn(SockOpsContext context, boolean withMac) {
        TcpSegment syn = context.syn;
        if (syn != null) {
            return SavedSyn.of(syn, withMac);
        }
        return context.sk instanceof RequestSock req
                ? req.saved_syn
                : context.sk instanceof TcpSock sk ? sk.saved_syn : null;
    }
}
