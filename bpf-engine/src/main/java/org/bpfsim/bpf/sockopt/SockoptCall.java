package org.bpfsim.bpf.sockopt;

import java.util.Arrays;
import org.bpfsim.bpf.helper.CgroupProgram;
import org.bpfsim.bpf.helper.SystemCall;
import org.bpfsim.bpf.types.Addresses;

/**
 * A {@code setsockopt()} or {@code getsockopt()} as programs see it: {@code struct bpf_sockopt} (Linux 6.12:
 * include/uapi/linux/bpf.h). Programs can change level and name of a setsockopt, the return value of a getsockopt, and length and
 * value of both.
 */
public final class SockoptCall implements SystemCall, CgroupProgram {
    /** Programs see no more than this of a value (Linux 6.12: sockopt_alloc_buf(), PAGE_SIZE). */
    public static final int MAX_BYTES = 4096;

    private static final int BPF_CGROUP_GETSOCKOPT = 21;
    private static final int BPF_CGROUP_SETSOCKOPT = 22;

    private final Object socket;
    final boolean setting;
    int level;
    int optname;
    int optlen;
    int retval;
    /** What programs can see; as long as the buffer. */
    final byte[] buffer;

    SockoptCall(Object socket, boolean setting, int level, int optname, byte[] buffer, int optlen, int retval) {
        this.socket = socket;
        this.setting = setting;
        this.level = level;
        this.optname = optname;
        this.buffer = buffer;
        this.optlen = optlen;
        this.retval = retval;
    }

    /** The socket, as {@code sk} shows it. */
    public Object socket() {
        return socket;
    }

    /** The id of the cgroup that the program which runs next is attached to; the root's unless it is set. */
    long attachedTo = 1;

    @Override
    public long attachedTo() {
        return attachedTo;
    }

    @Override
    public int attachType() {
        return setting ? BPF_CGROUP_SETSOCKOPT : BPF_CGROUP_GETSOCKOPT;
    }

    @Override
    public int retval() {
        return retval;
    }

    @Override
    public void setRetval(int value) {
        retval = value;
    }

    long optval(Addresses addresses) {
        return addresses.ofBytes(buffer, 0, buffer.length, true);
    }

    long optvalEnd(Addresses addresses) {
        return optval(addresses) + buffer.length;
    }

    /** The first bytes of the value as the programs left it. */
    byte[] value(int length) {
        return Arrays.copyOf(buffer, length);
    }
}
