package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bpfsim.tcp.bpf.BpfCgroup.BPF_F_ALLOW_MULTI;
import static org.bpfsim.tcp.bpf.BpfCgroup.BPF_F_ALLOW_OVERRIDE;

import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.tcp.sock.RequestSock;
import org.bpfsim.tcp.sock.SockCommon;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BpfCgroupTest {
    private final TestKernel host = TestKernel.create();
    private final BpfCgroup cgroup = BpfCgroup.root().make("arms/treatment");
    private final TcpSock sk = host.socket();
    private LoadedObject object;

    @BeforeEach
    void load() throws Exception {
        object = Objects.load(Objects.TEST_PROGRAMS, "replies.bpf.o");
    }

    /** A program of an instance of its own. */
    private BpfProgram program(String name) {
        return new HostPrograms(host.kernel(), line -> {})
                .load(object)
                .program(name)
                .orElseThrow();
    }

    private int call(SockCommon socket, int arg0) {
        return cgroup.sockOps().call(socket, SockOps.BPF_SOCK_OPS_RTT_CB, arg0, 0, 0, null);
    }

    @Test
    void cgroupWithoutProgramsHasNoHook() {
        assertThat(cgroup.sockOps()).isNull();
    }

    @Test
    void callAnswersTheReply() {
        cgroup.attach(program("reply_40"), 0);
        assertThat(call(sk, 0)).isEqualTo(40);
    }

    @Test
    void programThatReturnsZeroMakesTheCallAnswerMinusOne() {
        cgroup.attach(program("refuse"), 0);
        assertThat(call(sk, 0)).isEqualTo(-1);
    }

    @Test
    void argumentsAndReplyShareTheirMemory() {
        cgroup.attach(program("nothing"), 0);
        assertThat(call(sk, 77)).isEqualTo(77);
    }

    @Test
    void requestSocketIsNoFullSocketToPrograms() {
        cgroup.attach(program("reply_is_fullsock"), 0);
        assertThat(call(sk, 0)).isEqualTo(1);
        assertThat(call(new RequestSock(sk), 0)).isZero();
    }

    @Test
    void programsRunInOrderAndShareTheReply() {
        cgroup.attach(program("reply_40"), BPF_F_ALLOW_MULTI);
        cgroup.attach(program("add_5"), BPF_F_ALLOW_MULTI);
        assertThat(call(sk, 0)).isEqualTo(45);
    }

    @Test
    void withoutMultiANewProgramReplacesTheOldOne() {
        cgroup.attach(program("reply_40"), BPF_F_ALLOW_OVERRIDE);
        assertThat(cgroup.attach(program("add_5"), BPF_F_ALLOW_OVERRIDE)).isZero();
        assertThat(cgroup.query(AttachType.BPF_CGROUP_SOCK_OPS).attached()).hasSize(1);
        assertThat(call(sk, 20)).isEqualTo(25);
    }

    @Test
    void attachmentsOfOneCgroupMustHaveTheSameFlags() {
        cgroup.attach(program("reply_40"), 0);
        assertThat(cgroup.attach(program("add_5"), BPF_F_ALLOW_MULTI)).isEqualTo(-Errno.EPERM);
    }

    @Test
    void programIsAttachedOnceOnly() {
        BpfProgram program = program("reply_40");
        cgroup.attach(program, BPF_F_ALLOW_MULTI);
        assertThat(cgroup.attach(program, BPF_F_ALLOW_MULTI)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void sixtyFiveProgramsAreTooMany() {
        for (int i = 0; i < 64; i++) {
            assertThat(cgroup.attach(program("add_5"), BPF_F_ALLOW_MULTI)).isZero();
        }
        assertThat(cgroup.attach(program("add_5"), BPF_F_ALLOW_MULTI)).isEqualTo(-Errno.E2BIG);
        assertThat(call(sk, 0)).isEqualTo(320);
    }

    @Test
    void detachedProgramIsNotCalled() {
        BpfProgram program = program("reply_40");
        cgroup.attach(program, 0);
        assertThat(cgroup.detach(program)).isZero();
        assertThat(cgroup.sockOps()).isNull();
        assertThat(cgroup.detach(program)).isEqualTo(-Errno.ENOENT);
    }
}
