package org.bpfsim.tcp.bpf;

import java.util.List;
import org.bpfsim.bpf.program.AttachedProgram;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.QueuedSkb;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.TcpSock;

/**
 * Calls the {@code sock_ops} programs in effect in a cgroup as {@code tcp_call_bpf()} does: all share one context, so that
 * the last reply counts, and a program that returns 0 makes the whole call answer -1.
 *
 * <p>Hot path: no allocation.
 */
final class SockOpsHook implements SockOps {
    private final AttachedProgram[] programs;
    /** One context per level: a program can cause a call for another socket, or its own, while it runs. */
    private SockOpsContext[] contexts = {new SockOpsContext()};

    private int depth;

    SockOpsHook(List<AttachedProgram> programs) {
        this.programs = programs.toArray(new AttachedProgram[0]);
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

    @Override
    public boolean timestamp(TcpSock sk, int op, int bytes) {
        SockOpsContext context = enter();
        context.setTimestamp(sk, op, bytes);
        run(context);
        return context.wantsTimestamps;
    }

    @Override
    public void receiveQueue(TcpSock sk, QueuedSkb skb) {
        SockOpsContext context = enter();
        context.setReceiveQueue(sk, skb);
        run(context);
    }

    /** Runs all programs; answers whether none of them returned 0. Leaves the context's numbers as they are then. */
    private boolean run(SockOpsContext context) {
        try {
            boolean refused = false;
            for (AttachedProgram attached : programs) {
                context.attachedTo = attached.cgroup();
                refused |= attached.program().run(context) == 0;
                BpfCost.charge(context.sk, attached.program());
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
