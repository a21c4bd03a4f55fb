package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bpfsim.bpf.map.SocketMap;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.LoadedObject;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.rpc.RpcFraming;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.SockOptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * AutoLOWAT as the description of its patch series has it ("bpf: Add SOCK_OPS hooks for TCP AutoLOWAT", third version), with
 * scenarios/programs/autolowat.bpf.c.
 */
class AutoLowatTest {
    private static final int SOL_BPF = 0xdeadbeef;
    private static final int BPF_TCP_AUTOLOWAT = 0x8badf00d;
    private static final byte[] ON = {1, 0, 0, 0};

    /** A connection whose server's end is watched: a client that sends given frames, a reader that never reads by itself. */
    private static final class Rpc {
        final TestNetwork network;
        final List<String> lines = new ArrayList<>();
        final BpfInstance instance;
        final byte[] data = new byte[64 * 1024];
        private int built;
        int wakeUps;
        Socket client;
        Socket child;
        Consumer<Socket> reader = socket -> {};

        Rpc(int family, Map<String, Object> variables) throws Exception {
            network = new TestNetwork(
                    1, 16, QueueSpec.UNBOUNDED, family == 6 ? TestNetwork.ipv6(0, 1) : TestNetwork.ipv4(0, 1));
            BpfObject object =
                    Objects.open(Objects.SCENARIO_PROGRAMS, "autolowat.bpf.o").withVariables(variables);
            LoadedObject loaded = Loader.load(object, TcpBpf.environment(Objects.HZ));
            HostPrograms programs = new HostPrograms(network.hosts.get(0).kernel(), lines::add);
            instance = programs.load(loaded);
            programs.attach(instance, network.cgroups.get(0), BpfCgroup.BPF_F_ALLOW_MULTI);
        }

        Rpc connect() {
            network.listen(new SocketHandler() {
                @Override
                public void onReadable(Socket socket, long bytes) {
                    wakeUps++;
                    reader.accept(socket);
                }
            });
            client = network.connect(1, 0);
            client.setPayload((offset, length, to, at) -> System.arraycopy(data, (int) offset, to, at, length));
            client.setsockopt(SockOptions.SOL_TCP, SockOptions.TCP_NODELAY, 1);
            network.runUs(1_000);
            child = network.accepted.get(0);
            return this;
        }

        Rpc frame(int headerBytes, int payloadBytes) {
            RpcFraming.putDescriptor(data, built, headerBytes, payloadBytes);
            built += RpcFraming.DESCRIPTOR_BYTES + headerBytes + payloadBytes;
            return this;
        }

        int enable() {
            return child.setsockopt(SOL_BPF, BPF_TCP_AUTOLOWAT, ON);
        }

        /** One write of the client, which arrives. */
        Rpc send(int bytes) {
            assertThat(client.write(bytes)).isEqualTo(bytes);
            network.runUs(1_000);
            return this;
        }

        Rpc rcvlowatIs(int bytes) {
            assertThat(child.getsockopt(SockOptions.SOL_SOCKET, SockOptions.SO_RCVLOWAT))
                    .isEqualTo(bytes);
            return this;
        }

        /** What epoll_wait() answers, and whether anybody was woken for it. */
        Rpc readableIs(boolean expected) {
            assertThat(child.isReadable()).isEqualTo(expected);
            assertThat(wakeUps > 0).as("wake-ups: %d", wakeUps).isEqualTo(expected);
            wakeUps = 0;
            return this;
        }
    }

    private static Rpc enabled(int family) throws Exception {
        Rpc rpc = new Rpc(family, Map.of()).connect();
        assertThat(rpc.enable()).isZero();
        return rpc;
    }

    /** The cases of the series' selftest: frames of 8 + 100 + 150 = 258 bytes, and one of 708. */
    @Nested
    class CasesOfTheSelftest {
        @ParameterizedTest(name = "IPv{0}")
        @ValueSource(ints = {4, 6})
        void wholeFrameInOneSegmentWakesTheReader(int family) throws Exception {
            enabled(family).frame(100, 150).send(258).rcvlowatIs(258).readableIs(true);
        }

        @ParameterizedTest(name = "IPv{0}")
        @ValueSource(ints = {4, 6})
        void severalFramesInOneSegmentAreReadTogether(int family) throws Exception {
            enabled(family)
                    .frame(100, 150)
                    .frame(100, 150)
                    .frame(100, 150)
                    .send(2 * 258)
                    .rcvlowatIs(2 * 258)
                    .readableIs(true)
                    .send(258)
                    .rcvlowatIs(3 * 258)
                    .readableIs(true);
        }

        @ParameterizedTest(name = "IPv{0}")
        @ValueSource(ints = {4, 6})
        void nextDescriptorDoesNotTakeFramesThatWaitFromTheReader(int family) throws Exception {
            enabled(family)
                    .frame(100, 150)
                    .frame(100, 150)
                    .frame(100, 150)
                    .send(2 * 258)
                    .rcvlowatIs(2 * 258)
                    .readableIs(true)
                    .send(RpcFraming.DESCRIPTOR_BYTES)
                    .rcvlowatIs(2 * 258)
                    .readableIs(true);
        }

        @ParameterizedTest(name = "IPv{0}")
        @ValueSource(ints = {4, 6})
        void descriptorMayBeSplitOverSegments(int family) throws Exception {
            Rpc rpc = enabled(family).frame(100, 150).frame(200, 500);
            rpc.send(1).readableIs(false).rcvlowatIs(8);
            rpc.send(7).readableIs(false).rcvlowatIs(258);
            rpc.send(100).readableIs(false).rcvlowatIs(258);
            rpc.send(150 + 1).readableIs(true).rcvlowatIs(258);
            assertThat(rpc.child.read(258)).isEqualTo(258);
            rpc.readableIs(false).rcvlowatIs(8);
            rpc.send(7).readableIs(false).rcvlowatIs(708);
        }
    }

    @ParameterizedTest(name = "IPv{0}")
    @ValueSource(ints = {4, 6})
    void debugOutputOfTheFourthCaseIsThatOfTheDocument(int family) throws Exception {
        Rpc rpc = new Rpc(family, Map.of("debug", "1")).connect();
        String label = family == 6 ? "AF_INET6 rpc_test_cases[3]" : "AF_INET  rpc_test_cases[3]";
        new Globals(rpc.instance).set("label", Arrays.copyOf(label.getBytes(StandardCharsets.US_ASCII), 64));
        assertThat(rpc.enable()).isZero();
        rpc.frame(100, 150).frame(200, 500).send(1).send(7);
        assertThat(rpc.lines)
                .containsExactly(
                        label + ": Start parsing skb: seq: 0, end_seq: 1, len: 1, rpc_desc_seq: 0, rpc_end_seq: 0,"
                                + " rpc_buff_len: 0",
                        label + ": Copied 1 bytes: rpc_desc_buff_len: 1",
                        label + ": Setting rcvlowat: tp->copied_seq: 0, rpc_desc_seq: 0, rpc_end_seq: 0,"
                                + " rpc_desc_buff_len: 1",
                        label + ": Set rcvlowat: expected: 8, actual: 8",
                        label + ": Start parsing skb: seq: 1, end_seq: 8, len: 7, rpc_desc_seq: 0, rpc_end_seq: 0,"
                                + " rpc_buff_len: 1",
                        label + ": Copied full descriptor: rpc_desc_seq: 0, rpc_end_seq: 258, header_len: 100,"
                                + " payload_len: 150",
                        label + ": No more descriptor: rpc_end_seq: 258, end_seq: 8",
                        label + ": Setting rcvlowat: tp->copied_seq: 0, rpc_desc_seq: 0, rpc_end_seq: 258,"
                                + " rpc_desc_buff_len: 8",
                        label + ": Set rcvlowat: expected: 258, actual: 258");
    }

    @Test
    void readerThatTakesOneFrameIsToldOfTheNextThatWaits() throws Exception {
        Rpc rpc = enabled(6).frame(100, 150).frame(200, 500);
        List<Integer> read = new ArrayList<>();
        rpc.reader = socket -> read.add(socket.read(read.isEmpty() ? 258 : 708));
        rpc.send(258 + 708);
        assertThat(read).containsExactly(258, 708);
        assertThat(rpc.wakeUps).isEqualTo(2);
        assertThat(rpc.child.available()).isZero();
    }

    @Test
    void frameThatComesOutOfOrderIsFollowedWhenTheGapCloses() throws Exception {
        Rpc rpc = enabled(6).frame(24, 10_000).frame(200, 500);
        rpc.reader = Socket::readAll;
        rpc.network.loseFirst(1, 1);
        rpc.client.write(8 + 24 + 10_000 + 8);
        rpc.network.runUs(60);
        assertThat(rpc.child.tcp().out_of_order_queue.isEmpty()).isFalse();
        assertThat(rpc.wakeUps).isZero();
        rpc.network.runUs(1_000_000);
        assertThat(rpc.wakeUps)
                .as("what was lost comes, and completes the frame")
                .isEqualTo(1);
        rpc.wakeUps = 0;
        rpc.rcvlowatIs(700);
        rpc.send(699).readableIs(false).rcvlowatIs(700);
        rpc.send(1);
        assertThat(rpc.wakeUps).isEqualTo(1);
    }

    @Test
    void endOfStreamWakesTheReaderOfHalfAFrame() throws Exception {
        Rpc rpc = enabled(6).frame(100, 150).send(200).readableIs(false);
        rpc.client.shutdown();
        rpc.network.runUs(1_000);
        rpc.readableIs(true);
    }

    @Test
    void streamThatIsNoFramesWakesTheReaderAsEver() throws Exception {
        Rpc rpc = enabled(6);
        Arrays.fill(rpc.data, (byte) 0xff);
        rpc.send(8).rcvlowatIs(1).readableIs(true);
        assertThat(rpc.child.tcp().bpf_sock_ops_cb_flags & SockOps.BPF_SOCK_OPS_RCVQ_CB_FLAG)
                .as("the call-back can switch itself off")
                .isZero();
    }

    @Test
    void frameLargerThanTheBufferMakesItGrow() throws Exception {
        Rpc rpc = enabled(6).frame(24, 1_000_000);
        int before = rpc.child.tcp().sk_rcvbuf;
        rpc.send(100).rcvlowatIs(8 + 24 + 1_000_000);
        assertThat(rpc.child.tcp().sk_rcvbuf).isGreaterThan(Math.max(before, 1_000_032));
        assertThat(rpc.child.tcp().window_clamp).isEqualTo(1_000_032);
    }

    @Test
    void frameLargerThanMemoryMayBecomeWakesTheReaderWhenMemoryIsShort() throws Exception {
        Rpc rpc = new Rpc(6, Map.of());
        rpc.network.hosts.get(0).sysctls().set("net.ipv4.tcp_rmem", "4096 16384 65536");
        rpc.connect();
        assertThat(rpc.enable()).isZero();
        rpc.frame(24, 60_000);
        rpc.reader = Socket::readAll;
        rpc.client.writeAll(60_032);
        rpc.network.runUs(2_000_000);
        assertThat(rpc.child.tcp().sk_rcvlowat).as("half of tcp_rmem[2]").isLessThanOrEqualTo(32_768);
        assertThat(rpc.child.tcp().bytes_received).isEqualTo(60_032);
        assertThat(rpc.wakeUps).isGreaterThan(1);
    }

    @Test
    void programCanTakePartFromTheHandshakeOn() throws Exception {
        Rpc rpc = new Rpc(6, Map.of("from_start", "1")).connect().frame(100, 150);
        rpc.send(3).rcvlowatIs(8).readableIs(false).send(255).rcvlowatIs(258).readableIs(true);
    }

    @Nested
    class SwitchingItOn {
        @Test
        void needsAnEmptyReceiveQueue() throws Exception {
            Rpc rpc = new Rpc(6, Map.of()).connect().frame(100, 150).send(5);
            assertThat(rpc.enable()).isEqualTo(-Errno.EUCLEAN);
            assertThat(rpc.child.tcp().bpf_sock_ops_cb_flags).isZero();
            rpc.child.readAll();
            assertThat(rpc.enable()).isZero();
            rpc.send(100);
            assertThat(rpc.enable()).as("it is on").isZero();
        }

        @Test
        void isRefusedToSocketsInSockmaps() throws Exception {
            Rpc rpc = new Rpc(6, Map.of()).connect();
            SocketMap map = sockmap(rpc);
            assertThat(map.update(new byte[4], rpc.child.tcp(), 0)).isZero();
            assertThat(rpc.enable()).isEqualTo(-Errno.EBUSY);
            map.remove(new byte[4]);
            assertThat(rpc.enable()).isZero();
        }

        @Test
        void keepsASocketOutOfSockmaps() throws Exception {
            Rpc rpc = new Rpc(6, Map.of()).connect();
            SocketMap map = sockmap(rpc);
            assertThat(rpc.enable()).isZero();
            assertThat(map.update(new byte[4], rpc.child.tcp(), 0)).isEqualTo(-Errno.EBUSY);
            assertThat(rpc.child.setsockopt(SOL_BPF, BPF_TCP_AUTOLOWAT, new byte[4]))
                    .isZero();
            assertThat(map.update(new byte[4], rpc.child.tcp(), 0)).isZero();
        }

        @Test
        void isRefusedWithEpermIfTheOptionIsShort() throws Exception {
            Rpc rpc = new Rpc(6, Map.of()).connect();
            assertThat(rpc.child.setsockopt(SOL_BPF, BPF_TCP_AUTOLOWAT, new byte[] {1, 0, 0}))
                    .isEqualTo(-Errno.EPERM);
        }

        private SocketMap sockmap(Rpc rpc) throws Exception {
            HostPrograms programs = new HostPrograms(rpc.network.hosts.get(0).kernel(), line -> {});
            BpfInstance sockmaps = programs.load(Objects.load(Objects.TEST_PROGRAMS, "sockmaps.bpf.o"));
            return (SocketMap) sockmaps.map("by_index").orElseThrow();
        }
    }

    @Test
    void socketsWithoutTheFlagAreNotCalledFor() throws Exception {
        Rpc rpc = new Rpc(6, Map.of("debug", "1")).connect().frame(100, 150).send(5);
        assertThat(rpc.lines).isEmpty();
        rpc.readableIs(true).rcvlowatIs(1);
    }
}
