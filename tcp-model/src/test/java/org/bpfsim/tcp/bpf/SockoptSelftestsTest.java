package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.bpfsim.bpf.BpfLoadException;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.SockoptHook;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Selftests of Linux 6.12 for {@code cgroup/getsockopt} and {@code cgroup/setsockopt} programs: the object unmodified, what its
 * user space part does played here, with the values that it expects. Not played: netlink sockets (sockopt_sk), UDP sockets
 * (cgroup_getset_retval has TCP sockets here), hooks of other program types (exposed_hooks).
 */
class SockoptSelftestsTest {
    private static final int SOL_CUSTOM = 0xdeadbeef;
    private static final int PAGE = 4096;

    private final TestNetwork network = new TestNetwork(1, 16, QueueSpec.UNBOUNDED, TestNetwork.ipv4(0, 1));
    private final BpfCgroup parent = BpfCgroup.root().make("parent");
    private final BpfCgroup child = parent.make("child");
    private final Socket socket = ipv4Socket();

    private Socket ipv4Socket() {
        Socket s = network.hosts.get(1).socket(child, new SocketHandler() {});
        s.tcp().saddr = network.hosts.get(1).addresses().get(0); // a socket here has the family of its address
        return s;
    }

    private BpfInstance load(String object) throws Exception {
        BpfInstance instance =
                new HostPrograms(network.hosts.get(1).kernel(), line -> {}).load(KernelObjects.load(object));
        new Globals(instance).set("page_size", PAGE);
        return instance;
    }

    private static void attach(BpfInstance instance, String program, BpfCgroup cgroup) {
        assertThat(cgroup.attach(instance.program(program).orElseThrow(), BpfCgroup.BPF_F_ALLOW_MULTI))
                .isZero();
    }

    private int tos() {
        SockoptHook.Reply reply = socket.getsockopt(SockOptions.SOL_IP, SockOptions.IP_TOS, 1);
        assertThat(reply.result()).isZero();
        assertThat(reply.optlen()).isEqualTo(1);
        return reply.value()[0] & 0xff;
    }

    private int tosError() {
        return socket.getsockopt(SockOptions.SOL_IP, SockOptions.IP_TOS, 1).result();
    }

    private int setTos(int value) {
        return socket.setsockopt(SockOptions.SOL_IP, SockOptions.IP_TOS, new byte[] {(byte) value});
    }

    /** prog_tests/sockopt_qos_to_cc.c. */
    @Test
    void qosToCc() throws Exception {
        BpfInstance instance = load("sockopt_qos_to_cc");
        Socket socket = network.hosts.get(1).socket(child, new SocketHandler() {}); // of IPv6
        assertThat(socket.setCongestionControl("cubic")).isZero();
        attach(instance, "sockopt_qos_to_cc", child);
        assertThat(socket.setsockopt(SockOptions.SOL_IPV6, SockOptions.IPV6_TCLASS, 0x2d))
                .isZero();
        byte[] name = socket.getsockopt(SockOptions.SOL_TCP, SockOptions.TCP_CONGESTION, 16)
                .value();
        assertThat(new String(name, StandardCharsets.US_ASCII).trim()).isEqualTo("reno");
    }

    /** prog_tests/sockopt_multi.c. */
    @Nested
    class Multi {
        @Test
        void getsockoptTest() throws Exception {
            BpfInstance instance = load("sockopt_multi");
            assertThat(setTos(0x80)).isZero();
            assertThat(tos()).as("without BPF").isEqualTo(0x80);
            attach(instance, "_getsockopt_child", child);
            assertThat(tos()).isEqualTo(0x90);
            attach(instance, "_getsockopt_parent", parent);
            assertThat(tos()).isEqualTo(0xa0);

            assertThat(setTos(0x40)).isZero();
            assertThat(tosError()).as("child and parent").isEqualTo(-Errno.EPERM);
            assertThat(child.detach(instance.program("_getsockopt_child").orElseThrow()))
                    .isZero();
            assertThat(tosError()).as("parent").isEqualTo(-Errno.EPERM);
            assertThat(setTos(0x90)).isZero();
            assertThat(tos()).isEqualTo(0xa0);
        }

        @Test
        void setsockoptTest() throws Exception {
            BpfInstance instance = load("sockopt_multi");
            assertThat(setTos(0x80)).isZero();
            assertThat(tos()).isEqualTo(0x80);
            attach(instance, "_setsockopt", child);
            assertThat(setTos(0x80)).isZero();
            assertThat(tos()).isEqualTo(0x80 + 0x10);
            attach(instance, "_setsockopt", parent);
            assertThat(setTos(0x80)).isZero();
            assertThat(tos()).isEqualTo(0x80 + 2 * 0x10);
        }
    }

    /** prog_tests/sockopt_inherit.c. */
    @Test
    void inherit() throws Exception {
        BpfInstance instance = load("sockopt_inherit");
        for (BpfCgroup cgroup : network.cgroups) {
            attach(instance, "_getsockopt", cgroup);
            attach(instance, "_setsockopt", cgroup);
        }
        Socket server = network.hosts.get(0).socket(network.cgroups.get(0), new SocketHandler() {});
        for (int name = 0; name < 3; name++) {
            assertThat(server.setsockopt(SOL_CUSTOM, name, new byte[] {1})).isZero();
        }
        Socket[] accepted = new Socket[1];
        network.hosts.get(0).listen(server, TestNetwork.PORT, s -> {
            accepted[0] = s;
            return new SocketHandler() {};
        });
        Socket client = network.connect(1, 0);
        network.runUs(1_000);
        assertThat(custom(client)).as("connect").containsExactly(0, 0, 0);
        assertThat(custom(server)).as("listen").containsExactly(1, 1, 1);
        assertThat(custom(accepted[0])).as("accept").containsExactly(1, 1, 0);
        assertThat(accepted[0].setsockopt(SOL_CUSTOM, 0, new byte[] {7})).isZero();
        assertThat(custom(server)).as("the child has copies").containsExactly(1, 1, 1);
    }

    private static int[] custom(Socket s) {
        int[] values = new int[3];
        for (int name = 0; name < 3; name++) {
            SockoptHook.Reply reply = s.getsockopt(SOL_CUSTOM, name, 1);
            assertThat(reply.result()).isZero();
            values[name] = reply.value()[0];
        }
        return values;
    }

    /** prog_tests/sockopt_sk.c, without netlink sockets. */
    @Nested
    class Sk {
        private void attachBoth() throws Exception {
            BpfInstance instance = load("sockopt_sk");
            attach(instance, "_setsockopt", child);
            attach(instance, "_getsockopt", child);
        }

        private byte[] twoPages(int first) {
            byte[] value = new byte[2 * PAGE];
            value[0] = (byte) first;
            return value;
        }

        @Test
        void valueOfTwoPagesPassesTheProgramsBy() throws Exception {
            attachBoth();
            assertThat(socket.setsockopt(SockOptions.SOL_IP, SockOptions.IP_TOS, twoPages(0x08)))
                    .isZero();
            assertThat(tos()).isEqualTo(0x08);
        }

        @Test
        void otherOptionsAreDenied() throws Exception {
            attachBoth();
            assertThat(socket.setsockopt(SockOptions.SOL_IP, 2, new byte[] {1})).isEqualTo(-Errno.EPERM);
        }

        @Test
        void customLevelIsHandledByThePrograms() throws Exception {
            attachBoth();
            assertThat(socket.setsockopt(SOL_CUSTOM, 0, new byte[] {1})).isZero();
            SockoptHook.Reply reply = socket.getsockopt(SOL_CUSTOM, 0, 4);
            assertThat(reply.result()).isZero();
            assertThat(reply.optlen()).isEqualTo(1);
            assertThat(reply.value()).startsWith(1);
        }

        @Test
        void programsSeeOnePageOfAValueAndMayTrimIt() throws Exception {
            attachBoth();
            assertThat(socket.setsockopt(SockOptions.SOL_IP, SockOptions.IP_FREEBIND, twoPages(0)))
                    .isZero();
            SockoptHook.Reply reply = socket.getsockopt(SockOptions.SOL_IP, SockOptions.IP_FREEBIND, 2 * PAGE);
            assertThat(reply.result()).isZero();
            assertThat(reply.optlen()).isEqualTo(1);
            assertThat(reply.value()).startsWith(0x55);
        }

        @Test
        void sizeOfTheSendBufferIsOverwritten() throws Exception {
            attachBoth();
            assertThat(socket.setsockopt(SockOptions.SOL_SOCKET, SockOptions.SO_SNDBUF, new byte[] {1, 1, 1, 1}))
                    .isZero();
            byte[] value = socket.getsockopt(SockOptions.SOL_SOCKET, SockOptions.SO_SNDBUF, 4)
                    .value();
            assertThat(LittleEndian.s32(value, 0)).isEqualTo(0x55aa * 2);
        }

        @Test
        void nameOfACongestionControlCanBecomeLonger() throws Exception {
            attachBoth();
            assertThat(socket.setCongestionControl("nv")).isZero();
            byte[] name = socket.getsockopt(SockOptions.SOL_TCP, SockOptions.TCP_CONGESTION, 16)
                    .value();
            assertThat(new String(name, StandardCharsets.US_ASCII).trim()).isEqualTo("cubic");
        }

        @Test
        void zerocopyReceiveRunsItsProgramsInTheKernel() throws Exception {
            attachBoth();
            byte[] zc = new byte[64];
            assertThat(socket.getsockopt(SockOptions.SOL_TCP, 35, zc).result()).isZero();
            LittleEndian.put(zc, 0, 8, 12345);
            assertThat(socket.getsockopt(SockOptions.SOL_TCP, 35, zc).result())
                    .as("not aligned; the program's EPERM does not cover it")
                    .isEqualTo(-Errno.EINVAL);
            assertThat(socket.getsockopt(SockOptions.SOL_TCP, 35, new byte[11]).result())
                    .as("too short for the kernel: no program runs")
                    .isEqualTo(-Errno.EINVAL);
        }
    }

    /** prog_tests/cgroup_getset_retval.c. */
    @Nested
    class GetsetRetval {
        private static final int EUNATCH = 49;

        private Globals globals;

        private void attachAll(String object, String... programs) throws Exception {
            BpfInstance instance = load(object);
            globals = new Globals(instance);
            for (String program : programs) {
                attach(instance, program, child);
            }
        }

        private void setter(String... programs) throws Exception {
            attachAll("cgroup_getset_retval_setsockopt", programs);
        }

        private void getter(String... programs) throws Exception {
            attachAll("cgroup_getset_retval_getsockopt", programs);
        }

        private int set() {
            return socket.setsockopt(SockOptions.SOL_SOCKET, SockOptions.SO_REUSEADDR, new byte[4]);
        }

        private int get() {
            return socket.getsockopt(SOL_CUSTOM, 0, 4).result();
        }

        private void ran(int invocations) {
            assertThat(globals.number("invocations")).isEqualTo(invocations);
            assertThat(globals.number("assertion_error")).isZero();
        }

        private int seen(String variable) {
            return (int) globals.number(variable);
        }

        @Test
        void setsockoptSet() throws Exception {
            setter("set_eunatch");
            assertThat(set()).isEqualTo(-EUNATCH);
            ran(1);
        }

        @Test
        void setsockoptSetAndGet() throws Exception {
            setter("set_eunatch", "get_retval");
            assertThat(set()).isEqualTo(-EUNATCH);
            ran(2);
            assertThat(seen("retval_value")).isEqualTo(-EUNATCH);
        }

        @Test
        void setsockoptDefaultZero() throws Exception {
            setter("get_retval");
            assertThat(set()).isZero();
            ran(1);
            assertThat(seen("retval_value")).isZero();
        }

        @Test
        void setsockoptDefaultZeroAndSet() throws Exception {
            setter("get_retval", "set_eunatch");
            assertThat(set()).isEqualTo(-EUNATCH);
            ran(2);
            assertThat(seen("retval_value")).isZero();
        }

        @Test
        void setsockoptOverride() throws Exception {
            setter("set_eunatch", "set_eisconn", "get_retval");
            assertThat(set()).isEqualTo(-Errno.EISCONN);
            ran(3);
            assertThat(seen("retval_value")).isEqualTo(-Errno.EISCONN);
        }

        @Test
        void setsockoptLegacyEperm() throws Exception {
            setter("legacy_eperm", "get_retval");
            assertThat(set()).isEqualTo(-Errno.EPERM);
            ran(2);
            assertThat(seen("retval_value")).isEqualTo(-Errno.EPERM);
        }

        @Test
        void setsockoptLegacyNoOverride() throws Exception {
            setter("set_eunatch", "legacy_eperm", "get_retval");
            assertThat(set()).isEqualTo(-EUNATCH);
            ran(3);
            assertThat(seen("retval_value")).isEqualTo(-EUNATCH);
        }

        @Test
        void getsockoptGet() throws Exception {
            getter("get_retval");
            assertThat(get()).isEqualTo(-Errno.EOPNOTSUPP);
            ran(1);
            assertThat(seen("retval_value")).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(seen("ctx_retval_value")).isEqualTo(-Errno.EOPNOTSUPP);
        }

        @Test
        void getsockoptOverride() throws Exception {
            getter("set_eisconn");
            assertThat(get()).isEqualTo(-Errno.EISCONN);
            ran(1);
        }

        @Test
        void getsockoptRetvalSync() throws Exception {
            getter("set_eisconn", "clear_retval", "get_retval");
            assertThat(get()).isZero();
            ran(3);
            assertThat(seen("retval_value")).isZero();
            assertThat(seen("ctx_retval_value")).isZero();
        }

        /** Those of exposed_hooks whose program types there are. */
        @ParameterizedTest
        @ValueSource(strings = {"getsockopt", "setsockopt"})
        void exposedHooks(String program) throws Exception {
            assertThat(KernelObjects.load("cgroup_getset_retval_hooks", Set.of(program)))
                    .isNotNull();
        }

        @Test
        void sockOpsProgramHasNoReturnValueToSet() {
            assertThatThrownBy(() -> KernelObjects.load("cgroup_getset_retval_hooks", Set.of("sock_ops")))
                    .isInstanceOf(BpfLoadException.class)
                    .hasMessageContaining("cannot be called by sock_ops programs");
        }
    }
}
