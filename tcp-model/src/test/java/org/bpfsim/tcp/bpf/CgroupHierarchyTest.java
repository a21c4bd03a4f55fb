package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bpfsim.tcp.bpf.BpfCgroup.BPF_F_ALLOW_MULTI;
import static org.bpfsim.tcp.bpf.BpfCgroup.BPF_F_ALLOW_OVERRIDE;
import static org.bpfsim.tcp.bpf.BpfCgroup.BPF_F_PREORDER;
import static org.bpfsim.tcp.bpf.BpfCgroup.BPF_F_REPLACE;

import java.util.List;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Which programs may be attached where and which run, with the sequences and expectations of the kernel's selftests
 * cgroup_attach_override, cgroup_attach_multi and cgroup_preorder (Linux 6.12).
 */
class CgroupHierarchyTest {
    private final TestKernel host = TestKernel.create();
    private final BpfCgroup root = BpfCgroup.root();
    private LoadedObject object;

    @BeforeEach
    void load() throws Exception {
        object = Objects.load(Objects.TEST_PROGRAMS, "replies.bpf.o");
    }

    private BpfProgram program(String name) {
        return new HostPrograms(host.kernel(), line -> {})
                .load(object)
                .program(name)
                .orElseThrow();
    }

    private BpfProgram program() {
        return program("add_5");
    }

    private static List<BpfProgram> effective(BpfCgroup cgroup) {
        return cgroup.query(AttachType.BPF_CGROUP_SOCK_OPS).effective();
    }

    @Test
    void cgroupAttachOverride() {
        BpfProgram drop = program();
        BpfProgram allow = program();
        BpfCgroup foo = root.make("foo");
        assertThat(foo.attach(drop, BPF_F_ALLOW_OVERRIDE)).isZero();
        assertThat(effective(foo)).containsExactly(drop);
        BpfCgroup bar = foo.make("bar");
        assertThat(effective(bar)).as("a new child inherits").containsExactly(drop);
        assertThat(bar.attach(allow, BPF_F_ALLOW_OVERRIDE)).isZero();
        assertThat(effective(bar)).containsExactly(allow);
        assertThat(bar.detach(allow)).isZero();
        assertThat(effective(bar)).containsExactly(drop);
        assertThat(bar.attach(allow, BPF_F_ALLOW_OVERRIDE)).isZero();
        assertThat(foo.detach(drop)).isZero();
        assertThat(effective(bar)).containsExactly(allow);
        assertThat(bar.attach(allow, BPF_F_ALLOW_OVERRIDE)).isZero();
        assertThat(bar.attach(allow, 0)).isEqualTo(-Errno.EPERM);
        assertThat(bar.detach(allow)).isZero();
        assertThat(foo.detach(drop)).isEqualTo(-Errno.ENOENT);
        assertThat(foo.attach(allow, 0)).isZero();
        assertThat(bar.attach(allow, 0)).isEqualTo(-Errno.EPERM);
        assertThat(bar.attach(allow, BPF_F_ALLOW_OVERRIDE)).isEqualTo(-Errno.EPERM);
        assertThat(foo.attach(allow, BPF_F_ALLOW_OVERRIDE)).isEqualTo(-Errno.EPERM);
        assertThat(foo.attach(drop, 0)).isZero();
    }

    @Test
    void cgroupAttachMulti() {
        BpfProgram[] p = new BpfProgram[7];
        for (int i = 0; i < p.length; i++) {
            p[i] = program();
        }
        BpfCgroup cg5 = root.make("cg1/cg2/cg3/cg4/cg5");
        BpfCgroup cg1 = root.make("cg1");
        BpfCgroup cg2 = root.make("cg1/cg2");
        BpfCgroup cg3 = root.make("cg1/cg2/cg3");
        BpfCgroup cg4 = root.make("cg1/cg2/cg3/cg4");
        assertThat(cg1.attach(p[0], BPF_F_ALLOW_MULTI)).isZero();
        assertThat(cg1.attach(p[0], BPF_F_ALLOW_MULTI)).isEqualTo(-Errno.EINVAL);
        assertThat(cg1.attach(p[1], BPF_F_ALLOW_MULTI)).isZero();
        assertThat(cg2.attach(p[2], BPF_F_ALLOW_OVERRIDE)).isZero();
        assertThat(cg3.attach(p[3], BPF_F_ALLOW_MULTI)).isZero();
        assertThat(cg4.attach(p[4], BPF_F_ALLOW_OVERRIDE)).isZero();
        assertThat(cg5.attach(p[5], 0)).isZero();
        assertThat(effective(cg5)).containsExactly(p[5], p[3], p[0], p[1]);
        assertThat(cg5.query(AttachType.BPF_CGROUP_SOCK_OPS).flags()).isZero();
        assertThat(cg5.query(AttachType.BPF_CGROUP_SOCK_OPS).attached()).containsExactly(p[5]);

        assertThat(cg5.detach(p[0])).isZero();
        assertThat(effective(cg5)).containsExactly(p[4], p[3], p[0], p[1]);

        assertThat(cg1.attach(p[6], BPF_F_ALLOW_OVERRIDE | BPF_F_REPLACE, p[0])).isEqualTo(-Errno.EINVAL);
        assertThat(cg1.attach(p[6], BPF_F_REPLACE, p[0])).isEqualTo(-Errno.EINVAL);
        assertThat(cg1.attach(p[6], BPF_F_ALLOW_MULTI | BPF_F_REPLACE, p[3])).isEqualTo(-Errno.ENOENT);
        assertThat(cg1.attach(p[6], BPF_F_ALLOW_MULTI | BPF_F_REPLACE, p[0])).isZero();
        assertThat(cg1.attach(p[6], BPF_F_ALLOW_MULTI | BPF_F_REPLACE, p[6])).isZero();
        assertThat(effective(cg5)).containsExactly(p[4], p[3], p[6], p[1]);

        assertThat(cg3.detach(p[0])).isEqualTo(-Errno.ENOENT);
        assertThat(cg3.detach(p[3])).isZero();
        assertThat(effective(cg5)).containsExactly(p[4], p[6], p[1]);
        assertThat(cg4.detach(p[4])).isZero();
        assertThat(effective(cg5)).containsExactly(p[2], p[6], p[1]);
        assertThat(cg5.query(AttachType.BPF_CGROUP_SOCK_OPS).attached()).isEmpty();
    }

    @Test
    void preorderedProgramsRunFirstAndThoseAboveBeforeThoseBelow() {
        BpfProgram child = program();
        BpfProgram child2 = program();
        BpfProgram parent = program();
        BpfProgram parent2 = program();
        BpfCgroup below = root.make("parent/child");
        BpfCgroup above = root.make("parent");
        below.attach(child, BPF_F_ALLOW_MULTI);
        below.attach(child2, BPF_F_ALLOW_MULTI | BPF_F_PREORDER);
        above.attach(parent, BPF_F_ALLOW_MULTI);
        assertThat(effective(below)).containsExactly(child2, child, parent);
        above.attach(parent2, BPF_F_ALLOW_MULTI | BPF_F_PREORDER);
        assertThat(effective(below)).containsExactly(parent2, child2, child, parent);
    }

    @Test
    void programsBelowRunBeforeThoseAbove() {
        TcpSock sk = host.socket();
        root.make("a").attach(program("add_5"), BPF_F_ALLOW_MULTI);
        BpfCgroup b = root.make("a/b");
        b.attach(program("reply_40"), BPF_F_ALLOW_MULTI);
        assertThat(b.sockOps().call(sk, SockOps.BPF_SOCK_OPS_RTT_CB, 0, 0, 0, null))
                .isEqualTo(45);
    }

    @Test
    void flagsThatDoNotGoTogetherAreInvalid() {
        assertThat(root.attach(program(), BPF_F_ALLOW_MULTI | BPF_F_ALLOW_OVERRIDE))
                .isEqualTo(-Errno.EINVAL);
        assertThat(root.attach(program(), BPF_F_ALLOW_MULTI | BPF_F_REPLACE)).isEqualTo(-Errno.EINVAL);
        assertThat(root.attach(program(), 1 << 12)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void programThatIsForNoCgroupIsInvalid() throws Exception {
        BpfProgram dctcp = new HostPrograms(host.kernel(), line -> {})
                .load(Objects.load(Objects.SCENARIO_PROGRAMS, "dctcp.bpf.o"))
                .programs()
                .get(0);
        assertThat(root.attach(dctcp, 0)).isEqualTo(-Errno.EINVAL);
        assertThat(root.detach(dctcp)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void overrideWithoutPermissionSaysWhoForbidsIt() {
        HostPrograms programs = new HostPrograms(host.kernel(), line -> {});
        root.make("a").attach(program(), 0);
        BpfCgroup below = root.make("a/b/c");
        assertThatThrownBy(() -> programs.attach(programs.load(object), below, BPF_F_ALLOW_MULTI))
                .isInstanceOf(BpfAttachException.class)
                .hasMessageContaining("/a/b/c")
                .hasMessageContaining("program of /a was attached without BPF_F_ALLOW_OVERRIDE")
                .hasMessageContaining("EPERM")
                .extracting(e -> ((BpfAttachException) e).errno())
                .isEqualTo(Errno.EPERM);
    }
}
