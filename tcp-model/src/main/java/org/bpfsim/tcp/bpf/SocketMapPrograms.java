package org.bpfsim.tcp.bpf;

import java.util.Optional;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.map.SocketMap;
import org.bpfsim.bpf.map.SocketPrograms.Hook;
import org.bpfsim.bpf.program.BpfProgram;

/**
 * Programs on maps of sockets: BPF_PROG_ATTACH, BPF_PROG_DETACH and BPF_PROG_QUERY with the file descriptor of a map (Linux 6.12:
 * bpf_prog_attach() in kernel/bpf/syscall.c, sock_map_prog_update() in net/core/sock_map.c). A socket has the programs that were
 * on the map when it was put in.
 */
public final class SocketMapPrograms {
    private SocketMapPrograms() {}

    /**
     * Attaches a program, in the place of one that is there.
     *
     * @return 0, -EINVAL if the program is of another type than the hook, -EOPNOTSUPP if the map does not hold sockets, -EBUSY if
     *     the other kind of verdict is there
     */
    public static int attach(BpfProgram program, BpfMap map, Hook hook) {
        if (!fits(program, hook)) {
            return -Errno.EINVAL;
        }
        return map instanceof SocketMap sockets ? sockets.attach(hook, program) : -Errno.EOPNOTSUPP;
    }

    /** Detaches a program: as {@link #attach}, and -ENOENT if it is not there. */
    public static int detach(BpfProgram program, BpfMap map, Hook hook) {
        if (!(map instanceof SocketMap sockets)) {
            return -Errno.EOPNOTSUPP;
        }
        return fits(program, hook) ? sockets.detach(hook, program) : -Errno.EINVAL;
    }

    /** The program at a hook of a map. */
    public static Optional<BpfProgram> query(SocketMap map, Hook hook) {
        return Optional.ofNullable((BpfProgram) map.programs().get(hook));
    }

    /** Whether the other kind of verdict is there, so that Linux answers -EBUSY to whoever asks for this hook. */
    public static boolean isBlocked(SocketMap map, Hook hook) {
        return hook.rival() != null && map.programs().get(hook.rival()) != null;
    }

    /** Where a program attaches by its section; empty if it is for no map. */
    public static Optional<Hook> hook(BpfProgram program) {
        return Optional.ofNullable(Hook.ofSection(program.section())).filter(hook -> fits(program, hook));
    }

    private static boolean fits(BpfProgram program, Hook hook) {
        String family = hook == Hook.SK_MSG_VERDICT ? SocketFamilies.SK_MSG.name() : SocketFamilies.SK_SKB.name();
        return program.family().name().equals(family);
    }
}
