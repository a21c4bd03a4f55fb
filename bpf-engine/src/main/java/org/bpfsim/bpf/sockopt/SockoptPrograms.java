package org.bpfsim.bpf.sockopt;

import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.program.AttachedProgram;

/**
 * Runs the programs of a cgroup around a socket option's system call, and says what becomes of it
 * (docs.kernel.org/bpf/prog_cgroup_sockopt.html; Linux 6.12: __cgroup_bpf_run_filter_setsockopt(),
 * __cgroup_bpf_run_filter_getsockopt() in kernel/bpf/cgroup.c).
 */
public final class SockoptPrograms {
    /** A setsockopt's programs see at least so much room, for a longer value than the application's. */
    private static final int LEAST_BYTES = 16;

    private static final int MAX_ERRNO = 4095;

    private SockoptPrograms() {}

    /**
     * What becomes of a {@code setsockopt()}.
     *
     * @param result 0: the kernel handles it with what is here; 1: it is done, without the kernel; negative: an errno
     * @param value what the kernel gets
     */
    public record Setting(int result, int level, int optname, byte[] value) {}

    /**
     * What a {@code getsockopt()} answers.
     *
     * @param result 0 or a negated errno, or what a program set
     * @param value for the application, as long as {@code optlen} says
     * @param optlen what the application is told
     */
    public record Getting(int result, byte[] value, int optlen) {}

    /**
     * Before the kernel handles a {@code setsockopt()}.
     *
     * @param programs in the order in which they run
     * @param socket as {@code sk} shows it
     */
    public static Setting set(List<AttachedProgram> programs, Object socket, int level, int optname, byte[] value) {
        int room = Math.min(Math.max(LEAST_BYTES, value.length), SockoptCall.MAX_BYTES);
        byte[] buffer = new byte[room];
        System.arraycopy(value, 0, buffer, 0, Math.min(value.length, room));
        SockoptCall call = new SockoptCall(socket, true, level, optname, buffer, value.length, 0);
        run(programs, call);
        if (call.retval != 0) {
            // Linux takes any positive number for "done".
            return new Setting(Math.min(call.retval, 1), level, optname, value);
        } else if (call.optlen == -1) {
            return new Setting(1, level, optname, value);
        } else if (call.optlen > room || call.optlen < -1) {
            // A long value that no program touched goes to the kernel as it came.
            boolean untouched = value.length > SockoptCall.MAX_BYTES && call.optlen >= 0;
            return new Setting(untouched ? 0 : -Errno.EFAULT, level, optname, value);
        }
        return new Setting(0, call.level, call.optname, call.optlen == 0 ? value : call.value(call.optlen));
    }

    /**
     * After the kernel has handled a {@code getsockopt()}.
     *
     * @param programs in the order in which they run
     * @param socket as {@code sk} shows it
     * @param room bytes that the application has for the value
     * @param value what the kernel answered; ignored if it failed
     * @param retval what the kernel returned: 0 or a negated errno
     */
    public static Getting get(
            List<AttachedProgram> programs, Object socket, int level, int optname, int room, byte[] value, int retval) {
        if (room < 0) {
            return new Getting(-Errno.EINVAL, value, value.length);
        }
        int visible = Math.min(room, SockoptCall.MAX_BYTES);
        byte[] buffer = new byte[visible];
        int length = retval == 0 ? value.length : room;
        if (retval == 0) {
            System.arraycopy(value, 0, buffer, 0, Math.min(value.length, visible));
        }
        SockoptCall call = new SockoptCall(socket, false, level, optname, buffer, length, retval);
        run(programs, call);
        if (call.retval < 0) {
            return new Getting(call.retval, value, value.length);
        } else if (call.optlen > visible || call.optlen < 0) {
            boolean untouched = length > SockoptCall.MAX_BYTES && call.optlen >= 0;
            return new Getting(untouched ? retval : -Errno.EFAULT, value, value.length);
        } else if (call.optlen == 0) {
            return new Getting(call.retval, value, value.length);
        }
        return new Getting(call.retval, call.value(call.optlen), call.optlen);
    }

    /**
     * The same for an option whose value the kernel has made in place, as it has for {@code TCP_ZEROCOPY_RECEIVE}
     * (__cgroup_bpf_run_filter_getsockopt_kern()): the programs see it whole, and may make it shorter.
     */
    public static Getting getInKernel(
            List<AttachedProgram> programs, Object socket, int level, int optname, byte[] value, int retval) {
        byte[] buffer = value.clone();
        SockoptCall call = new SockoptCall(socket, false, level, optname, buffer, value.length, retval);
        run(programs, call);
        if (call.retval < 0) {
            return new Getting(call.retval, value, value.length);
        } else if (call.optlen > value.length) {
            return new Getting(-Errno.EFAULT, value, value.length);
        }
        int length = call.optlen <= 0 ? value.length : call.optlen;
        return new Getting(call.retval, call.value(length), length);
    }

    /** All run; one that answers 0 makes the call fail with EPERM unless there is an error already. */
    private static void run(List<AttachedProgram> programs, SockoptCall call) {
        for (AttachedProgram attached : programs) {
            call.attachedTo = attached.cgroup();
            long verdict = attached.program().run(call) & 0xffff_ffffL;
            boolean failed = call.retval < 0 && call.retval >= -MAX_ERRNO;
            if (verdict == 0 && !failed) {
                call.retval = -Errno.EPERM;
            }
        }
    }
}
