package org.bpfsim.tcp.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.tcp.app.Socket;
import org.bpfsim.tcp.app.SocketHandler;
import org.bpfsim.tcp.sock.Errno;
import org.bpfsim.tcp.sock.SockoptHook;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What setsockopt() and getsockopt() answer by the length of a value, one byte more and less included, is what Linux 6.18
 * answered: option-lengths.tsv, written by option-lengths.py beside it.
 */
class OptionLengthsTest {
    private static final Path TABLE = Path.of("src/test/resources/org/bpfsim/tcp/sock/option-lengths.tsv");
    private static final int SOL_IPV6 = 41;

    static Stream<Arguments> rows() throws IOException {
        return Files.readAllLines(TABLE).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t"))
                .map(row -> Arguments.of((Object[]) row));
    }

    private static Socket socket(int level) {
        TestNetwork network = new TestNetwork(
                1, 16, QueueSpec.UNBOUNDED, level == SOL_IPV6 ? TestNetwork.ipv6(0, 1) : TestNetwork.ipv4(0, 1));
        Socket socket = network.hosts.get(1).socket(null, new SocketHandler() {});
        socket.tcp().saddr = network.hosts.get(1).addresses().get(0); // a socket here has the family of its address
        return socket;
    }

    @ParameterizedTest(name = "{0} {1} with {5} bytes: {6}")
    @MethodSource("rows")
    void answerIsThatOfLinux(
            String call, String name, int level, int option, String value, int length, String result, String told) {
        Socket socket = socket(level);
        if (call.equals("set")) {
            int answer = socket.setsockopt(level, option, Arrays.copyOf(bytes(value), length));
            assertThat(answer).isEqualTo(number(result));
            return;
        }
        SockoptHook.Reply reply = socket.getsockopt(level, option, length);
        assertThat(reply.result()).isEqualTo(number(result));
        if (!told.equals("-")) {
            assertThat(reply.optlen()).isEqualTo(Integer.parseInt(told));
            assertThat(reply.value()).hasSize(Integer.parseInt(told));
        }
    }

    private static byte[] bytes(String value) {
        if (value.equals("zeros")) {
            return new byte[0];
        }
        if (!value.matches("[0-9]+")) {
            return value.getBytes(StandardCharsets.US_ASCII);
        }
        byte[] number = new byte[Integer.BYTES];
        LittleEndian.put(number, 0, Integer.BYTES, Integer.parseInt(value));
        return number;
    }

    private static int number(String result) {
        return switch (result) {
            case "0" -> 0;
            case "EINVAL" -> -Errno.EINVAL;
            case "ENOENT" -> -Errno.ENOENT;
            case "ENOPROTOOPT" -> -Errno.ENOPROTOOPT;
            case "EOPNOTSUPP" -> -Errno.EOPNOTSUPP;
            default -> throw new IllegalArgumentException(result);
        };
    }
}
