package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.map.BpfMap;
import org.bpfsim.bpf.map.SocketMap;
import org.bpfsim.bpf.packet.PacketBuffer;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.sockmap.Message;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Simulated sockets in maps, and as what programs on messages and streams see. */
class SocketFamiliesTest {
    private static final Path ENGINE_PROGRAMS = Path.of("../bpf-engine/src/test/bpf");
    private static final int ACTIVE_ESTABLISHED = 4;
    private static final int STATE = 10;

    private final TestKernel host = TestKernel.create();
    private final TcpSock sk = host.socket();
    private final BpfCgroup cgroup = BpfCgroup.root().make("test");
    private final HostPrograms programs = new HostPrograms(host.kernel(), line -> {});

    @BeforeEach
    void address() {
        sk.saddr = IpAddress.v4(0x0a000001);
        sk.daddr = IpAddress.v4(0x0a000002);
        sk.skc_num = 4000;
        sk.skc_dport = 80;
        sk.skc_state = TcpState.ESTABLISHED;
    }

    private static byte[] key(int number) {
        return new byte[] {(byte) number, (byte) (number >> 8), 0, 0};
    }

    @Test
    void sockOpsProgramPutsEstablishedSocketsIntoMaps() throws Exception {
        BpfInstance instance = programs.load(Objects.load(Objects.TEST_PROGRAMS, "sockmaps.bpf.o"));
        programs.attach(instance, cgroup, 0);
        SocketMap byIndex = (SocketMap) instance.map("by_index").orElseThrow();
        BpfMap byPort = instance.map("by_port").orElseThrow();
        Globals globals = new Globals(instance);

        cgroup.sockOps().call(sk, STATE, 0, 0, 0, null);
        assertThat((int) globals.number("index_result"))
                .as("not when a state changes")
                .isEqualTo(-Errno.EOPNOTSUPP);

        cgroup.sockOps().call(sk, ACTIVE_ESTABLISHED, 0, 0, 0, null);
        assertThat(globals.number("index_result")).isZero();
        assertThat(byIndex.socket(key(1))).isSameAs(sk);
        assertThat(byPort.lookup(key(4000))).as("its cookie").startsWith((int) sk.cookie());

        cgroup.sockOps().call(sk, ACTIVE_ESTABLISHED, 0, 0, 0, null);
        assertThat((int) globals.number("hash_result")).isEqualTo(-Errno.EEXIST);
    }

    @Test
    void closingTakesASocketOutOfItsMaps() throws Exception {
        TestNetwork network = new TestNetwork(1, 16, QueueSpec.UNBOUNDED, TestNetwork.ipv4(0, 3));
        BpfInstance instance = network.attachAsOneKernel(Objects.load(Objects.TEST_PROGRAMS, "sockmaps.bpf.o"), "join");
        SocketMap byPort = (SocketMap) instance.map("by_port").orElseThrow();
        network.listen();
        Socket client = network.connect(1, 1000);
        network.runUs(1000);
        byte[] key = key(client.tcp().skc_num);
        assertThat(byPort.socket(key)).isSameAs(client.tcp());

        client.close();

        assertThat(byPort.socket(key)).isNull();
        assertThat(client.tcp().socketLinks().isInMap()).isFalse();
    }

    @Test
    void messageShowsTheSocketThatSends() throws Exception {
        BpfInstance instance = programs.load(Objects.load(ENGINE_PROGRAMS, "sockets.bpf.o"));
        Message message = new Message();
        message.clear(sk);
        message.add(new byte[] {1, 2, 3}, 0, 3, false);
        message.rewind();

        assertThat(instance.program("script").orElseThrow().run(message)).isEqualTo(1);

        byte[] seen = new Globals(instance).bytes("seen");
        assertThat(seen)
                .as("family, remote_ip4, local_ip4, remote_port")
                .startsWith(2, 0, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1);
        assertThat(seen[14]).as("remote_port, network order in the upper half").isEqualTo((byte) 0);
        assertThat(seen[15]).isEqualTo((byte) 80);
        assertThat(seen[20]).as("sk->state").isEqualTo((byte) 1);
        assertThat(seen[28]).as("sk_storage").isEqualTo((byte) 1);
    }

    @Test
    void streamGoesToASimulatedSocket() throws Exception {
        BpfInstance instance = programs.load(Objects.load(ENGINE_PROGRAMS, "sockets.bpf.o"));
        ((SocketMap) instance.map("socks").orElseThrow()).update(key(1), sk, 0);
        PacketBuffer skb = new PacketBuffer();
        skb.setStream(new byte[] {1, 2}, 0, 2, sk, 0x0800);

        assertThat(instance.program("steer").orElseThrow().run(skb)).isEqualTo(1);
        assertThat(skb.redirect()).isSameAs(sk);
    }
}
