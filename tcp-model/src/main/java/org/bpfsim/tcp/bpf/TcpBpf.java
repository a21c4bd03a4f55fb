package org.bpfsim.tcp.bpf;

import org.bpfsim.bpf.helper.Task;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.bpf.types.KernelTypes;

/** What the kernel of a simulated host offers BPF programs: Linux 6.12's part that this module models. */
public final class TcpBpf {
    private static final long LINUX_6_12 = 6 << 16 | 12 << 8;

    private TcpBpf() {}

    /**
     * The environment that objects are loaded into. It is immutable; objects loaded into it serve all hosts with the same
     * {@code CONFIG_HZ}.
     *
     * @param hz ticks per second of the hosts' kernels
     */
    public static BpfEnvironment environment(int hz) {
        return BpfEnvironment.builder()
                .types(kernelTypes())
                .family(SockOpsFamily.FAMILY)
                .family(StructOpsFamily.FAMILY)
                .family(SocketFamilies.SK_MSG)
                .family(SocketFamilies.SK_SKB)
                .family(SocketFamilies.CGROUP_SOCKOPT)
                .kconfig("CONFIG_HZ", hz)
                .kconfig("LINUX_KERNEL_VERSION", LINUX_6_12)
                .build();
    }

    /** The kernel structs that programs can name (CO-RE). */
    static KernelTypes kernelTypes() {
        return KernelTypes.builder()
                .struct(TcpSockType.TCP_SOCK)
                .struct(CongestionTypes.ACK_SAMPLE)
                .struct(CongestionTypes.RATE_SAMPLE)
                .struct(UapiTypes.BPF_SOCK)
                .struct(UapiTypes.BPF_TCP_SOCK)
                .struct(UapiTypes.TCPHDR)
                .struct(SockOpsContext.BPF_SOCK_OPS)
                .struct(SockOpsContext.BPF_SOCK_OPS_KERN)
                .struct(SockOpsContext.TCP_SKB_CB)
                .struct(Task.TASK_STRUCT)
                .struct(SocketKinds.TCP6_SOCK)
                .struct(SocketKinds.TCP_TIMEWAIT_SOCK)
                .struct(SocketKinds.TCP_REQUEST_SOCK)
                .struct(SocketKinds.UDP6_SOCK)
                .struct(SocketKinds.UNIX_SOCK)
                .struct(SocketKinds.MPTCP_SOCK)
                .build();
    }
}
