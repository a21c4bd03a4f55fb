package org.bpfsim.tcp.bpf;

import java.util.Optional;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.sockopt.CgroupSockopt;

/** Where a program attaches to a cgroup: Linux's {@code enum bpf_attach_type}, as far as it is modelled. */
public enum AttachType {
    BPF_CGROUP_SOCK_OPS,
    BPF_CGROUP_GETSOCKOPT,
    BPF_CGROUP_SETSOCKOPT;

    /** The one that a program is for, by its type and section; empty if it is for no cgroup. */
    public static Optional<AttachType> of(BpfProgram program) {
        String family = program.family().name();
        if (family.equals(SockOpsFamily.FAMILY.name())) {
            return Optional.of(BPF_CGROUP_SOCK_OPS);
        } else if (!family.equals(SocketFamilies.CGROUP_SOCKOPT.name())) {
            return Optional.empty();
        }
        String section = program.section();
        String plain = section.startsWith("?") ? section.substring(1) : section;
        return Optional.of(plain.equals(CgroupSockopt.GETSOCKOPT) ? BPF_CGROUP_GETSOCKOPT : BPF_CGROUP_SETSOCKOPT);
    }
}
