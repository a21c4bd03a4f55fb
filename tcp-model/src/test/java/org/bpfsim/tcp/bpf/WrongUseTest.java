package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bpfsim.tcp.bpf.BpfCgroup.BPF_F_ALLOW_MULTI;
import static org.bpfsim.tcp.bpf.BpfCgroup.BPF_F_ALLOW_OVERRIDE;
import static org.bpfsim.tcp.bpf.BpfCgroup.BPF_F_REPLACE;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.map.MapInstance;
import org.bpfsim.bpf.map.SocketMap;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Wrong use of programs and maps, case by case, with the error that Linux has for it, and what a user of ours reads where there is
 * a message. What is about a system call's length is in {@link OptionLengthsTest}, what is about programs that are not loaded in
 * {@link RefusedProgramsTest}.
 */
class WrongUseTest {
    private static final Path ENGINE_PROGRAMS = Path.of("../bpf-engine/src/test/bpf");

    /** What goes wrong, and the negated errno or the exception that comes of it. */
    private interface Attempt {
        int make(WrongUseTest t) throws Exception;
    }

    private record Case(String what, int errno, String message, Attempt attempt) {
        @Override
        public String toString() {
            return what + ": " + Errno.nameOf(errno);
        }
    }

    private static Case of(String what, int errno, Attempt attempt) {
        return new Case(what, errno, "", attempt);
    }

    private static Case of(String what, int errno, String message, Attempt attempt) {
        return new Case(what, errno, message, attempt);
    }

    private final TestKernel host = TestKernel.create();
    private final HostPrograms programs = new HostPrograms(host.kernel(), line -> {});
    private final BpfCgroup root = BpfCgroup.root();
    private final BpfCgroup parent = root.make("parent");
    private final BpfCgroup child = parent.make("child");
    private BpfInstance replies;

    static Stream<Case> cases() {
        return Stream.of(
                of("attach below a program that allows no other", Errno.EPERM, "was attached without", t -> {
                    t.attach(t.parent, "nothing", 0);
                    t.programs.attach(t.replies(), t.child, BPF_F_ALLOW_MULTI);
                    return 0;
                }),
                of("attach with other flags than those that are there", Errno.EPERM, "with other flags", t -> {
                    t.attach(t.child, "nothing", BPF_F_ALLOW_OVERRIDE);
                    t.programs.attach(t.replies(), t.child, BPF_F_ALLOW_MULTI);
                    return 0;
                }),
                of("attach the same program twice", Errno.EINVAL, t -> {
                    t.attach(t.child, "nothing", BPF_F_ALLOW_MULTI);
                    return t.child.attach(t.program("nothing"), BPF_F_ALLOW_MULTI);
                }),
                of(
                        "override and multi together",
                        Errno.EINVAL,
                        t -> t.child.attach(t.program("nothing"), BPF_F_ALLOW_OVERRIDE | BPF_F_ALLOW_MULTI)),
                of("a flag that there is not", Errno.EINVAL, t -> t.child.attach(t.program("nothing"), 1 << 20)),
                of(
                        "attach a program of another type to a cgroup",
                        Errno.EINVAL,
                        t -> t.child.attach(
                                t.load("sockets.bpf.o").program("script").orElseThrow(), 0)),
                of("attach an object that has nothing for cgroups", Errno.EINVAL, "no program to attach", t -> {
                    BpfInstance dctcp = t.programs.load(Objects.load(Objects.SCENARIO_PROGRAMS, "dctcp.bpf.o"));
                    t.programs.attach(dctcp, t.child, 0);
                    return 0;
                }),
                of(
                        "replace without multi",
                        Errno.EINVAL,
                        t -> t.child.attach(t.program("nothing"), BPF_F_REPLACE, t.program("refuse"))),
                of(
                        "replace what is not attached",
                        Errno.ENOENT,
                        t -> t.child.attach(
                                t.program("nothing"), BPF_F_ALLOW_MULTI | BPF_F_REPLACE, t.program("refuse"))),
                of("detach what is not attached", Errno.ENOENT, t -> t.child.detach(t.program("nothing"))),
                of("register the same name twice", Errno.EEXIST, "has a congestion control named", t -> {
                    t.programs.register(t.programs.load(Objects.load(Objects.SCENARIO_PROGRAMS, "dctcp.bpf.o")));
                    t.programs.register(t.programs.load(Objects.load(Objects.SCENARIO_PROGRAMS, "dctcp.bpf.o")));
                    return 0;
                }),
                of("register the same map twice", Errno.EBUSY, t -> {
                    BpfInstance dctcp = t.programs.load(Objects.load(Objects.SCENARIO_PROGRAMS, "dctcp.bpf.o"));
                    StructOpsRegistration r =
                            new StructOpsRegistration(dctcp.structOps().get(0), t.host.kernel().congestionControls);
                    assertThat(r.register()).isZero();
                    return r.register();
                }),
                of("switch on the receive queue's call-back while data waits", Errno.EUCLEAN, t -> {
                    TcpSock sk = t.established();
                    sk.receive_queue_truesize = 768;
                    return t.flags(sk, SockOps.BPF_SOCK_OPS_RCVQ_CB_FLAG);
                }),
                of("switch it on for a socket in a sockmap", Errno.EBUSY, t -> {
                    TcpSock sk = t.established();
                    assertThat(t.sockmap().update(key(0), sk, MapInstance.BPF_ANY))
                            .isZero();
                    return t.flags(sk, SockOps.BPF_SOCK_OPS_RCVQ_CB_FLAG);
                }),
                of("put a socket that has it into a sockmap", Errno.EBUSY, t -> {
                    TcpSock sk = t.established();
                    assertThat(t.flags(sk, SockOps.BPF_SOCK_OPS_RCVQ_CB_FLAG)).isZero();
                    return t.sockmap().update(key(0), sk, MapInstance.BPF_ANY);
                }),
                of("a call-back flag that there is not", Errno.EINVAL, t -> t.flags(t.established(), 1 << 8)),
                of("put a socket into a sockmap that is not connected", Errno.EOPNOTSUPP, t -> {
                    TcpSock sk = t.host.socket();
                    sk.skc_state = TcpState.CLOSE;
                    return t.sockmap().update(key(0), sk, MapInstance.BPF_ANY);
                }),
                of(
                        "beyond the end of a sockmap",
                        Errno.E2BIG,
                        t -> t.sockmap().update(key(4), t.established(), MapInstance.BPF_ANY)),
                of("a place of a sockmap that is taken", Errno.EEXIST, t -> {
                    assertThat(t.sockmap().update(key(0), t.established(), MapInstance.BPF_ANY))
                            .isZero();
                    return t.sockmap().update(key(0), t.established(), MapInstance.BPF_NOEXIST);
                }),
                of(
                        "replace what is not in a sockmap",
                        Errno.ENOENT,
                        t -> t.sockmap().update(key(0), t.established(), MapInstance.BPF_EXIST)),
                of("an option of a number with three bytes", Errno.EINVAL, t -> t.option(3)),
                of("an option of a number with no bytes", Errno.EINVAL, t -> t.option(0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void errorIsThatOfLinux(Case wrong) throws Exception {
        replies = programs.load(Objects.load(Objects.TEST_PROGRAMS, "replies.bpf.o"));
        try {
            assertThat(wrong.attempt.make(this)).isEqualTo(-wrong.errno);
            assertThat(wrong.message).as("an exception with this message").isEmpty();
        } catch (BpfAttachException e) {
            assertThat(e.errno()).isEqualTo(wrong.errno);
            assertThat(e).hasMessageContaining(wrong.message);
            assertThat(wrong.message).isNotEmpty();
        }
    }

    private static byte[] key(int index) {
        return new byte[] {(byte) index, 0, 0, 0};
    }

    private BpfInstance load(String name) throws Exception {
        return programs.load(Objects.load(ENGINE_PROGRAMS, name));
    }

    private BpfInstance replies() {
        return replies;
    }

    private BpfProgram program(String name) {
        return replies.program(name).orElseThrow();
    }

    private void attach(BpfCgroup cgroup, String program, int flags) {
        assertThat(cgroup.attach(program(program), flags)).isZero();
    }

    private SocketMap sockets;

    private SocketMap sockmap() throws Exception {
        if (sockets == null) {
            BpfInstance instance = programs.load(Objects.load(Objects.TEST_PROGRAMS, "sockmaps.bpf.o"));
            sockets = (SocketMap) instance.map("by_index").orElseThrow();
        }
        return sockets;
    }

    private TcpSock established() {
        TcpSock sk = host.socket();
        sk.skc_state = TcpState.ESTABLISHED;
        return sk;
    }

    private int flags(TcpSock sk, int flags) {
        return SockOpsFamily.setCallbackFlags(sk, flags);
    }

    private int option(int length) {
        return org.bpfsim.tcp.sock.OptionBytes.set(
                host.socket(), SockOptions.SOL_SOCKET, SockOptions.SO_SNDBUF, new byte[length]);
    }
}
