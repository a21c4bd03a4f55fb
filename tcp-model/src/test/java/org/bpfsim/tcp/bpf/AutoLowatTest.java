package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.SockOps;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    /** What a program finds in these calls, and what it may do there, with src/test/bpf/rcvq.bpf.c. */
    @Nested
    class Calls {
        private final TestNetwork network = new TestNetwork(1, 16, QueueSpec.UNBOUNDED, TestNetwork.ipv6(0, 1));
        private Globals globals;
        private Socket client;

        private record Call(int length, int flags, int rcvNxt, int dataBytes, List<Byte> first, int loaded) {}

        private void attach() throws Exception {
            HostPrograms programs = new HostPrograms(network.hosts.get(0).kernel(), line -> {});
            BpfInstance instance = programs.load(Objects.load(Objects.TEST_PROGRAMS, "rcvq.bpf.o"));
            programs.attach(instance, network.cgroups.get(0), BpfCgroup.BPF_F_ALLOW_MULTI);
            globals = new Globals(instance);
            network.listen(new SocketHandler() {});
        }

        private void connect() throws Exception {
            attach();
            client = network.connect(1, 0);
            write(client);
            network.runUs(1_000);
        }

        private void write(Socket socket) {
            socket.setPayload((offset, length, to, at) -> {
                for (int i = 0; i < length; i++) {
                    to[at + i] = (byte) (offset + i);
                }
            });
        }

        private TcpSock child() {
            return network.accepted.get(0).tcp();
        }

        private List<Call> calls() {
            ByteBuffer all = ByteBuffer.wrap(globals.bytes("calls")).order(ByteOrder.LITTLE_ENDIAN);
            List<Call> calls = new ArrayList<>();
            for (int i = 0; i < globals.number("count"); i++) {
                int length = all.getInt();
                int flags = all.getInt();
                int rcvNxt = all.getInt();
                int dataBytes = all.getInt();
                List<Byte> first = List.of(all.get(), all.get(), all.get(), all.get());
                calls.add(new Call(length, flags, rcvNxt, dataBytes, first, all.getInt()));
            }
            return calls;
        }

        private int result(String variable) {
            return (int) globals.number(variable);
        }

        @Test
        void payloadIsThereForLoadBytesAlone() throws Exception {
            connect();
            client.write(100);
            network.runUs(1_000);
            TcpSock sk = child();
            Call call = calls().get(0);
            assertThat(call.length).isEqualTo(100);
            assertThat(call.flags).isEqualTo(TcpSegment.ACK | TcpSegment.PSH);
            assertThat(call.rcvNxt).as("before it counts").isEqualTo(sk.rcv_nxt - 100);
            assertThat(call.dataBytes).isZero();
            assertThat(call.loaded).isZero();
            assertThat(call.first).containsExactly((byte) 0, (byte) 1, (byte) 2, (byte) 3);
            assertThat(result("loaded_beyond")).isEqualTo(-org.bpfsim.bpf.Errno.EFAULT);
            assertThat(result("loaded_huge")).isEqualTo(-org.bpfsim.bpf.Errno.EFAULT);
        }

        @Test
        void nothingIsThereAfterARead() throws Exception {
            connect();
            client.write(100);
            network.runUs(1_000);
            network.accepted.get(0).read(60);
            Call call = calls().get(1);
            assertThat(call.length).isZero();
            assertThat(call.flags).isZero();
            assertThat(call.loaded).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(globals.number("count")).isEqualTo(2);
        }

        @Test
        void readOfNothingIsNotTold() throws Exception {
            connect();
            network.accepted.get(0).read(60);
            assertThat(globals.number("count")).isZero();
        }

        @Test
        void optionsAreNotForTheseCallsButFlagsAre() throws Exception {
            connect();
            globals.set("flags", 0);
            client.write(100);
            network.runUs(1_000);
            client.write(100);
            network.runUs(1_000);
            assertThat(result("set")).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(result("got")).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(result("flags_set")).isZero();
            assertThat(calls()).hasSize(1);
        }

        @Test
        void kfuncAndPayloadAreForTheseCallsAlone() throws Exception {
            connect();
            assertThat(result("lowat_elsewhere")).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(result("loaded_elsewhere")).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(child().sk_rcvlowat).isEqualTo(1);
        }

        @ParameterizedTest(name = "{0} becomes {1}")
        @CsvSource({"0, 1", "-1, 3145728", "3145729, 3145728", "5000, 5000"})
        void markIsOneAtLeastAndHalfTheBufferAtMost(int asked, int becomes) throws Exception {
            connect();
            globals.set("lowat", asked);
            client.write(100);
            network.runUs(1_000);
            assertThat(result("lowat_set")).isZero();
            assertThat(child().sk_rcvlowat).as("tcp_rmem[2] is 6 MiB").isEqualTo(becomes);
        }

        @Test
        void markIsHalfTheBufferIfTheApplicationHasSetIt() throws Exception {
            connect();
            network.accepted.get(0).setsockopt(SockOptions.SOL_SOCKET, SockOptions.SO_RCVBUF, 10_000);
            globals.set("lowat", -1);
            client.write(100);
            network.runUs(1_000);
            assertThat(child().sk_rcvlowat).isEqualTo(10_000);
            assertThat(child().sk_rcvbuf).isEqualTo(20_000);
        }

        @Test
        void everySegmentIsShownAndWhatWasOutOfOrderWhenTheGapCloses() throws Exception {
            connect();
            network.loseFirst(1, 1);
            client.write(3 * 1428);
            network.runUs(1_000_000);
            assertThat(calls()).extracting(Call::length).containsExactly(1428, 2 * 1428);
            assertThat(calls().get(1).first).containsExactly((byte) 1428, (byte) 1429, (byte) 1430, (byte) 1431);
        }

        @Test
        void endOfStreamIsASegmentWithoutPayload() throws Exception {
            connect();
            client.shutdown();
            network.runUs(1_000);
            assertThat(calls()).hasSize(1);
            assertThat(calls().get(0).length).isZero();
            assertThat(calls().get(0).flags & TcpSegment.FIN).isEqualTo(TcpSegment.FIN);
        }

        @Test
        void dataOfAFastOpenIsShownWithoutItsSyn() throws Exception {
            network.sysctl("net.ipv4.tcp_fastopen", "1543");
            attach();
            Socket active = network.hosts.get(1).socket(network.cgroups.get(1), new SocketHandler() {});
            active.setsockopt(SockOptions.SOL_TCP, SockOptions.TCP_FASTOPEN_CONNECT, 1);
            network.hosts
                    .get(1)
                    .connect(active, network.hosts.get(0).addresses().get(0), TestNetwork.PORT);
            write(active);
            active.write(8);
            network.runUs(1_000);
            Call call = calls().get(0);
            assertThat(call.length).isEqualTo(8);
            assertThat(call.flags & TcpSegment.SYN).isZero();
            assertThat(call.first).containsExactly((byte) 0, (byte) 1, (byte) 2, (byte) 3);
        }
    }

    @Test
    void socketsWithoutTheFlagAreNotCalledFor() throws Exception {
        Rpc rpc = new Rpc(6, Map.of("debug", "1")).connect().frame(100, 150).send(5);
        assertThat(rpc.lines).isEmpty();
        rpc.readableIs(true).rcvlowatIs(1);
    }
}
