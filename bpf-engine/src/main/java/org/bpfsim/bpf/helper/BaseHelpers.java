package org.bpfsim.bpf.helper;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.map.CgroupStorageMap;
import org.bpfsim.bpf.map.LocalStorage;
import org.bpfsim.bpf.map.StorageMap;
import org.bpfsim.bpf.types.AccessViolation;

/**
 * Helpers that need nothing but the engine (man 7 bpf-helpers): maps, time, random numbers, tracing, strings, loops,
 * dynptrs (Linux 6.12: bpf_base_func_proto() in kernel/bpf/helpers.c). Every family has those of {@link #all}; storage of sockets is added by families that Linux gives it to.
 */
public final class BaseHelpers {
    /** {@code bpf_loop} repeats at most this often (Linux 6.12: BPF_MAX_LOOPS in include/linux/bpf.h). */
    private static final int MAX_LOOPS = 8 * 1024 * 1024;

    private static final Map<Integer, Helper> ALL = Collections.unmodifiableMap(make());

    private BaseHelpers() {}

    /** The base set by number. */
    public static Map<Integer, Helper> all() {
        return ALL;
    }

    private static Map<Integer, Helper> make() {
        Map<Integer, Helper> helpers = new TreeMap<>();
        List.of(
                        ofServices("bpf_ktime_get_ns", RuntimeServices::ktimeNs),
                        ofServices("bpf_ktime_get_boot_ns", RuntimeServices::ktimeNs),
                        ofServices("bpf_ktime_get_coarse_ns", RuntimeServices::ktimeCoarseNs),
                        ofServices("bpf_ktime_get_tai_ns", RuntimeServices::ktimeTaiNs),
                        ofServices("bpf_get_numa_node_id", RuntimeServices::numaNode),
                        ofServices("bpf_jiffies64", RuntimeServices::jiffies64),
                        ofServices("bpf_get_prandom_u32", s -> s.prandomU32() & 0xffff_ffffL),
                        ofServices("bpf_get_smp_processor_id", RuntimeServices::cpu),
                        Helper.of("bpf_trace_printk", BaseHelpers::tracePrintk),
                        Helper.of("bpf_loop", BaseHelpers::loop))
                .forEach(h -> helpers.put(h.id(), h));
        MapHelpers.ALL.forEach(h -> helpers.put(h.id(), h));
        TimerHelpers.ALL.forEach(h -> helpers.put(h.id(), h));
        TaskHelpers.ALL.forEach(h -> helpers.put(h.id(), h));
        StringHelpers.ALL.forEach(h -> helpers.put(h.id(), h));
        Dynptrs.HELPERS.forEach(h -> helpers.put(h.id(), h));
        return helpers;
    }

    private static Helper ofServices(String name, HelperFunction.ServiceFunction function) {
        return Helper.of(name, new HelperFunction.OnServices(function));
    }

    /** {@code bpf_perf_event_output}, for families that have it. */
    public static final HelperFunction PERF_EVENT_OUTPUT = MapHelpers::perfEventOutput;

    /** {@code bpf_get_socket_cookie}, for families that have it. */
    public static final HelperFunction SOCKET_COOKIE =
            (c, context, b, d, e, f) -> c.services().socketCookie(c.context());

    /** {@code bpf_get_current_uid_gid}, for families that have it. */
    public static final HelperFunction CURRENT_UID_GID =
            (c, a, b, d, e, f) -> c.services().currentTask().uidGid();

    /** {@code bpf_get_current_comm}, for families that have it. */
    public static final HelperFunction CURRENT_COMM = TaskHelpers::comm;

    /** {@code bpf_get_netns_cookie}, for families that have it. */
    public static final HelperFunction NETNS_COOKIE =
            (c, context, b, d, e, f) -> c.services().netnsCookie();

    /** {@code bpf_get_retval}, for families whose context is a {@link SystemCall}. */
    public static final HelperFunction GET_RETVAL =
            (c, a, b, d, e, f) -> systemCall(c).retval();

    /** {@code bpf_set_retval}, for families whose context is a {@link SystemCall}. */
    public static final HelperFunction SET_RETVAL = (c, value, b, d, e, f) -> {
        systemCall(c).setRetval((int) value);
        return 0;
    };

    /** {@code bpf_get_local_storage}, for families whose context is a {@link CgroupProgram}. */
    public static final HelperFunction LOCAL_STORAGE = BaseHelpers::localStorage;

    private static long localStorage(HelperCall call, long map, long flags, long r3, long r4, long r5) {
        if (call.map(map) instanceof CgroupStorageMap storage && call.context() instanceof CgroupProgram program) {
            byte[] value = storage.value(
                    program.attachedTo(), program.attachType(), call.services().cpu());
            return call.ofBytes(value, 0, value.length, true);
        }
        throw new AccessViolation("the helper needs a program on a cgroup, and a map of type cgroup_storage");
    }

    private static SystemCall systemCall(HelperCall call) {
        if (call.context() instanceof SystemCall systemCall) {
            return systemCall;
        }
        throw new AccessViolation("the helper needs a context that has a return value");
    }

    /** {@code bpf_csum_diff}, for families that have it. */
    public static final HelperFunction CSUM_DIFF = Checksums::difference;

    /** {@code bpf_sk_storage_get}, for families that have it. The socket must be a {@link LocalStorage.Owner}. */
    public static final HelperFunction SK_STORAGE_GET = BaseHelpers::storageGet;

    /** {@code bpf_sk_storage_delete}, for families that have it. */
    public static final HelperFunction SK_STORAGE_DELETE = BaseHelpers::storageDelete;

    private static long tracePrintk(HelperCall call, long format, long size, long r3, long r4, long r5) {
        if (size <= 0) {
            return -Errno.EINVAL;
        }
        String text = TraceFormat.format(call, call.string(format, (int) size), new long[] {r3, r4, r5});
        if (text == null) {
            return -Errno.EINVAL;
        }
        call.services().trace(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
        return text.length();
    }

    private static long loop(HelperCall call, long times, long function, long context, long flags, long r5) {
        if (flags != 0) {
            return -Errno.EINVAL;
        }
        long count = times & 0xffff_ffffL;
        if (count > MAX_LOOPS) {
            return -Errno.E2BIG;
        }
        for (long i = 0; i < count; i++) {
            long stop = call.callback(function, i, context, 0, 0);
            if (stop != 0) {
                return i + 1;
            }
        }
        return count;
    }

    private static LocalStorage.Owner owner(HelperCall call, long socket) {
        if (socket == 0) {
            return null;
        }
        if (call.anyObject(socket) instanceof LocalStorage.Owner owner) {
            return owner;
        }
        throw new AccessViolation("a socket is expected, and the pointer is to none that can have storage");
    }

    private static StorageMap storageMap(HelperCall call, long map) {
        if (call.map(map) instanceof StorageMap storage) {
            return storage;
        }
        throw new AccessViolation("map " + call.map(map).name() + " is not of type sk_storage");
    }

    /** Linux 6.12: bpf_sk_storage_get() in net/core/bpf_sk_storage.c answers NULL for a NULL socket and unknown flags. */
    private static long storageGet(HelperCall call, long map, long socket, long value, long flags, long r5) {
        StorageMap storage = storageMap(call, map);
        LocalStorage.Owner owner = owner(call, socket);
        if (owner == null || (flags & ~StorageMap.CREATE) != 0) {
            return 0;
        }
        byte[] bytes = storage.get(owner);
        if (bytes == null && (flags & StorageMap.CREATE) != 0) {
            if (value != 0) {
                call.read(value, storage.scratchValue(), 0, storage.valueBytes());
            }
            bytes = storage.getOrCreate(owner, value == 0 ? null : storage.scratchValue());
        }
        return bytes == null ? 0 : call.ofBytes(bytes, 0, bytes.length, true);
    }

    private static long storageDelete(HelperCall call, long map, long socket, long r3, long r4, long r5) {
        StorageMap storage = storageMap(call, map);
        LocalStorage.Owner owner = owner(call, socket);
        return owner == null ? -Errno.EINVAL : storage.remove(owner);
    }
}
