package org.bpfsim.bpf.packet;

import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.helper.Checksums;
import org.bpfsim.bpf.helper.HelperCall;
import org.bpfsim.bpf.types.AccessViolation;

/** Helpers on packets (man 7 bpf-helpers; Linux 6.12: net/core/filter.c). */
final class PacketHelpers {
    private static final long U32 = 0xffff_ffffL;
    private static final long MAX_OFFSET = 0xffff;

    /** BPF_F_RECOMPUTE_CSUM, BPF_F_INVALIDATE_HASH. */
    private static final long STORE_FLAGS = 3;

    private static final long FIELD_SIZE = 0xf;
    private static final long PSEUDO_HEADER = 0x10;
    private static final long MARK_MANGLED_0 = 0x20;
    private static final long MARK_ENFORCE = 0x40;

    private PacketHelpers() {}

    private static PacketBuffer packet(HelperCall call) {
        if (call.context() instanceof PacketBuffer packet) {
            return packet;
        }
        throw new AccessViolation("the helper needs a packet as context");
    }

    /** {@code bpf_skb_load_bytes}. */
    static long load(HelperCall call, long context, long offset, long to, long length, long r5) {
        byte[] bytes = new byte[(int) (length & 0x7fff_ffff)];
        boolean there = packet(call).read(offset & U32, bytes);
        call.write(to, bytes, 0, bytes.length);
        return there ? 0 : -Errno.EFAULT;
    }

    /** {@code bpf_skb_load_bytes_relative}: from the link (0) or network (1) header. */
    static long loadRelative(HelperCall call, long context, long offset, long to, long length, long header) {
        byte[] bytes = new byte[(int) (length & 0x7fff_ffff)];
        boolean there = (header == 0 || header == 1)
                && (offset & U32) <= MAX_OFFSET
                && packet(call).readFrom(header == 1, offset & U32, bytes);
        call.write(to, bytes, 0, bytes.length);
        return there ? 0 : -Errno.EFAULT;
    }

    /** {@code bpf_skb_store_bytes}. */
    static long store(HelperCall call, long context, long offset, long from, long length, long flags) {
        if ((flags & ~STORE_FLAGS) != 0) {
            return -Errno.EINVAL;
        }
        return packet(call).write(offset & U32, call.bytes(from, (int) length)) ? 0 : -Errno.EFAULT;
    }

    /** {@code bpf_skb_pull_data}: all bytes are at hand. */
    static long pull(HelperCall call, long context, long length, long r3, long r4, long r5) {
        return (length & U32) > packet(call).length() ? -Errno.ENOMEM : 0;
    }

    /** {@code bpf_skb_change_tail}. */
    static long changeTail(HelperCall call, long context, long length, long flags, long r4, long r5) {
        PacketBuffer packet = packet(call);
        boolean possible = flags == 0 && (length & U32) <= MAX_OFFSET;
        return possible && packet.moveEnd((int) length - packet.length()) ? 0 : -Errno.EINVAL;
    }

    /** {@code bpf_l3_csum_replace}. */
    static long replaceL3(HelperCall call, long context, long offset, long from, long to, long flags) {
        return (flags & ~FIELD_SIZE) != 0 ? -Errno.EINVAL : replace(call, offset, from, to, flags);
    }

    /** {@code bpf_l4_csum_replace}. */
    static long replaceL4(HelperCall call, long context, long offset, long from, long to, long flags) {
        long known = FIELD_SIZE | PSEUDO_HEADER | MARK_MANGLED_0 | MARK_ENFORCE;
        return (flags & ~known) != 0 ? -Errno.EINVAL : replace(call, offset, from, to, flags);
    }

    private static long replace(HelperCall call, long offset, long from, long to, long flags) {
        byte[] field = new byte[2];
        if ((offset & U32) > MAX_OFFSET || (offset & 1) != 0 || !packet(call).read(offset, field)) {
            return -Errno.EFAULT;
        }
        int old = LittleEndian.u16(field, 0);
        boolean zeroIsNone = (flags & MARK_MANGLED_0) != 0;
        if (zeroIsNone && old == 0 && (flags & MARK_ENFORCE) == 0) {
            return 0;
        }
        int bytes = (int) (flags & FIELD_SIZE);
        if (bytes != 0 && bytes != 2 && bytes != 4 || bytes == 0 && from != 0) {
            return -Errno.EINVAL;
        }
        long mask = bytes == 2 ? MAX_OFFSET : U32;
        int sum = Checksums.replaced(old, from & mask, to & mask);
        LittleEndian.put(field, 0, 2, zeroIsNone && sum == 0 ? MAX_OFFSET : sum);
        packet(call).write(offset, field);
        return 0;
    }

    /** {@code bpf_csum_update}: packets here have no checksum of their own that a device made. */
    static long updateSum(HelperCall call, long context, long sum, long r3, long r4, long r5) {
        return -Errno.ENOTSUPP;
    }

    /** {@code bpf_skb_change_tail} of sk_skb. */
    static long changeStreamTail(HelperCall call, long context, long length, long flags, long r4, long r5) {
        if (flags != 0 || (length & U32) > MAX_STREAM_BYTES) {
            return -Errno.EINVAL;
        }
        packet(call).adjustEnd((int) length);
        return 0;
    }

    /** {@code bpf_skb_change_head} of sk_skb. */
    static long changeStreamHead(HelperCall call, long context, long room, long flags, long r4, long r5) {
        if (flags != 0 || (room & U32) + packet(call).length() > MAX_STREAM_BYTES) {
            return -Errno.EINVAL;
        }
        packet(call).adjustStart((int) room);
        return 0;
    }

    /** {@code bpf_skb_adjust_room} of sk_skb: bytes added or dropped at the start. */
    static long adjustStreamRoom(HelperCall call, long context, long by, long mode, long flags, long r5) {
        if (flags != 0 || (mode & U32) != 0) {
            return -Errno.EINVAL;
        } else if (Math.abs((long) (int) by) > MAX_ROOM_CHANGE) {
            return -Errno.EFAULT;
        }
        return packet(call).adjustStart((int) by) ? 0 : -Errno.ENOMEM;
    }

    /** Linux 6.12: SKB_MAX_ALLOC on x86-64, four pages less what a packet needs for itself. */
    private static final long MAX_STREAM_BYTES = 4 * 4096 - 320;

    private static final long MAX_ROOM_CHANGE = 0xfff;

    /** {@code bpf_xdp_adjust_head}. */
    static long adjustHead(HelperCall call, long context, long by, long r3, long r4, long r5) {
        return packet(call).moveStart((int) by) ? 0 : -Errno.EINVAL;
    }

    /** {@code bpf_xdp_adjust_meta}. */
    static long adjustMeta(HelperCall call, long context, long by, long r3, long r4, long r5) {
        int result = packet(call).moveMeta((int) by);
        return result == 0 ? 0 : result == -1 ? -Errno.EINVAL : -Errno.EACCES;
    }

    /** {@code bpf_xdp_adjust_tail}. */
    static long adjustTail(HelperCall call, long context, long by, long r3, long r4, long r5) {
        return packet(call).moveEnd((int) by) ? 0 : -Errno.EINVAL;
    }

    /** {@code bpf_xdp_get_buff_len}. */
    static long length(HelperCall call, long context, long r2, long r3, long r4, long r5) {
        return packet(call).length();
    }

    /** {@code bpf_xdp_load_bytes}. */
    static long xdpLoad(HelperCall call, long context, long offset, long to, long length, long r5) {
        if ((offset & U32) > MAX_OFFSET || (length & U32) > MAX_OFFSET) {
            return -Errno.EFAULT;
        }
        byte[] bytes = new byte[(int) length];
        if (!packet(call).read(offset & U32, bytes)) {
            return -Errno.EINVAL;
        }
        call.write(to, bytes, 0, bytes.length);
        return 0;
    }

    /** {@code bpf_xdp_store_bytes}. */
    static long xdpStore(HelperCall call, long context, long offset, long from, long length, long r5) {
        if ((offset & U32) > MAX_OFFSET || (length & U32) > MAX_OFFSET) {
            return -Errno.EFAULT;
        }
        return packet(call).write(offset & U32, call.bytes(from, (int) length)) ? 0 : -Errno.EINVAL;
    }
}
