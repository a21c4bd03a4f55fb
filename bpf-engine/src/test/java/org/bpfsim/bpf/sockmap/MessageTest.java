package org.bpfsim.bpf.sockmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bpfsim.bpf.map.SocketMap;
import org.bpfsim.bpf.object.BpfObject;
import org.bpfsim.bpf.program.BpfInstance;
import org.bpfsim.bpf.program.GlobalVariables;
import org.bpfsim.bpf.program.Loader;
import org.bpfsim.bpf.program.TestKernel;
import org.bpfsim.bpf.socket.PlainSocket;
import org.bpfsim.bpf.testrun.TestFamilies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs on messages, against what Linux 6.18 did ({@code src/test/linux/messages.txt}). */
class MessageTest {
    private static final List<String> HELPERS = List.of("", "pull", "push", "pop", "apply", "cork");
    private static final int PAGE_FRAG_BYTES = 32768;
    private static final int STEP_BYTES = 12;
    private static final int OUTCOME_BYTES = 16;

    private final PlainSocket socket = PlainSocket.v4(0x0a000001, 4000, 0x0a000002, 80, 5);
    private final Message message = new Message();
    private BpfInstance instance;
    private GlobalVariables variables;

    private void load() throws Exception {
        instance = Loader.load(
                        BpfObject.open(TestKernel.bytes("sockets.bpf.o"), "sockets.bpf.o"), TestFamilies.environment())
                .instantiate(new TestKernel(), null);
        variables = new GlobalVariables(instance);
    }

    private long run(String program) {
        return instance.program(program).orElseThrow().run(message);
    }

    static List<String> linuxDid() throws IOException {
        return Files.readAllLines(Path.of("src/test/linux/messages.txt")).stream()
                .filter(l -> !l.startsWith("#"))
                .toList();
    }

    /** Linux's send() copies into pieces of 32 KiB. */
    private void send(int bytes) {
        byte[] data = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            data[i] = (byte) i;
        }
        message.clear(socket);
        for (int at = 0; at < bytes; at += PAGE_FRAG_BYTES) {
            assertThat(message.add(data, at, Math.min(PAGE_FRAG_BYTES, bytes - at), false))
                    .isTrue();
        }
        message.rewind();
    }

    private String outcome(int step) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < OUTCOME_BYTES; i += 4) {
            fields.add(String.valueOf(variables.get("outcomes", step * OUTCOME_BYTES + i)));
        }
        return String.join(",", fields);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("linuxDid")
    void helpersLeaveTheMessageAsLinuxDoes(String line) throws Exception {
        String[] parts = line.split("\\|", -1);
        String[] steps = parts[1].isBlank() ? new String[0] : parts[1].strip().split(" +");
        String[] outcomes = parts[2].strip().split(" +");
        load();
        for (int i = 0; i < steps.length; i += 3) {
            int at = i / 3 * STEP_BYTES;
            variables.set("steps", at, HELPERS.indexOf(steps[i]));
            variables.set("steps", at + 4, Integer.parseUnsignedInt(steps[i + 1]));
            variables.set("steps", at + 8, Integer.parseUnsignedInt(steps[i + 2]));
        }
        send(Integer.parseInt(parts[0].strip().split(" +")[1]));

        assertThat(run("script")).isEqualTo(1);

        for (int i = 0; i < outcomes.length; i++) {
            String here = outcome(i);
            assertThat(outcomes[i].endsWith("?") ? here.replaceFirst("[^,]+$", "?") : here)
                    .as("after step %s", i)
                    .isEqualTo(outcomes[i]);
        }
        String[] received = parts[3].strip().split(":", -1);
        if (received[0].equals("-1")) {
            // Nothing was sent: it is empty, or was held back.
            assertThat(message.size() == 0 || message.corkBytes() > message.size())
                    .isTrue();
            return;
        }
        assertThat(message.size()).isEqualTo(Integer.parseInt(received[0]));
        byte[] bytes = message.bytes(received[1].length() / 2);
        for (int i = 0; i < bytes.length; i++) {
            String expected = received[1].substring(2 * i, 2 * i + 2);
            if (!expected.equals("??")) {
                assertThat(String.format("%02x", bytes[i])).as("byte %s", i).isEqualTo(expected);
            }
        }
    }

    @Test
    void contextShowsTheSocketInNetworkByteOrder() throws Exception {
        load();
        send(10);
        run("script");
        run("script");

        assertThat(variables.get("seen", 0)).as("family").isEqualTo(2);
        assertThat(variables.get("seen", 4)).as("remote_ip4").isEqualTo(0x0200000a);
        assertThat(variables.get("seen", 8)).as("local_ip4").isEqualTo(0x0100000a);
        assertThat(variables.get("seen", 12)).as("remote_port").isEqualTo(0x50000000);
        assertThat(variables.get("seen", 16)).as("local_port").isEqualTo(4000);
        assertThat(variables.get("seen", 20)).as("sk->state").isEqualTo(1);
        assertThat(variables.get("seen", 24)).as("sk->dst_port").isEqualTo(0x5000);
        assertThat(variables.get("seen", 28)).as("sk_storage").isEqualTo(2);
    }

    @Test
    void sharedPieceIsSeenOnlyWhenItWasPulled() throws Exception {
        load();
        byte[] page = {1, 2, 3, 4};
        variables.set("steps", 0, HELPERS.indexOf("pull"));
        variables.set("steps", 8, 2);
        message.clear(socket);
        message.add(page, 0, 4, true);
        message.rewind();

        run("script");

        assertThat(outcome(0)).isEqualTo("0,4,-1,-1");
        assertThat(outcome(1)).isEqualTo("0,4,2,1");
        page[0] = 9;
        assertThat(message.bytes(4)).as("the program has a copy").containsExactly(1, 2, 3, 4);
    }

    @Test
    void redirectNamesTheSocketOfTheMap() throws Exception {
        load();
        PlainSocket other = PlainSocket.v4(0x0a000001, 4001, 0x0a000002, 80, 6);
        SocketMap socks = (SocketMap) instance.map("socks").orElseThrow();
        SocketMap hashed = (SocketMap) instance.map("hashed").orElseThrow();
        send(10);

        assertThat(run("forward")).as("no socket there: SK_DROP").isZero();
        assertThat(message.redirect()).isNull();

        assertThat(socks.update(new byte[] {1, 0, 0, 0}, other, 0)).isZero();
        assertThat(hashed.update(new byte[] {7, 0, 0, 0, 0, 0, 0, 0}, socket, 0))
                .isZero();
        assertThat(run("forward")).isEqualTo(1);
        assertThat(message.redirect()).isSameAs(other);
        assertThat(message.redirectsToIngress()).isFalse();

        variables.set("redirect_flags", 1);
        assertThat(run("forward_hashed")).isEqualTo(1);
        assertThat(message.redirect()).isSameAs(socket);
        assertThat(message.redirectsToIngress()).isTrue();

        variables.set("redirect_flags", 2);
        assertThat(run("forward")).as("unknown flag").isZero();
        variables.set("redirect_flags", 0);
        other.state(10);
        assertThat(run("forward")).as("a listener takes no data").isZero();
    }

    @Test
    void sentBytesLeaveTheFront() {
        message.clear(socket);
        message.add(new byte[] {1, 2, 3}, 0, 3, false);
        message.add(new byte[] {4, 5}, 0, 2, false);

        message.consume(4);

        assertThat(message.size()).isEqualTo(1);
        assertThat(message.pieces()).isEqualTo(1);
        assertThat(message.bytes(10)).containsExactly(5);
    }
}
