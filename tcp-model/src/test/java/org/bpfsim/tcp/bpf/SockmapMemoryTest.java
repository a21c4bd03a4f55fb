package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.map.SocketMap;
import org.bpfsim.bpf.map.SocketPrograms.Hook;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.BpfProgram;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.segment.Payload;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who waits for whose memory in sockmaps, what becomes of it, and where bytes are. Sockets a-b and c-d are connected. */
class SockmapMemoryTest {
    private static final int PORT = 10_000;
    private static final int PASS = 1;
    private static final int DROP = 0;
    private static final int REDIRECT = 2;
    private static final int INGRESS = 1;
    private static final int MEGABYTE = 1_000_000;

    private final TestNetwork network = new TestNetwork(1, 5, QueueSpec.UNBOUNDED, TestNetwork.ipv4(0, 1));
    private final List<String> events = new ArrayList<>();
    private final Counting bytes = new Counting();
    private BpfInstance instance;
    private Socket a;
    private Socket b;
    private Socket c;
    private Socket d;

    /** Each byte tells its place; how many were made. */
    private static final class Counting implements Payload {
        long made;

        @Override
        public void copyTo(long offset, int length, byte[] target, int at) {
            made += length;
            for (int i = 0; i < length; i++) {
                target[at + i] = at(offset + i);
            }
        }

        static byte at(long offset) {
            return (byte) (offset % 251);
        }
    }

    private final class Telling implements SocketHandler {
        private final String name;

        Telling(String name) {
            this.name = name;
        }

        @Override
        public void onWritable(Socket socket) {
            events.add(name + " writable");
        }

        @Override
        public void onWriteError(Socket socket, int errno) {
            events.add(name + " write error " + errno);
        }

        @Override
        public void onError(Socket socket, int errno) {
            events.add(name + " error " + errno);
        }
    }

    @BeforeEach
    void connect() throws Exception {
        TcpHost server = network.hosts.get(TestNetwork.SERVER);
        TcpHost client = network.hosts.get(1);
        instance =
                new HostPrograms(client.kernel(), l -> {}).load(Objects.load(Objects.TEST_PROGRAMS, "messages.bpf.o"));
        Socket[] accepted = new Socket[2];
        Socket[] connected = new Socket[2];
        for (int i = 0; i < 2; i++) {
            int which = i;
            server.listen(PORT + i, null, socket -> {
                accepted[which] = socket;
                return new Telling(which == 0 ? "b" : "d");
            });
            connected[i] =
                    client.connect(server.addresses().get(0), PORT + i, null, new Telling(which == 0 ? "a" : "c"));
        }
        network.runUs(1_000);
        a = connected[0];
        b = accepted[0];
        c = connected[1];
        d = accepted[1];
        a.setPayload(bytes);
        events.clear();
    }

    private static byte[] key(int key) {
        return new byte[] {(byte) key, 0, 0, 0};
    }

    private SocketMap map(String name) {
        return (SocketMap) instance.map(name).orElseThrow();
    }

    private void put(String map, Socket socket) {
        assertThat(map(map).update(key(0), socket.tcp(), 0)).isZero();
    }

    private void attach(String program, Hook hook) {
        BpfProgram p = instance.program(program).orElseThrow();
        assertThat(SocketMapPrograms.attach(p, map("socks"), hook)).isZero();
    }

    private void messages(int verdict, int flags) {
        byte[] steps = new byte[20 * 16];
        LittleEndian.put(steps, 0, 4, verdict);
        LittleEndian.put(steps, 16, 4, flags);
        new Globals(instance).set("steps", steps);
        attach("decide", Hook.SK_MSG_VERDICT);
        put("socks", a);
    }

    private void stream(int verdict, int flags, int parseAs) {
        byte[] step = new byte[20];
        LittleEndian.put(step, 0, 4, verdict);
        LittleEndian.put(step, 16, 4, flags);
        new Globals(instance).set("stream", step);
        new Globals(instance).set("parse_as", parseAs);
        if (parseAs != 0) {
            attach("parse", Hook.SK_SKB_STREAM_PARSER);
        }
        attach("on_message", Hook.SK_SKB_STREAM_VERDICT);
        put("socks", b);
    }

    private long runs() {
        return new Globals(instance).number("runs");
    }

    /** Reads until so many bytes have come or nothing happens for a second; checks each. */
    private long readAll(Socket socket, long most) {
        long read = 0;
        byte[] buffer = new byte[65_536];
        int idle = 0;
        while (read < most && idle < 1000) {
            int some = Math.min(buffer.length, socket.available());
            socket.peek(0, buffer, 0, some);
            for (int i = 0; i < some; i++) {
                assertThat(buffer[i]).as("byte %s", read + i).isEqualTo(Counting.at(read + i));
            }
            int got = socket.read(some);
            read += got;
            socket.forgetRead();
            idle = got == 0 ? idle + 1 : 0;
            network.runUs(1_000);
        }
        return read;
    }

    private static void assertNoMemoryLeft(Socket socket) {
        TcpSock sk = socket.tcp();
        assertThat(sk.sk_rmem_alloc).as("sk_rmem_alloc").isZero();
        assertThat(sk.receive_queue_truesize).isZero();
        assertThat(sk.unread()).isZero();
    }

    @Nested
    class Sender {
        /** A process that blocks in write() sleeps until the other socket has room: its message is not judged again. */
        @Test
        void waitsForTheSocketThatItsMessagesGoTo() {
            messages(REDIRECT, 0);
            put("targets", c);

            a.writeAll(MEGABYTE);

            assertThat(a.owedBytes()).as("waits").isEqualTo(MEGABYTE);
            assertThat(readAll(d, MEGABYTE)).isEqualTo(MEGABYTE);
            assertThat(a.owedBytes()).isZero();
            assertThat(runs())
                    .as("17 pieces of 32 KiB at most, as MAX_MSG_FRAGS says")
                    .isEqualTo(2);
            assertNoMemoryLeft(d);
            assertThat(c.tcp().sk_wmem_queued).isZero();
        }

        @Test
        void thatDoesNotBlockIsToldOfRoom() {
            messages(REDIRECT, 0);
            put("targets", c);

            long taken = a.write(MEGABYTE);

            assertThat(taken).isBetween(1L, MEGABYTE - 1L);
            assertThat(a.write(MEGABYTE)).as("-EAGAIN").isZero();
            assertThat(readAll(d, taken)).isEqualTo(taken);
            assertThat(events).contains("a writable");
        }

        /** Where Linux would go on for as long as net.ipv4.tcp_mem allows. */
        @Test
        void waitsForAReaderThatIsFarBehind() {
            messages(REDIRECT, INGRESS);
            put("targets", c);
            int most = c.tcp().kernel.sysctls.tcp_rmem[2];

            a.writeAll(3L * most);
            network.runUs(1_000);

            assertThat(c.available()).isBetween(most, most + 17 * 32_768);
            assertThat(readAll(c, 3L * most)).isEqualTo(3L * most);
            assertThat(a.owedBytes()).isZero();
            assertNoMemoryLeft(c);
        }

        @Test
        void hearsThatItsBytesWereRefused() {
            messages(DROP, 0);

            a.writeAll(1000);

            assertThat(events).containsExactly("a write error " + Errno.EACCES);
            assertThat(a.owedBytes()).isZero();
        }

        /** Linux: sendmsg() holds the psock until it returns. */
        @Test
        void finishesItsCallWhenItLeavesTheMap() {
            messages(REDIRECT, 0);
            put("targets", c);
            a.writeAll(MEGABYTE);

            assertThat(map("socks").delete(key(0))).isZero();

            assertThat(readAll(d, MEGABYTE)).isEqualTo(MEGABYTE);
            assertThat(a.owedBytes()).isZero();
            assertThat(a.tcp().psock).isNull();
        }
    }

    @Nested
    class Memory {
        @ParameterizedTest(name = "verdict {0}")
        @ValueSource(ints = {PASS, DROP, REDIRECT})
        void isGivenBackWhateverTheVerdict(int verdict) {
            stream(verdict, 0, 0);
            put("targets", c);

            a.writeAll(MEGABYTE);
            long read = verdict == DROP ? 0 : readAll(verdict == PASS ? b : d, MEGABYTE);
            network.runUs(100_000);

            assertThat(read).isEqualTo(verdict == DROP ? 0 : MEGABYTE);
            assertThat(b.tcp().bytes_received).isEqualTo(MEGABYTE);
            assertThat(a.tcp().snd_una).isEqualTo(a.tcp().write_seq);
            assertNoMemoryLeft(b);
            assertNoMemoryLeft(d);
        }

        @Test
        void ofMessagesInAStreamIsGivenBack() {
            stream(PASS, 0, 1000);

            a.writeAll(MEGABYTE);

            assertThat(readAll(b, MEGABYTE)).isEqualTo(MEGABYTE);
            assertNoMemoryLeft(b);
        }

        /** Bytes that a verdict let pass and nobody reads close the window, as unread ones do. */
        @Test
        void ofUnreadBytesClosesTheWindow() {
            stream(PASS, 0, 0);

            a.writeAll(20L * MEGABYTE);
            network.runUs(1_000_000);

            assertThat(a.owedBytes()).isPositive();
            assertThat(b.available()).isLessThan(b.tcp().sk_rcvbuf);
            assertThat(readAll(b, 20L * MEGABYTE)).isEqualTo(20L * MEGABYTE);
        }

        @Test
        void ofAClosedSocketIsGone() {
            stream(PASS, 0, 0);
            a.writeAll(1000);
            network.runUs(10_000);

            b.close();
            network.runUs(10_000);

            assertThat(b.tcp().psock).isNull();
            assertThat(b.tcp().sk_rmem_alloc).isZero();
        }
    }

    /** tcp_poll(): SO_RCVLOWAT is for TCP's queue. */
    @Test
    void lowWaterMarkDoesNotHoldBackWhatWasRedirected() {
        messages(REDIRECT, INGRESS);
        put("targets", c);
        c.tcp().sk_rcvlowat = 1000;

        d.writeAll(100);
        network.runUs(10_000);
        assertThat(c.available()).isEqualTo(100);
        assertThat(c.isReadable()).isFalse();

        a.writeAll(100);
        network.runUs(10_000);
        assertThat(c.isReadable()).isTrue();
    }

    @Nested
    class Bytes {
        @Test
        void areTheSameAfterLossesAndPastAVerdict() {
            stream(REDIRECT, 0, 0);
            put("targets", c);
            network.loseFirst(1, 7);

            a.writeAll(MEGABYTE);

            assertThat(readAll(d, MEGABYTE)).isEqualTo(MEGABYTE);
            assertThat(a.tcp().total_retrans + c.tcp().total_retrans).isPositive();
        }

        @Test
        void goOnWhereTheyWereWhenASocketJoinsAndLeaves() {
            a.writeAll(100);
            messages(PASS, 0);
            a.writeAll(100);
            map("socks").delete(key(0));
            a.writeAll(100);

            assertThat(readAll(b, 300)).isEqualTo(300);
            assertThat(runs()).isEqualTo(1);
        }

        /** A program that only counts them costs none of them. */
        @Test
        void areNotMadeForAProgramThatDoesNotLook() {
            stream(REDIRECT, INGRESS, 0);
            put("targets", c);

            a.writeAll(MEGABYTE);
            network.runUs(100_000);

            assertThat(c.available()).isPositive();
            assertThat(bytes.made).isZero();
        }

        @Test
        void ofTwoSocketsFollowOneAnotherInOneStream() {
            messages(REDIRECT, 0);
            put("targets", c);
            c.setPayload((offset, length, target, at) -> Arrays.fill(target, at, at + length, (byte) 255));

            c.writeAll(50);
            a.writeAll(100);
            c.writeAll(50);
            network.runUs(10_000);

            byte[] seen = new byte[200];
            assertThat(d.available()).isEqualTo(200);
            d.peek(0, seen, 0, 200);
            for (int i = 0; i < 200; i++) {
                assertThat(seen[i]).as("byte %s", i).isEqualTo(i < 50 || i >= 150 ? (byte) 255 : Counting.at(i - 50));
            }
        }
    }

    @Test
    void filesAreHiddenUntilTheyArePulledAsUpToLinux6_4() throws Exception {
        Path engine = Path.of("../bpf-engine/src/test/bpf");
        TcpHost client = network.hosts.get(1);
        client.kernel().sendfileSharesPages = true;
        BpfInstance scripted = new HostPrograms(client.kernel(), l -> {}).load(Objects.load(engine, "sockets.bpf.o"));
        Globals globals = new Globals(scripted);
        byte[] steps = globals.bytes("steps");
        LittleEndian.put(steps, 0, 4, 1); // pull
        LittleEndian.put(steps, 8, 4, 10);
        globals.set("steps", steps);
        SocketMap socks = (SocketMap) scripted.map("socks").orElseThrow();
        SocketMapPrograms.attach(scripted.program("script").orElseThrow(), socks, Hook.SK_MSG_VERDICT);
        assertThat(socks.update(key(0), a.tcp(), 0)).isZero();

        assertThat(a.sendfile(5000, 0)).isEqualTo(5000);

        byte[] outcomes = globals.bytes("outcomes");
        assertThat(LittleEndian.u32(outcomes, 4)).as("size").isEqualTo(5000);
        assertThat((int) LittleEndian.u32(outcomes, 8))
                .as("nothing is visible before")
                .isEqualTo(-1);
        assertThat(LittleEndian.u32(outcomes, 16)).as("bpf_msg_pull_data()").isZero();
        assertThat(LittleEndian.u32(outcomes, 24)).as("visible after").isEqualTo(10);
        assertThat(readAll(b, 5000)).isEqualTo(5000);
    }
}
