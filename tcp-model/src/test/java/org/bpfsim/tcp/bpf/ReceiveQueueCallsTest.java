package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.segment.TcpSegment;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.SockOptions;
import org.bpfsim.tcp.sock.TcpSock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a {@code sock_ops} program finds in the calls for data that is queued and read (BPF_SOCK_OPS_RCVQ_CB of the AutoLOWAT
 * patch series), and what it may do there, with src/test/bpf/rcvq.bpf.c.
 */
class ReceiveQueueCallsTest {
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
        network.hosts.get(1).connect(active, network.hosts.get(0).addresses().get(0), TestNetwork.PORT);
        write(active);
        active.write(8);
        network.runUs(1_000);
        Call call = calls().get(0);
        assertThat(call.length).isEqualTo(8);
        assertThat(call.flags & TcpSegment.SYN).isZero();
        assertThat(call.first).containsExactly((byte) 0, (byte) 1, (byte) 2, (byte) 3);
    }
}
