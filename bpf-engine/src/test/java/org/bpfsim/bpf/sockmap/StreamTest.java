package org.bpfsim.bpf.sockmap;

import static org.assertj.core.api.Assertions.assertThat;

import org.bpfsim.bpf.Errno;
import org.bpfsim.bpf.map.SocketMap;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.packet.PacketBuffer;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.GlobalVariables;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.bpf.program.TestKernel;
import org.bpfsim.bpf.socket.PlainSocket;
import org.bpfsim.bpf.testrun.TestFamilies;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Programs on what a socket of a sockmap receives. */
class StreamTest {
    private static final int IPV4 = 0x0800;

    private final PlainSocket socket = PlainSocket.v4(1, 1000, 2, 80, 5);
    private final PacketBuffer skb = new PacketBuffer();
    private BpfInstance instance;
    private GlobalVariables variables;

    @BeforeEach
    void load() throws Exception {
        instance = Loader.load(
                        BpfObject.open(TestKernel.bytes("sockets.bpf.o"), "sockets.bpf.o"), TestFamilies.environment())
                .instantiate(new TestKernel(), null);
        variables = new GlobalVariables(instance);
    }

    private long run(String program, int... data) {
        byte[] bytes = new byte[data.length];
        for (int i = 0; i < data.length; i++) {
            bytes[i] = (byte) data[i];
        }
        skb.setStream(bytes, 0, bytes.length, socket, IPV4);
        return instance.program(program).orElseThrow().run(skb);
    }

    @Test
    void parserAnswersTheLengthOfAFrame() {
        assertThat(run("frames", 3, 1, 2, 3)).isEqualTo(4);
        assertThat(run("frames")).as("no byte yet").isZero();
    }

    @Test
    void roomIsAddedAndDroppedAtTheStart() {
        variables.set("room", 2);
        assertThat(run("adjust", 1, 2, 3)).isEqualTo(1);
        assertThat(variables.get("length_after")).isEqualTo(5);
        assertThat(skb.data()).containsExactly(0, 0, 1, 2, 3);

        variables.set("room", -2);
        run("adjust", 1, 2, 3);
        assertThat(skb.data()).containsExactly(3);

        variables.set("room", -4);
        run("adjust", 1, 2, 3);
        assertThat(variables.get("room_result")).as("more than there is").isEqualTo(-Errno.ENOMEM);
        variables.set("room", 4096);
        run("adjust", 1, 2, 3);
        assertThat(variables.get("room_result")).as("more than a page").isEqualTo(-Errno.EFAULT);
        variables.set("room", 4095);
        run("adjust", 1, 2, 3);
        assertThat(variables.get("length_after")).isEqualTo(4098);
    }

    @Test
    void tailIsCutOffOrGrowsByZeros() {
        variables.set("tail", 2);
        run("adjust", 1, 2, 3);
        assertThat(skb.data()).containsExactly(1, 2);

        variables.set("tail", 5);
        run("adjust", 1, 2, 3);
        assertThat(skb.data()).containsExactly(1, 2, 3, 0, 0);

        variables.set("tail", 16065);
        run("adjust", 1, 2, 3);
        assertThat(variables.get("tail_result")).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void verdictNamesTheSocketThatTheDataGoesTo() {
        assertThat(run("steer", 1)).isZero();
        ((SocketMap) instance.map("socks").orElseThrow()).update(new byte[] {1, 0, 0, 0}, socket, 0);
        variables.set("redirect_flags", 1);

        assertThat(run("steer", 1)).isEqualTo(1);
        assertThat(skb.redirect()).isSameAs(socket);
        assertThat(skb.redirectsToIngress()).isTrue();
    }
}
