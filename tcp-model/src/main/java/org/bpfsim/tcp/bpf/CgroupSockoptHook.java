package org.bpfsim.tcp.bpf;

import java.util.List;
import org.bpfsim.bpf.program.AttachedProgram;
import org.bpfsim.bpf.sockopt.SockoptPrograms;
import org.bpfsim.tcp.sock.SockoptHook;
import org.bpfsim.tcp.sock.TcpSock;

/** Runs a cgroup's {@code cgroup/getsockopt} and {@code cgroup/setsockopt} programs around the kernel's work. */
final class CgroupSockoptHook implements SockoptHook {
    private final List<AttachedProgram> getters;
    private final List<AttachedProgram> setters;

    CgroupSockoptHook(List<AttachedProgram> getters, List<AttachedProgram> setters) {
        this.getters = getters;
        this.setters = setters;
    }

    @Override
    public int set(TcpSock sk, int level, int name, byte[] value, Setter kernel) {
        if (setters.isEmpty()) {
            return kernel.set(sk, level, name, value);
        }
        SockoptPrograms.Setting setting = SockoptPrograms.set(setters, sk, level, name, value);
        setters.forEach(attached -> BpfCost.charge(sk, attached.program()));
        return switch (setting.result()) {
            case 0 -> kernel.set(sk, setting.level(), setting.optname(), setting.value());
            case 1 -> 0;
            default -> setting.result();
        };
    }

    @Override
    public Reply get(TcpSock sk, int level, int name, int room, Getter kernel) {
        Reply reply = kernel.get(sk, level, name, room);
        if (getters.isEmpty()) {
            return reply;
        }
        SockoptPrograms.Getting getting =
                SockoptPrograms.get(getters, sk, level, name, room, reply.value(), reply.result());
        getters.forEach(attached -> BpfCost.charge(sk, attached.program()));
        return new Reply(getting.result(), getting.value(), getting.optlen());
    }

    @Override
    public Reply getInKernel(TcpSock sk, int level, int name, Reply kernel) {
        if (getters.isEmpty()) {
            return kernel;
        }
        SockoptPrograms.Getting getting =
                SockoptPrograms.getInKernel(getters, sk, level, name, kernel.value(), kernel.result());
        return new Reply(getting.result(), getting.value(), getting.optlen());
    }
}
