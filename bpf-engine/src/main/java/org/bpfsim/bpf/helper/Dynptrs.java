package org.bpfsim.bpf.helper;

import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.map.RingBufferMap;
import org.bpfsim.bpf.map.UserRingBufferMap;
import org.bpfsim.bpf.types.AccessViolation;

/**
 * Dynptrs: pointers that know the size of what they point to (docs.kernel.org/bpf/kfuncs.html; Linux 6.12: kernel/bpf/helpers.c). The
 * 16 bytes of a {@code struct bpf_dynptr} hold an address, a size with marks in its upper bits, and an offset; for packets the
 * address is made at each use, since the packet may move.
 */
final class Dynptrs {
    /** Linux 6.12: DYNPTR_MAX_SIZE. */
    private static final long MAX_BYTES = (1 << 24) - 1;

    private static final long U32 = 0xffff_ffffL;

    private static final int PACKET = 1 << 29;
    private static final int RINGBUF = 1 << 30;
    private static final int READ_ONLY = 1 << 31;

    static final List<Helper> HELPERS = List.of(
            Helper.of("bpf_dynptr_from_mem", Dynptrs::fromMemory),
            Helper.of("bpf_dynptr_read", Dynptrs::read),
            Helper.of("bpf_dynptr_write", Dynptrs::write),
            Helper.of("bpf_dynptr_data", Dynptrs::data),
            Helper.of("bpf_user_ringbuf_drain", Dynptrs::drain),
            Helper.of("bpf_ringbuf_reserve_dynptr", Dynptrs::reserve),
            Helper.of("bpf_ringbuf_submit_dynptr", (c, p, flags, d, e, f) -> finish(c, p, true)),
            Helper.of("bpf_ringbuf_discard_dynptr", (c, p, flags, d, e, f) -> finish(c, p, false)));

    static final List<Kfunc> KFUNCS = List.of(
            new Kfunc("bpf_dynptr_slice", (c, p, offset, buffer, size, f) -> slice(c, p, offset, size, false)),
            new Kfunc("bpf_dynptr_slice_rdwr", (c, p, offset, buffer, size, f) -> slice(c, p, offset, size, true)),
            new Kfunc("bpf_dynptr_adjust", Dynptrs::adjust),
            new Kfunc("bpf_dynptr_is_null", (c, p, b, d, e, f) -> isNull(c, p) ? 1 : 0),
            new Kfunc("bpf_dynptr_is_rdonly", (c, p, b, d, e, f) -> !isNull(c, p) && readOnly(c, p) ? 1 : 0),
            new Kfunc("bpf_dynptr_size", (c, p, b, d, e, f) -> isNull(c, p) ? -Errno.EINVAL & U32 : size(c, p)),
            new Kfunc("bpf_dynptr_clone", Dynptrs::copy));

    private Dynptrs() {}

    private static void set(HelperCall call, long pointer, long address, int size, int marks) {
        call.store(pointer, 8, address);
        call.store(pointer + 8, 4, size | marks);
        call.store(pointer + 12, 4, 0);
    }

    private static void clear(HelperCall call, long pointer) {
        call.store(pointer, 8, 0);
        call.store(pointer + 8, 8, 0);
    }

    private static int marks(HelperCall call, long pointer) {
        return (int) call.load(pointer + 8, 4) & ~(int) MAX_BYTES;
    }

    private static boolean isNull(HelperCall call, long pointer) {
        return call.load(pointer, 8) == 0;
    }

    private static boolean readOnly(HelperCall call, long pointer) {
        return (marks(call, pointer) & READ_ONLY) != 0;
    }

    private static long size(HelperCall call, long pointer) {
        return call.load(pointer + 8, 4) & MAX_BYTES;
    }

    /** The address of a byte of the data. */
    private static long at(HelperCall call, long pointer, long offset) {
        long start =
                (marks(call, pointer) & PACKET) != 0 ? ((Packet) call.context()).data(call) : call.load(pointer, 8);
        return start + call.load(pointer + 12, 4) + offset;
    }

    private static boolean outside(HelperCall call, long pointer, long offset, long length) {
        return offset < 0 || length < 0 || offset > U32 || length > U32 || offset + length > size(call, pointer);
    }

    private static long fromMemory(HelperCall call, long data, long size, long flags, long pointer, long r5) {
        if (flags != 0 || (size & U32) > MAX_BYTES) {
            clear(call, pointer);
            return flags != 0 ? -Errno.EINVAL : -Errno.E2BIG;
        }
        set(call, pointer, data, (int) size, 0);
        return 0;
    }

    /** {@code bpf_dynptr_from_skb}, {@code bpf_dynptr_from_xdp}. */
    static HelperFunction fromPacket(boolean writable) {
        return (call, context, flags, pointer, r4, r5) -> {
            if (flags != 0 || !(call.context() instanceof Packet packet)) {
                clear(call, pointer);
                return -Errno.EINVAL;
            }
            set(call, pointer, packet.data(call), packet.length(), PACKET | (writable ? 0 : READ_ONLY));
            return 0;
        };
    }

    private static long read(HelperCall call, long to, long length, long pointer, long offset, long flags) {
        if (flags != 0 || isNull(call, pointer)) {
            return -Errno.EINVAL;
        } else if (outside(call, pointer, offset, length)) {
            return -Errno.E2BIG;
        }
        call.write(to, call.bytes(at(call, pointer, offset), (int) length), 0, (int) length);
        return 0;
    }

    private static long write(HelperCall call, long pointer, long offset, long from, long length, long flags) {
        // Packets know flags too: BPF_F_RECOMPUTE_CSUM and BPF_F_INVALIDATE_HASH, which change no bytes.
        boolean packet = (marks(call, pointer) & PACKET) != 0;
        if ((flags & ~(packet ? 3L : 0L)) != 0 || isNull(call, pointer) || readOnly(call, pointer)) {
            return -Errno.EINVAL;
        } else if (outside(call, pointer, offset, length)) {
            return -Errno.E2BIG;
        }
        call.write(at(call, pointer, offset), call.bytes(from, (int) length), 0, (int) length);
        return 0;
    }

    private static long data(HelperCall call, long pointer, long offset, long length, long r4, long r5) {
        boolean none = isNull(call, pointer)
                || readOnly(call, pointer)
                || (marks(call, pointer) & PACKET) != 0
                || outside(call, pointer, offset, length);
        return none ? 0 : at(call, pointer, offset);
    }

    private static long slice(HelperCall call, long pointer, long offset, long length, boolean writable) {
        boolean none = isNull(call, pointer)
                || writable && readOnly(call, pointer)
                || outside(call, pointer, offset & U32, length & U32);
        return none ? 0 : at(call, pointer, offset & U32);
    }

    private static long adjust(HelperCall call, long pointer, long start, long end, long r4, long r5) {
        long from = start & U32;
        long to = end & U32;
        if (isNull(call, pointer) || from > to) {
            return -Errno.EINVAL;
        } else if (to > size(call, pointer)) {
            return -Errno.ERANGE;
        }
        call.store(pointer + 8, 4, to - from | marks(call, pointer));
        call.store(pointer + 12, 4, call.load(pointer + 12, 4) + from);
        return 0;
    }

    private static long copy(HelperCall call, long pointer, long to, long r3, long r4, long r5) {
        call.write(to, call.bytes(pointer, 16), 0, 16);
        return isNull(call, pointer) ? -Errno.EINVAL : 0;
    }

    private static long reserve(HelperCall call, long map, long size, long flags, long pointer, long r5) {
        RingBufferMap ring = MapHelpers.ringOf(call, map);
        clear(call, pointer);
        if (flags != 0) {
            return -Errno.EINVAL;
        } else if ((size & U32) > MAX_BYTES) {
            return -Errno.E2BIG;
        }
        long address = MapHelpers.reserve(call, ring, size & U32);
        if (address == 0) {
            return -Errno.EINVAL;
        }
        set(call, pointer, address, (int) size, RINGBUF);
        return 0;
    }

    /** BPF_RB_NO_WAKEUP, BPF_RB_FORCE_WAKEUP. */
    private static final long WAKEUP_FLAGS = 3;

    /** Linux 6.12: BPF_MAX_USER_RINGBUF_SAMPLES. */
    private static final int MAX_SAMPLES = 128 * 1024;

    /** Calls the function for each sample until it answers 1: how many it was called for (bpf_user_ringbuf_drain()). */
    private static long drain(HelperCall call, long map, long function, long context, long flags, long r5) {
        if (!(call.map(map) instanceof UserRingBufferMap ring)) {
            throw new AccessViolation("map " + call.map(map).name() + " is not of type user_ringbuf");
        } else if ((flags & ~WAKEUP_FLAGS) != 0) {
            return -Errno.EINVAL;
        } else if (!ring.begin()) {
            return -Errno.EBUSY;
        }
        int taken = 0;
        try {
            byte[] dynptr = new byte[16];
            long pointer = call.ofBytes(dynptr, 0, dynptr.length, true);
            boolean goOn = true;
            while (goOn && taken < MAX_SAMPLES && ring.peek() != null) {
                byte[] sample = ring.peek();
                set(call, pointer, call.ofBytes(sample, 0, sample.length, true), sample.length, 0);
                goOn = call.callback(function, pointer, context, 0, 0) == 0;
                ring.release();
                taken++;
            }
        } finally {
            ring.end();
        }
        return taken;
    }

    private static long finish(HelperCall call, long pointer, boolean submit) {
        if (!isNull(call, pointer)) {
            MapHelpers.ringFinish(call, call.load(pointer, 8), submit);
            clear(call, pointer);
        }
        return 0;
    }
}
