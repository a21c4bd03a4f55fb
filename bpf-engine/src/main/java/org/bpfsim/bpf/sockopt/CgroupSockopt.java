package org.bpfsim.bpf.sockopt;

import org.bpfsim.bpf.helper.BaseHelpers;
import org.bpfsim.bpf.program.ProgramFamily;
import org.bpfsim.bpf.socket.SocketView;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.bpf.types.StructTypeBuilder;

/** {@code BPF_PROG_TYPE_CGROUP_SOCKOPT} (Linux 6.12: cg_sockopt_func_proto() in kernel/bpf/cgroup.c). */
public final class CgroupSockopt {
    /** Sections of the two hooks. */
    public static final String GETSOCKOPT = "cgroup/getsockopt";

    public static final String SETSOCKOPT = "cgroup/setsockopt";

    private CgroupSockopt() {}

    /** {@code struct bpf_sockopt}. */
    public static StructType<SockoptCall> context(SocketView<?> sockets) {
        StructTypeBuilder<SockoptCall> type = StructType.builder("bpf_sockopt", SockoptCall.class);
        return sockets.socket(type, SockoptCall::socket)
                .address("optval", SockoptCall::optval)
                .address("optval_end", SockoptCall::optvalEnd)
                .s32("level", c -> c.level, (c, v) -> c.level = (int) v)
                .s32("optname", c -> c.optname, (c, v) -> c.optname = (int) v)
                .s32("optlen", c -> c.optlen, (c, v) -> c.optlen = (int) v)
                .s32("retval", c -> c.retval, (c, v) -> c.retval = (int) v)
                .build();
    }

    /** The family, for the embedder to add {@code bpf_setsockopt} and what else it has for its sockets. */
    public static ProgramFamily.Builder family(SocketView<?> sockets) {
        return ProgramFamily.builder("cgroup_sockopt")
                .section(GETSOCKOPT)
                .section(SETSOCKOPT)
                .context(context(sockets))
                .helper("bpf_get_local_storage", BaseHelpers.LOCAL_STORAGE)
                .helper("bpf_get_retval", BaseHelpers.GET_RETVAL)
                .helper("bpf_set_retval", BaseHelpers.SET_RETVAL)
                .helper("bpf_get_current_uid_gid", BaseHelpers.CURRENT_UID_GID)
                .helper("bpf_get_current_comm", BaseHelpers.CURRENT_COMM)
                .helper("bpf_get_netns_cookie", BaseHelpers.NETNS_COOKIE)
                .helper("bpf_sk_storage_get", BaseHelpers.SK_STORAGE_GET)
                .helper("bpf_sk_storage_delete", BaseHelpers.SK_STORAGE_DELETE)
                .helper("bpf_perf_event_output", BaseHelpers.PERF_EVENT_OUTPUT);
    }
}
