package org.bpfsim.tcp.bpf;

import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Cgroup;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.SockOps;

/**
 * A cgroup of one host with the {@code sock_ops} programs that are attached to it (Linux 6.12, kernel/bpf/cgroup.c).
 * Sockets belong to the cgroup that they were created in. There is no hierarchy yet: a cgroup has no children.
 *
 * <p>Hot path: no allocation.
 */
public final class BpfCgroup implements Cgroup {
    /** A cgroup below may attach a program of its own instead. */
    public static final int BPF_F_ALLOW_OVERRIDE = 1;
    /** Several programs are attached and all run, in the order of attachment. */
    public static final int BPF_F_ALLOW_MULTI = 2;

    private static final int MAX_PROGRAMS = 64;

    private final String path;
    private final List<BpfProgram> attached = new ArrayList<>();
    private int mode;
    /** What runs, and null if nothing does: the stack asks for it at every call. */
    private Hook hook;

    /** @param path such as {@code /arms/treatment} */
    public BpfCgroup(String path) {
        this.path = path;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public SockOps sockOps() {
        return hook;
    }

    /** The attached programs in the order in which they run. */
    public List<BpfProgram> attached() {
        return List.copyOf(attached);
    }

    /**
     * Attaches a {@code sock_ops} program. Without {@link #BPF_F_ALLOW_MULTI} there is at most one, and a new one replaces
     * it.
     *
     * @param flags 0, {@link #BPF_F_ALLOW_OVERRIDE} or {@link #BPF_F_ALLOW_MULTI}
     * @return 0; -EINVAL for other flags, or a program that is attached already or is of another type; -EPERM if the
     *     cgroup has a program that was attached with other flags; -E2BIG beyond 64 programs
     */
    public int attach(BpfProgram program, int flags) {
        boolean multi = flags == BPF_F_ALLOW_MULTI;
        if (flags != 0 && flags != BPF_F_ALLOW_OVERRIDE && !multi
                || !program.family().name().equals(SockOpsFamily.FAMILY.name())
                || multi && attached.contains(program)) {
            return -Errno.EINVAL;
        }
        if (!attached.isEmpty() && mode != flags) {
            return -Errno.EPERM;
        }
        if (attached.size() >= MAX_PROGRAMS) {
            return -Errno.E2BIG;
        }
        if (!multi) {
            attached.clear();
        }
        attached.add(program);
        mode = flags;
        hook = new Hook(attached);
        return 0;
    }

    /** Detaches a program: 0, or -ENOENT if it is not attached. */
    public int detach(BpfProgram program) {
        if (!attached.remove(program)) {
            return -Errno.ENOENT;
        }
        hook = attached.isEmpty() ? null : new Hook(attached);
        return 0;
    }

    /**
     * Calls the programs as {@code tcp_call_bpf()} does: all share one context, so that the last reply counts, and a
     * program that returns 0 makes the whole call answer -1.
     */
    private static final class Hook implements SockOps {
        private final BpfProgram[] programs;
        /** One context per level: a program can cause a call for another socket, or its own, while it runs. */
        private SockOpsContext[] contexts = {new SockOpsContext()};

        private int depth;

        Hook(List<BpfProgram> programs) {
            this.programs = programs.toArray(new BpfProgram[0]);
        }

        @Override
        public int call(SockCommon sk, int op, int arg0, int arg1, int arg2, TcpSegment skb) {
            SockOpsContext context = enter();
            context.set(sk, op, arg0, arg1, arg2, skb);
            return run(context) ? context.replylong[0] : -1;
        }

        @Override
        public int reserveOptions(SockCommon sk, int arg0, int remaining, TcpSegment skb, TcpSegment syn) {
            SockOpsContext context = enter();
            context.setReserve(sk, arg0, skb, syn, remaining);
            return run(context) ? remaining - context.remainingOptions : 0;
        }

        @Override
        public void writeOptions(SockCommon sk, int arg0, TcpSegment skb, TcpSegment syn) {
            SockOpsContext context = enter();
            context.setWrite(sk, arg0, skb, syn);
            int room = context.remainingOptions;
            int start = context.dataEnd;
            boolean refused = !run(context);
            int written = refused ? 0 : room - context.remainingOptions;
            if (written > 0) {
                skb.setExtraOptions(context.header(), start, written);
            }
        }

        /** Runs all programs; answers whether none of them returned 0. Leaves the context's numbers as they are then. */
        private boolean run(SockOpsContext context) {
            try {
                boolean refused = false;
                for (BpfProgram program : programs) {
                    refused |= program.run(context) == 0;
                }
                return !refused;
            } finally {
                depth--;
                context.clear();
            }
        }

        private SockOpsContext enter() {
            if (depth == contexts.length) {
                SockOpsContext[] more = new SockOpsContext[2 * depth];
                System.arraycopy(contexts, 0, more, 0, depth);
                for (int i = depth; i < more.length; i++) {
                    more[i] = new SockOpsContext();
                }
                contexts = more;
            }
            return contexts[depth++];
        }
    }
}
