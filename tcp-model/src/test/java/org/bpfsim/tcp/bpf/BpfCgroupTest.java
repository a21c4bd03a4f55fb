package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bpfsim.tcp.bpf.BpfCgroup.BPF_F_ALLOW_MULTI;
import static org.bpfsim.tcp.bpf.BpfCgroup.BPF_F_ALLOW_OVERRIDE;

import org.bpfsim.bpf.Errno;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.Test;

class BpfCgroupTest {
    private final BpfCgroup cgroup = new BpfCgroup("/arms/treatment");
    private final TcpSock sk = TestKernel.create().socket();

    private int call(SockCommon socket, int op) {
        return cgroup.sockOps().call(socket, op, 0, 0, 0, null);
    }

    private static FakeProgram replying(int reply, int result) {
        return new FakeProgram("p" + reply, context -> {
            context.replylong[0] = reply;
            return result;
        });
    }

    @Test
    void cgroupWithoutProgramsHasNoHook() {
        assertThat(cgroup.sockOps()).isNull();
    }

    @Test
    void callAnswersTheReply() {
        cgroup.attach(replying(40, 1), 0);
        assertThat(call(sk, SockOps.BPF_SOCK_OPS_RWND_INIT)).isEqualTo(40);
    }

    @Test
    void programThatReturnsZeroMakesTheCallAnswerMinusOne() {
        cgroup.attach(replying(40, 0), 0);
        assertThat(call(sk, SockOps.BPF_SOCK_OPS_RWND_INIT)).isEqualTo(-1);
    }

    @Test
    void argumentsAndReplyShareTheirMemory() {
        cgroup.attach(new FakeProgram("echo", context -> 1), 0);
        assertThat(cgroup.sockOps().call(sk, SockOps.BPF_SOCK_OPS_RTT_CB, 77, 8, 9, null))
                .isEqualTo(77);
    }

    @Test
    void requestSocketIsNoFullSocketToPrograms() {
        boolean[] full = {true};
        cgroup.attach(
                new FakeProgram("p", context -> {
                    full[0] = context.full != null;
                    return 1;
                }),
                0);
        call(new RequestSock(sk), SockOps.BPF_SOCK_OPS_RWND_INIT);
        assertThat(full[0]).isFalse();
    }

    @Test
    void programsRunInOrderAndShareTheReply() {
        cgroup.attach(replying(10, 1), BPF_F_ALLOW_MULTI);
        cgroup.attach(
                new FakeProgram("add", context -> {
                    context.replylong[0] += 5;
                    return 1;
                }),
                BPF_F_ALLOW_MULTI);
        assertThat(call(sk, SockOps.BPF_SOCK_OPS_RWND_INIT)).isEqualTo(15);
    }

    @Test
    void callFromWithinAProgramHasAContextOfItsOwn() {
        cgroup.attach(
                new FakeProgram("nested", context -> {
                    if (context.op == SockOps.BPF_SOCK_OPS_STATE_CB) {
                        context.replylong[0] = 1 + call(sk, SockOps.BPF_SOCK_OPS_RTO_CB);
                    } else {
                        context.replylong[0] = 6;
                    }
                    return 1;
                }),
                0);
        assertThat(call(sk, SockOps.BPF_SOCK_OPS_STATE_CB)).isEqualTo(7);
    }

    @Test
    void withoutMultiANewProgramReplacesTheOldOne() {
        cgroup.attach(replying(10, 1), BPF_F_ALLOW_OVERRIDE);
        assertThat(cgroup.attach(replying(20, 1), BPF_F_ALLOW_OVERRIDE)).isZero();
        assertThat(cgroup.attached()).hasSize(1);
        assertThat(call(sk, SockOps.BPF_SOCK_OPS_RWND_INIT)).isEqualTo(20);
    }

    @Test
    void attachmentsOfOneCgroupMustHaveTheSameFlags() {
        cgroup.attach(replying(10, 1), 0);
        assertThat(cgroup.attach(replying(20, 1), BPF_F_ALLOW_MULTI)).isEqualTo(-Errno.EPERM);
    }

    @Test
    void programIsAttachedOnceOnly() {
        FakeProgram program = replying(10, 1);
        cgroup.attach(program, BPF_F_ALLOW_MULTI);
        assertThat(cgroup.attach(program, BPF_F_ALLOW_MULTI)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void sixtyFiveProgramsAreTooMany() {
        for (int i = 0; i < 64; i++) {
            assertThat(cgroup.attach(replying(i, 1), BPF_F_ALLOW_MULTI)).isZero();
        }
        assertThat(cgroup.attach(replying(64, 1), BPF_F_ALLOW_MULTI)).isEqualTo(-Errno.E2BIG);
    }

    @Test
    void detachedProgramIsNotCalled() {
        FakeProgram program = replying(10, 1);
        cgroup.attach(program, 0);
        assertThat(cgroup.detach(program)).isZero();
        assertThat(cgroup.sockOps()).isNull();
        assertThat(cgroup.detach(program)).isEqualTo(-Errno.ENOENT);
    }
}
