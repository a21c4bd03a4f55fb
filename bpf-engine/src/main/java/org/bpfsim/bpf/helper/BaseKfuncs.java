package org.bpfsim.bpf.helper;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.bpfsim.bpf.Errno;

/**
 * Kfuncs that every kind of program may call (Linux 6.12: common_btf_ids in kernel/bpf/helpers.c): dynptrs, the iterator over
 * numbers, casts.
 */
public final class BaseKfuncs {
    /** Linux 6.12: BPF_MAX_LOOPS. */
    private static final long MAX_LOOPS = 8 * 1024 * 1024;

    private static final Map<String, Kfunc> ALL = make();

    private BaseKfuncs() {}

    /** By name. */
    public static Map<String, Kfunc> all() {
        return ALL;
    }

    /** {@code bpf_dynptr_from_skb}, for families whose context is a packet. */
    public static HelperFunction dynptrFromPacket(boolean writable) {
        return Dynptrs.fromPacket(writable);
    }

    private static Map<String, Kfunc> make() {
        Map<String, Kfunc> all = new TreeMap<>();
        Dynptrs.KFUNCS.forEach(k -> all.put(k.name(), k));
        put(all, "bpf_iter_num_new", BaseKfuncs::iterNew);
        put(all, "bpf_iter_num_next", BaseKfuncs::iterNext);
        put(all, "bpf_iter_num_destroy", (call, iterator, b, d, e, f) -> {
            call.store(iterator, 8, 0);
            return 0;
        });
        put(all, "bpf_rdonly_cast", (call, object, type, d, e, f) -> call.cast(object, (int) type));
        // For contexts that are no other struct within the kernel.
        put(all, "bpf_cast_to_kern_ctx", (call, context, b, d, e, f) -> context);
        put(all, "bpf_rcu_read_lock", (call, a, b, d, e, f) -> 0);
        put(all, "bpf_rcu_read_unlock", (call, a, b, d, e, f) -> 0);
        return Collections.unmodifiableMap(all);
    }

    private static void put(Map<String, Kfunc> all, String name, HelperFunction function) {
        all.put(name, new Kfunc(name, function));
    }

    /** The iterator holds the current number and the first that it does not reach. */
    private static long iterNew(HelperCall call, long iterator, long start, long end, long r4, long r5) {
        int from = (int) start;
        int to = (int) end;
        call.store(iterator, 8, 0);
        if (from > to) {
            return -Errno.EINVAL;
        } else if ((long) to - from > MAX_LOOPS) {
            return -Errno.E2BIG;
        }
        call.store(iterator, 4, from - 1L);
        call.store(iterator + 4, 4, to);
        return 0;
    }

    private static long iterNext(HelperCall call, long iterator, long r2, long r3, long r4, long r5) {
        // The first number may be INT_MIN, so that "current + 1" is reckoned in 32 bits as Linux does.
        int next = (int) call.load(iterator, 4) + 1;
        if (next >= (int) call.load(iterator + 4, 4)) {
            call.store(iterator, 8, 0);
            return 0;
        }
        call.store(iterator, 4, next);
        return iterator;
    }
}
