package org.bpfsim.bpf.testrun;

import org.bpfsim.bpf.helper.Task;
import org.bpfsim.bpf.packet.PacketFamilies;
import org.bpfsim.bpf.program.BpfEnvironment;
import org.bpfsim.bpf.socket.PlainSocket;
import org.bpfsim.bpf.sockmap.SkMsg;
import org.bpfsim.bpf.sockopt.CgroupSockopt;
import org.bpfsim.bpf.types.KernelTypes;

/** The kernel of test runs: programs on packets, messages and socket options, whose sockets are {@link PlainSocket}s. */
public final class TestFamilies {
    private TestFamilies() {}

    public static BpfEnvironment environment() {
        return BpfEnvironment.builder()
                .types(KernelTypes.builder()
                        .struct(PlainSocket.BPF_SOCK)
                        .struct(Task.TASK_STRUCT)
                        .build())
                .family(PacketFamilies.socketFilter())
                .family(PacketFamilies.schedCls())
                .family(PacketFamilies.xdp())
                .family(PacketFamilies.skSkb(PacketFamilies.SK_BUFF).build())
                .family(SkMsg.family(PlainSocket.VIEW).build())
                .family(CgroupSockopt.family(PlainSocket.VIEW).build())
                .kconfig("CONFIG_HZ", 250)
                .kconfig("LINUX_KERNEL_VERSION", 6 << 16 | 12 << 8)
                .build();
    }
}
