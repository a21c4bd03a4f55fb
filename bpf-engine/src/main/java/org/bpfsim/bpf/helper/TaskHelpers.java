package org.bpfsim.bpf.helper;

import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.types.AccessViolation;

/** Helpers that ask who runs: task, cgroup, and memory read through pointers of theirs (man 7 bpf-helpers). */
final class TaskHelpers {
    static final List<Helper> ALL = List.of(
            Helper.of("bpf_get_current_pid_tgid", (c, a, b, d, e, f) -> task(c).pidTgid()),
            Helper.of("bpf_get_current_task", (c, a, b, d, e, f) -> c.ofObject(task(c), Task.TASK_STRUCT)),
            Helper.of("bpf_get_current_task_btf", (c, a, b, d, e, f) -> c.ofObject(task(c), Task.TASK_STRUCT)),
            Helper.of("bpf_get_ns_current_pid_tgid", TaskHelpers::pidInNamespace),
            Helper.of(
                    "bpf_get_current_cgroup_id",
                    (c, a, b, d, e, f) -> c.services().cgroupId(-1)),
            Helper.of("bpf_get_current_ancestor_cgroup_id", (c, level, b, d, e, f) -> ancestor(c, (int) level)),
            Helper.of("bpf_probe_read_kernel", TaskHelpers::read),
            Helper.of("bpf_probe_read_kernel_str", TaskHelpers::readString),
            // No process of a simulated host has memory.
            Helper.of("bpf_probe_read_user", (c, to, size, from, e, f) -> unreadable(c, to, size)),
            Helper.of("bpf_probe_read_user_str", (c, to, size, from, e, f) -> unreadable(c, to, size)));

    private TaskHelpers() {}

    private static Task task(HelperCall call) {
        return call.services().currentTask();
    }

    private static long ancestor(HelperCall call, int level) {
        return level < 0 ? 0 : call.services().cgroupId(level);
    }

    /** There is one PID namespace, whose device and inode number nobody can know: Linux answers EINVAL for others. */
    private static long pidInNamespace(HelperCall call, long device, long inode, long to, long size, long r5) {
        call.write(to, new byte[(int) size], 0, (int) size);
        return -Errno.EINVAL;
    }

    /** {@code bpf_get_current_comm}. */
    static long comm(HelperCall call, long to, long size, long r3, long r4, long r5) {
        byte[] name = task(call).commBytes();
        int length = (int) Math.min(size, Integer.MAX_VALUE);
        for (int i = 0; i < length; i++) {
            call.store(to + i, 1, i < name.length && i < length - 1 ? name[i] : 0);
        }
        return 0;
    }

    /** Reads whatever can be read; what cannot gives zeros and EFAULT, not a fault. */
    private static long read(HelperCall call, long to, long size, long from, long r4, long r5) {
        int length = (int) Math.min(Integer.MAX_VALUE, size & 0xffff_ffffL);
        for (int i = 0; i < length; i++) {
            int value = readable(call, from + i);
            if (value < 0) {
                return unreadable(call, to, length);
            }
            call.store(to + i, 1, value);
        }
        return 0;
    }

    private static int readable(HelperCall call, long address) {
        try {
            return (int) call.load(address, 1);
        } catch (AccessViolation unreadable) {
            return -1;
        }
    }

    private static long unreadable(HelperCall call, long to, long size) {
        for (int i = 0; i < (size & 0xffff_ffffL); i++) {
            call.store(to + i, 1, 0);
        }
        return -Errno.EFAULT;
    }

    /** The string's length with its zero; cut off and ended by a zero if it has no room. */
    private static long readString(HelperCall call, long to, long size, long from, long r4, long r5) {
        int room = (int) Math.min(Integer.MAX_VALUE, size & 0xffff_ffffL);
        for (int i = 0; i < room; i++) {
            int value = readable(call, from + i);
            if (value < 0) {
                return unreadable(call, to, room);
            }
            boolean last = value == 0 || i == room - 1;
            call.store(to + i, 1, last ? 0 : value);
            if (last) {
                return i + 1;
            }
        }
        return -Errno.EFAULT;
    }
}
