package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.bpfsim.bpf.packet.PacketBuffer;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.host.TcpHost;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.TcpSock;
import org.bpfsim.tcp.sock.TcpState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code bpf_skc_lookup_tcp()}, {@code bpf_sk_lookup_tcp()} and what the socket that is found is (Linux 6.12: net/core/filter.c):
 * src/test/bpf/lookups.bpf.c.
 */
class SocketLookupTest {
    private static final int TCP = 1;
    private static final int TCP6 = 2;
    private static final int TIMEWAIT = 4;
    private static final int REQUEST = 8;
    private static final int NOBODY = 65_534;

    private TestNetwork network;
    private Globals globals;
    private BpfInstance instance;

    private void begin(int version) {
        network = new TestNetwork(
                1, 16, QueueSpec.UNBOUNDED, version == 4 ? TestNetwork.ipv4(0, 1) : TestNetwork.ipv6(0, 1));
        network.listen();
    }

    private static ByteBuffer put(ByteBuffer bytes, IpAddress a) {
        return a.isV4() ? bytes.putInt(a.v4Bits()) : bytes.putLong(a.hi()).putLong(a.lo());
    }

    /** Looks on a host for what a packet from a peer would be for. */
    private void look(int host, int localPort, int peer, int peerPort, TcpSock owner) throws Exception {
        TcpHost there = network.hosts.get(host);
        instance =
                new HostPrograms(there.kernel(), line -> {}).load(Objects.load(Objects.TEST_PROGRAMS, "lookups.bpf.o"));
        globals = new Globals(instance);
        IpAddress local = there.addresses().get(0);
        ByteBuffer tuple = ByteBuffer.allocate(36);
        put(put(tuple, network.hosts.get(peer).addresses().get(0)), local);
        tuple.putShort((short) peerPort).putShort((short) localPort);
        globals.set("tuple", tuple.array());
        globals.set("v6", local.isV4() ? 0 : 1);
        run(owner);
    }

    private void run(TcpSock owner) {
        PacketBuffer skb = new PacketBuffer();
        skb.setStream(new byte[] {1}, 0, 1, owner, 0x0800);
        assertThat(instance.program("look").orElseThrow().run(skb)).isEqualTo(1);
        assertThat(globals.number("udp")).as("there are no UDP sockets").isZero();
    }

    private void assertFound(int state, int port, int kinds) {
        assertThat(globals.number("any_state")).isEqualTo(state);
        assertThat(globals.number("any_port")).isEqualTo(port);
        assertThat(globals.number("any_kinds")).isEqualTo(kinds);
    }

    private void assertFull(int state, int port) {
        assertThat(globals.number("full_state")).isEqualTo(state);
        assertThat(globals.number("full_port")).isEqualTo(port);
    }

    private static int full(int version) {
        return version == 4 ? TCP : TCP | TCP6;
    }

    @ParameterizedTest(name = "IPv{0}")
    @ValueSource(ints = {4, 6})
    void connectionIsFoundFromBothEnds(int version) throws Exception {
        begin(version);
        Socket client = network.connect(1, 100);
        network.runUs(1_000);
        TcpSock sk = client.tcp();

        look(1, sk.skc_num, TestNetwork.SERVER, TestNetwork.PORT, sk);
        assertFound(TcpState.ESTABLISHED, sk.skc_num, full(version));
        assertFull(TcpState.ESTABLISHED, sk.skc_num);
        assertThat(globals.number("uid")).as("root's").isZero();

        look(
                TestNetwork.SERVER,
                TestNetwork.PORT,
                1,
                sk.skc_num,
                network.accepted.get(0).tcp());
        assertFound(TcpState.ESTABLISHED, TestNetwork.PORT, full(version));

        globals.set("netns", 5);
        run(sk);
        assertFound(0, 0, 0);
        globals.set("netns", -1);
        globals.set("flags", 1);
        run(sk);
        assertFound(0, 0, 0);
        assertFull(0, 0);
    }

    @ParameterizedTest(name = "IPv{0}")
    @ValueSource(ints = {4, 6})
    void elseTheSocketThatListensIsFound(int version) throws Exception {
        begin(version);
        look(TestNetwork.SERVER, TestNetwork.PORT, 1, 4_711, null);
        assertThat(globals.number("any_state")).isEqualTo(TcpState.LISTEN);
        assertFull(TcpState.LISTEN, TestNetwork.PORT);
        assertThat(globals.number("uid")).as("of no socket").isEqualTo(NOBODY);

        look(TestNetwork.SERVER, 80, 1, 4_711, null);
        assertFound(0, 0, 0);
        assertFull(0, 0);
    }

    @ParameterizedTest(name = "IPv{0}")
    @ValueSource(ints = {4, 6})
    void requestIsARequestSockAndStandsForItsListener(int version) throws Exception {
        begin(version);
        Socket client = network.connect(1, 100);
        network.runUs(75);
        look(TestNetwork.SERVER, TestNetwork.PORT, 1, client.tcp().skc_num, null);
        assertFound(TcpState.NEW_SYN_RECV, TestNetwork.PORT, REQUEST);
        assertFull(TcpState.LISTEN, TestNetwork.PORT);
    }

    @ParameterizedTest(name = "IPv{0}")
    @ValueSource(ints = {4, 6})
    void whatWaitsForItsEndIsATimewaitSockAndNoFullSocket(int version) throws Exception {
        begin(version);
        Socket client = network.connect(1, 100);
        network.runUs(1_000);
        int port = client.tcp().skc_num;
        client.close();
        network.runUs(1_000);
        network.accepted.get(0).close();
        network.runUs(1_000);
        look(1, port, TestNetwork.SERVER, TestNetwork.PORT, null);
        assertFound(TcpState.TIME_WAIT, port, TIMEWAIT);
        assertFull(0, 0);
    }
}
